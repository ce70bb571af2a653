import type { NumberErrorReason } from '../numbers/numbers.ts';
import { GraphError } from './graph-errors.ts';

/** How each failure to set up a number is told (contract section 5.2). */
export const numberErrors: Readonly<Record<NumberErrorReason, () => GraphError>> = {
  'not-registered': () => new GraphError(133010, { details: 'The phone number is not registered.' }),
  'not-requested': () => new GraphError(136025, { details: 'Request a code first.' }),
  'already-registered': () => new GraphError(136024, { details: 'The phone number is verified and registered.' }),
  'registered-too-often': () =>
    new GraphError(133016, { details: 'The phone number was registered and deregistered too often in 72 hours.' }),
  'wrong-code': () => new GraphError(136025, { details: 'The code is wrong.' }),
  'code-expired': () => new GraphError(136025, { details: 'The code has expired. Request a new one.' }),
  'too-many-attempts': () =>
    new GraphError(136025, { details: 'Too many wrong codes were entered. Request a new one.' }),
  'not-verified': () =>
    new GraphError(133006, { details: 'Verify the phone number with a code before you register it.' }),
  'wrong-pin': () => new GraphError(133005, { details: 'The pin is not the one this number was registered with.' }),
  'pin-locked': () => new GraphError(133008, { details: 'Too many wrong pins were entered. Try again later.' }),
  'rate-limited': () => new GraphError(136024, { details: 'Too many attempts for this number. Try again later.' }),
  'transport-unavailable': () =>
    new GraphError(133004, { details: 'The transport cannot be reached. Try again in a moment.' }),
};
