import { gaps } from '../contract/gaps.ts';
import { limits } from '@postern/protocol';
import type { SendFailure } from '@postern/client';

/** An error object as messages and statuses carry it in webhooks (contract section 4.5). */
export interface MessageError {
  readonly code: number;
  readonly title: string;
  readonly message: string;
  readonly error_data: { readonly details: string };
  readonly href: string;
}

/** A message that does not arrive, for whatever reason on the other side. */
export const undeliverableCode = 131026;
/** A message of a type that this version cannot show. */
export const unsupportedTypeCode = 131051;
/** What a person sent cannot be had. */
export const lostMediaCode = 131052;

const href = 'https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/';

interface ErrorText {
  readonly title: string;
  readonly details: string;
}

const unknownError: ErrorText = {
  title: 'Something went wrong',
  details: 'Message failed to send because of an unknown error.',
};

/** The one table of what is said about a message that failed: contract section 6.8. */
const texts: Readonly<Record<number, ErrorText>> = {
  131000: unknownError,
  [undeliverableCode]: {
    title: 'Message undeliverable',
    details:
      'Message could not be delivered: the number has no account here, or its devices did not take the message in time.',
  },
  131047: {
    title: 'Re-engagement message',
    details:
      'Message failed to send because more than 24 hours have passed since the customer last replied to this number.',
  },
  [gaps.messagingLimitCode]: {
    title: 'Spam rate limit hit',
    details:
      'Message failed to send because this business has begun to write to as many people in 24 hours as its messaging limit allows.',
  },
  131050: {
    title: 'User stopped marketing',
    details: 'Message failed to send because the recipient has stopped marketing messages from this business.',
  },
  131009: {
    title: 'Parameter value is not valid',
    details: 'The user must be a phone number in international form.',
  },
  139101: {
    title: 'The list of blocked users is full',
    details: `The user could not be blocked because the list holds ${limits.maxBlockedPeople} users already.`,
  },
  130403: {
    title: 'User is blocked by the business',
    details: 'Message failed to send because this business has blocked the recipient. Unblock them first.',
  },
  137000: {
    title: 'Identity key mismatch',
    details:
      'Message failed to send because the identity key of the recipient is not the expected one. Learn the present one from a webhook before you send again.',
  },
  [unsupportedTypeCode]: {
    title: 'Message type unknown',
    details: 'Message type is currently not supported.',
  },
  [lostMediaCode]: {
    title: 'Media download error',
    details: 'The media that the person sent cannot be had.',
  },
  131053: {
    title: 'Media upload error',
    details:
      'The media of the message are not available, too large, or not of a type that the message can carry, or their link cannot be fetched.',
  },
};

const codes: Readonly<Record<SendFailure, number>> = {
  'unknown-recipient': undeliverableCode,
  'recipient-gone': undeliverableCode,
  expired: undeliverableCode,
  'bad-recipient-keys': undeliverableCode,
  'identity-changed': 137000,
  'identity-mismatch': 137000,
  'window-closed': 131047,
  'marketing-stopped': 131050,
  'limit-reached': gaps.messagingLimitCode,
  blocked: 130403,
};

/** The contract's error code for why a message will never arrive. */
export function errorCodeOf(failure: SendFailure): number {
  return codes[failure];
}

/** The error object of a code; a code that is not in the table gets the words of "something went wrong". */
export function messageError(code: number): MessageError {
  const { title, details } = texts[code] ?? unknownError;
  return { code, title, message: title, error_data: { details }, href };
}
