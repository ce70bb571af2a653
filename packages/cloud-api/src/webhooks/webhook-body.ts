import { encodeWamid, limits, parseMessageId, type PhoneNumber, type Quote } from '@postern/protocol';
import { messageError, unsupportedTypeCode } from '../errors/message-errors.ts';
import type { AccountEvent, LaneTarget, MessageEvent, NumberTarget } from './event-store.ts';
import type { OpenedMessage } from './message-opener.ts';

/** An event with the message it speaks of. */
export interface MessageUpdate {
  readonly event: MessageEvent;
  readonly message: OpenedMessage;
}

/** An event that says all by itself. */
interface AccountUpdate {
  readonly event: AccountEvent;
}

export type WebhookUpdate = MessageUpdate | AccountUpdate;

// Everything of an update but its free texts, with what stands around it.
const updateBytes = 2_000;
// One character of a text becomes at most `\uXXXX`.
const maxBytesPerCharacter = 6;

/** As many of the updates, from the first on, as one webhook may hold: at least one. */
export function takeFitting(updates: readonly WebhookUpdate[]): readonly WebhookUpdate[] {
  let bytes = 0;
  const end = updates.findIndex((update, index) => {
    bytes += maxBytesOf(update);
    return index > 0 && bytes > limits.maxWebhookBytes;
  });
  return end === -1 ? updates : updates.slice(0, end);
}

function maxBytesOf(update: WebhookUpdate): number {
  if (!isOfMessage(update)) return updateBytes + maxBytesPerCharacter * JSON.stringify(update.event.value).length;
  const { event, message: opened } = update;
  const { message, callbackData } = opened;
  if (event.kind !== 'message') return updateBytes + maxBytesPerCharacter * (callbackData?.length ?? 0);
  const body = message.body.case === 'text' ? message.body.value.body : '';
  return updateBytes + maxBytesPerCharacter * (body.length + message.senderName.length);
}

/** The envelope of contract section 4.3, with one entry: what happened to messages, or to the account itself. */
export function buildWebhook(target: LaneTarget, updates: readonly WebhookUpdate[]): object {
  const entry =
    target.phoneNumberId === null
      ? accountEntry(updates.filter(isOfAccount))
      : { changes: messageChanges(target, updates.filter(isOfMessage)) };
  return { object: 'whatsapp_business_account', entry: [{ id: target.wabaId, ...entry }] };
}

function isOfMessage(update: WebhookUpdate): update is MessageUpdate {
  return 'message' in update;
}

function isOfAccount(update: WebhookUpdate): update is AccountUpdate {
  return !isOfMessage(update);
}

/** An entry has its time (Unix seconds) when it is not of messages. */
function accountEntry(updates: readonly AccountUpdate[]): object {
  const lastMs = Math.max(...updates.map(({ event }) => event.happenedAtMs));
  const changes = updates.map(({ event: { field, value } }) => ({ field, value }));
  return { time: Math.floor(lastMs / 1000), changes };
}

/**
 * Updates stay in their order: each inbound message is a change of its own, because its `contacts` belong to it alone
 * and many receivers read only the first message of a change; statuses that follow one another share a change, because
 * receivers expect lists there and it keeps backlogs small.
 */
function messageChanges(number: NumberTarget, updates: readonly MessageUpdate[]): object[] {
  const changes: object[] = [];
  let statuses: MessageUpdate[] = [];
  const endStatuses = () => {
    if (statuses.length > 0) changes.push(changeOf(number, statusesValue(statuses)));
    statuses = [];
  };
  for (const update of updates) {
    if (update.event.kind === 'message') {
      endStatuses();
      changes.push(changeOf(number, messageValue(number, update)));
    } else statuses.push(update);
  }
  endStatuses();
  return changes;
}

function changeOf({ phoneNumber, phoneNumberId }: NumberTarget, value: object): object {
  const metadata = { display_phone_number: phoneNumber, phone_number_id: phoneNumberId };
  return { value: { messaging_product: 'whatsapp', metadata, ...value }, field: 'messages' };
}

function messageValue(number: NumberTarget, { event, message: { person, message } }: MessageUpdate): object {
  const context = message.quote ? contextOf(number, person, message.quote) : null;
  return {
    // Receivers read the name without looking whether there is one.
    contacts: [{ profile: { name: message.senderName || person }, wa_id: person }],
    messages: [
      {
        ...(context && { context }),
        from: person,
        id: encodeWamid({ phoneNumber: person, sentByBusiness: false, messageId: event.messageId }),
        timestamp: timestampOf(event),
        ...bodyOf(message),
      },
    ],
  };
}

function bodyOf({ body }: OpenedMessage['message']): object {
  if (body.case === 'text') return { text: { body: body.value.body }, type: 'text' };
  return { errors: [messageError(unsupportedTypeCode)], type: 'unsupported' };
}

/** What the person's message answers; null when they sent an id that cannot be one. */
function contextOf({ phoneNumber }: NumberTarget, person: PhoneNumber, quote: Quote): object | null {
  const messageId = parseMessageId(quote.messageId);
  if (!messageId) return null;
  const id = encodeWamid({ phoneNumber: person, sentByBusiness: !quote.fromMe, messageId });
  return { from: quote.fromMe ? person : phoneNumber, id };
}

function statusesValue(updates: readonly MessageUpdate[]): object {
  const people = new Set(updates.map(({ message: { person } }) => person));
  return { contacts: [...people].map((person) => ({ wa_id: person })), statuses: updates.map(statusOf) };
}

function statusOf({ event, message: { person, callbackData } }: MessageUpdate): object {
  return {
    id: encodeWamid({ phoneNumber: person, sentByBusiness: true, messageId: event.messageId }),
    status: event.kind,
    timestamp: timestampOf(event),
    recipient_id: person,
    ...(callbackData !== null && { biz_opaque_callback_data: callbackData }),
    ...(event.errorCode !== null && { errors: [messageError(event.errorCode)] }),
  };
}

/** Unix seconds as text. */
function timestampOf({ happenedAtMs }: MessageEvent): string {
  return String(Math.floor(happenedAtMs / 1000));
}
