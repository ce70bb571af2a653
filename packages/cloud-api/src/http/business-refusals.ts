import { limits } from '@postern/protocol';
import { gaps } from '../contract/gaps.ts';
import { GraphError, parameterError } from './graph-errors.ts';

/** A code of OAuth that is not taken: code 100 with a subcode, as Facebook Login words it. */
function codeError(message: string, subcode?: number): GraphError {
  return new GraphError(100, { message, ...(subcode !== undefined && { subcode }) });
}

/** How each refusal of the Business Manager is told. What it does not show anybody, such as a foreign account, is no reason here. */
const refusals: Readonly<Record<string, () => GraphError>> = {
  not_allowed: () => new GraphError(200, { details: 'The access token does not allow this.' }),
  no_such_system_user: () => parameterError('Param user must be the id of a system user of this business.'),
  too_many_users: () => parameterError('Param user names one user more than an account may have.'),
  phone_number_taken: () =>
    new GraphError(100, {
      details: 'This phone number belongs to an account already.',
      subcode: gaps.phoneNumberTakenSubcode,
    }),
  too_many_phone_numbers: () =>
    new GraphError(100, {
      details: `An account has at most ${limits.maxPhoneNumbersPerBusinessAccount} phone numbers.`,
    }),
  no_such_client: () => new GraphError(101, { message: 'Error validating application. Invalid application ID.' }),
  wrong_client_secret: () => new GraphError(1, { http: 400, message: 'Error validating client secret.' }),
  invalid_code: () => codeError('Invalid verification code format.'),
  code_expired: () => codeError('This authorization code has expired.', 36_007),
  code_used: () => codeError('This authorization code has been used.', 36_009),
  redirect_uri_differs: () =>
    codeError('Error validating verification code. Please make sure your redirect_uri is identical.', 36_008),
};

/** What the Business Manager refused with this reason. */
export function businessRefusedError(reason: string): GraphError {
  return refusals[reason]?.() ?? new GraphError(1);
}
