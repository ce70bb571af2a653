import { limits } from '@postern/protocol';
import { HttpError } from '@postern/service';
import type { Refusal } from '../refusal.ts';

const refusals: Readonly<Record<Refusal, { status: number; message: string }>> = {
  not_allowed: { status: 403, message: 'The token does not allow this.' },
  no_such_business: { status: 404, message: 'There is no business with this id.' },
  no_such_app: { status: 404, message: 'This business has no app with this id.' },
  no_such_business_account: {
    status: 404,
    message: 'This business has no WhatsApp Business Account with this id.',
  },
  no_such_phone_number: { status: 404, message: 'There is no phone number with this id.' },
  no_such_system_user: { status: 404, message: 'There is no system user with this id.' },
  no_such_token: { status: 404, message: 'There is no token with this id.' },
  phone_number_taken: { status: 409, message: 'This phone number is registered already.' },
  too_many_phone_numbers: {
    status: 409,
    message: `A WhatsApp Business Account has at most ${limits.maxPhoneNumbersPerBusinessAccount} phone numbers.`,
  },
  too_many_apps: {
    status: 409,
    message: `A WhatsApp Business Account is granted to at most ${limits.maxAppsPerBusinessAccount} apps.`,
  },
  too_many_users: {
    status: 409,
    message: `A WhatsApp Business Account has fewer than ${limits.maxUsersPerAccount} users of a business.`,
  },
  too_many_businesses: {
    status: 409,
    message: `A WhatsApp Business Account is shared with at most ${limits.maxBusinessesPerAccount} businesses.`,
  },
  owns_it_already: { status: 409, message: 'The business owns this account.' },
  app_not_granted: {
    status: 409,
    message: 'Grant each of these WhatsApp Business Accounts to the app first.',
  },
  no_such_client: { status: 400, message: 'There is no app with this id.' },
  wrong_client_secret: { status: 400, message: 'This is not the secret of the app.' },
  invalid_code: { status: 400, message: 'There is no such code for this app.' },
  code_expired: { status: 400, message: 'The code has expired.' },
  code_used: { status: 400, message: 'The code was used already.' },
  redirect_uri_differs: { status: 400, message: 'The code was made for another redirect URI.' },
  expiry_in_the_past: { status: 400, message: 'expiresAtMs must lie in the future.' },
};

/** Returns the result, or throws the HTTP answer to a refusal. */
export function orRefuse<Result extends object>(result: Result | Refusal): Result {
  if (typeof result !== 'string') return result;
  const { status, message } = refusals[result];
  throw new HttpError(status, result, message);
}
