import { createHash } from 'node:crypto';
import type { MessageId, PhoneNumber } from '@postern/protocol';
import { gaps } from '../contract/gaps.ts';
import { messageError } from '../errors/message-errors.ts';
import type { MessageCategory } from '../messages/message-record.ts';
import { majorOf } from './fields.ts';
import type { OpenedMessage } from './message-opener.ts';
import { contactNames, namesOf, wamidIn } from './person-words.ts';
import type { MessageEvent } from './webhook-event.ts';

/** A message with what became of it. */
export interface StatusUpdate {
  readonly says: 'status';
  readonly event: MessageEvent;
  readonly message: OpenedMessage;
}

/** How long a conversation is open, as its expiry in statuses says. */
const conversationMs = 24 * 60 * 60 * 1000;
/** Up to this version of the field, statuses tell their conversation (contract section 4.5). */
const lastVersionWithConversation = 23;

/** The parts of a `messages` value that tell statuses, in the shape of the version that the app subscribed with. */
export function statusesValue(updates: readonly StatusUpdate[], version: string): object {
  const people = new Map<PhoneNumber, OpenedMessage>();
  for (const { event, message } of updates)
    if (event.kind !== 'failed' || gaps.failedStatusesHaveContacts) people.set(message.person, message);
  const contacts = [...people.values()].map(contactNames);
  const hasConversation = majorOf(version) <= lastVersionWithConversation;
  const statuses = updates.map((update) => statusOf(update, hasConversation));
  return { ...(contacts.length > 0 && { contacts }), statuses };
}

function statusOf({ event, message }: StatusUpdate, hasConversation: boolean): object {
  const { kind, messageId, errorCode } = event;
  const { callbackData, category, identityKeyHash } = message;
  const { number, userId } = namesOf(message);
  const isPriced = category !== null && (kind === 'sent' || event.isArrival);
  return {
    id: wamidIn(message, { sentByBusiness: true, messageId }),
    status: kind,
    timestamp: unixSeconds(event.happenedAtMs),
    ...(number !== null && { recipient_id: number }),
    ...(userId !== null && { recipient_user_id: userId }),
    ...(identityKeyHash !== null && { recipient_identity_key_hash: identityKeyHash }),
    ...(callbackData !== null && { biz_opaque_callback_data: callbackData }),
    ...(isPriced && hasConversation && { conversation: conversationOf(event, category) }),
    ...(isPriced && { pricing: pricingOf(category) }),
    ...(errorCode !== null && { errors: [messageError(errorCode)] }),
  };
}

/** Every message is a conversation of its own since each is priced by itself. */
function conversationOf({ kind, messageId, happenedAtMs }: MessageEvent, category: MessageCategory): object {
  return {
    id: conversationId(messageId),
    ...(kind === 'sent' && { expiration_timestamp: unixSeconds(happenedAtMs + conversationMs) }),
    origin: { type: category },
  };
}

/** 32 hex characters as the contract's ids have, the same in every status of the message. */
function conversationId(messageId: MessageId): string {
  return createHash('sha256').update(`conversation ${messageId}`).digest('hex').slice(0, 32);
}

interface Pricing {
  readonly billable: boolean;
  readonly pricing_model: 'PMP';
  readonly type: 'regular' | 'free_customer_service';
  readonly category: MessageCategory;
}

/** Free-form messages are free; templates are billable (contract section 8). */
export function pricingOf(category: MessageCategory): Pricing {
  const isFree = category === 'service';
  const type = isFree ? 'free_customer_service' : 'regular';
  return { billable: !isFree, pricing_model: 'PMP', type, category };
}

/** Unix seconds as text. */
export function unixSeconds(ms: number): string {
  return String(Math.floor(ms / 1000));
}
