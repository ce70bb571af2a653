import type { KeyObject } from 'node:crypto';
import type { ReceivedEvent, Sender } from '@postern/client';
import { insertRows, type Transaction } from '@postern/postgres';
import { ContentSchema, encode, limits, type MessageId, type PhoneNumber } from '@postern/protocol';
import { acceptedSecondOf } from '../messages/message-id.ts';
import { decodeMessageRecord, encodeMessageRecord } from '../messages/message-record.ts';
import { messageRow } from '../messages/message-reader.ts';
import { insertMessages } from '../messages/message-rows.ts';
import type { Sealer } from '../sealing/sealer.ts';
import { queueWebhookEvents } from '../webhooks/events.ts';
import type { ClaimedNumber } from './number-claim.ts';
import { queueRetry } from './statements.ts';

interface Receiving {
  readonly tx: Transaction;
  readonly number: ClaimedNumber;
  readonly sealer: Sealer;
  /** The key of the present hour. */
  readonly key: KeyObject;
  readonly now: number;
}

/** What became of a message of the business's. */
export interface StateUpdate {
  readonly messageId: MessageId;
  readonly kind: 'delivered' | 'read' | 'failed';
  readonly errorCode: number | null;
  readonly atMs?: number;
}

type MessageEvent = ReceivedEvent & { kind: 'message' };

/**
 * Stores what a batch of deliveries said, inside the transaction that commits it: inbound messages with their
 * webhook rows, and messages to send again. Returns the state changes of the business's own messages.
 * Receipts and retry requests count only from the person the message went to.
 */
export async function applyReceivedEvents(
  receiving: Receiving,
  events: readonly ReceivedEvent[],
): Promise<StateUpdate[]> {
  await storeInbound(
    receiving,
    events.filter((event) => event.kind === 'message'),
  );
  const updates: StateUpdate[] = [];
  for (const event of events) {
    if (event.kind === 'delivered')
      updates.push({ messageId: event.messageId, kind: 'delivered', errorCode: null, atMs: event.atMs });
    if (event.kind === 'undeliverable')
      updates.push({ messageId: event.messageId, kind: 'failed', errorCode: undeliverableCode, atMs: event.atMs });
    if (event.kind === 'read') updates.push(...(await readUpdates(receiving, event)));
    if (event.kind === 'retry-requested') await queueAgain(receiving, event);
  }
  return updates;
}

/** Message undeliverable (contract 6.8). */
const undeliverableCode = 131026;

async function storeInbound(
  { tx, number, sealer, key, now }: Receiving,
  events: readonly MessageEvent[],
): Promise<void> {
  const fresh = await withoutKnown(tx, number.phoneNumberId, events);
  if (fresh.length === 0) return;
  const { phoneNumberId } = number;
  const acceptedS = Math.floor(now / 1000);
  const rows = fresh.map(({ from, messageId, message }) => {
    const content = encode(ContentSchema, { body: { case: 'message', value: message } });
    const record = encodeMessageRecord({
      person: from.phoneNumber,
      accountId: from.accountId,
      callbackData: null,
      content,
    });
    const place = { table: 'messages', column: 'sealed', phoneNumberId, row: messageRow(messageId, false), acceptedS };
    return [phoneNumberId, messageId, false, acceptedS, 'received', sealer.sealForHour(key, place, record)];
  });
  await insertRows(tx, insertMessages, rows);
  const webhooks = fresh.map(({ messageId, storedAtMs }) => ({
    kind: 'message' as const,
    messageId,
    acceptedS,
    errorCode: null,
    happenedAtMs: storedAtMs,
  }));
  await queueWebhookEvents(tx, number, webhooks);
}

/** A message can come twice in different envelopes: a retry that was not needed after all. */
async function withoutKnown(
  tx: Transaction,
  phoneNumberId: string,
  events: readonly MessageEvent[],
): Promise<MessageEvent[]> {
  if (events.length === 0) return [];
  const first = new Map(events.toReversed().map((event) => [event.messageId, event]));
  const rows = await tx.prepared<{ message_id: MessageId }>(
    'messages.find-known',
    'SELECT message_id FROM messages WHERE phone_number_id = $1 AND message_id = ANY($2) AND NOT sent_by_business',
    [phoneNumberId, [...first.keys()]],
  );
  for (const { message_id: messageId } of rows) first.delete(messageId);
  return events.filter((event) => first.get(event.messageId) === event);
}

async function readUpdates(
  receiving: Receiving,
  { from, messageIds }: ReceivedEvent & { kind: 'read' },
): Promise<StateUpdate[]> {
  const updates: StateUpdate[] = [];
  for (const messageId of messageIds) {
    const isTheirs = await wasSentTo(receiving, messageId, from);
    if (isTheirs) updates.push({ messageId, kind: 'read', errorCode: null });
  }
  return updates;
}

async function queueAgain(receiving: Receiving, event: ReceivedEvent & { kind: 'retry-requested' }): Promise<void> {
  const { messageId, requester, attempt } = event;
  if (!(await wasSentTo(receiving, messageId, requester))) return;
  const { tx, number } = receiving;
  const values = [
    number.phoneNumberId,
    messageId,
    acceptedSecondOf(messageId),
    attempt,
    requester.accountId,
    requester.deviceId,
    limits.messageTtlMs,
  ];
  await tx.prepared('outbox.queue-retry', queueRetry, values);
}

async function wasSentTo({ tx, number, sealer }: Receiving, messageId: MessageId, person: Sender): Promise<boolean> {
  const { phoneNumberId } = number;
  const acceptedS = acceptedSecondOf(messageId);
  const [row] = await tx.prepared<{ sealed: Buffer }>(
    'messages.find-own',
    'SELECT sealed FROM messages WHERE phone_number_id = $1 AND message_id = $2 AND accepted_s = $3 AND sent_by_business',
    [phoneNumberId, messageId, acceptedS],
  );
  const key = row && (await sealer.findHourKey(acceptedS));
  if (!row || !key) return false;
  const place = { table: 'messages', column: 'sealed', phoneNumberId, row: messageRow(messageId, true), acceptedS };
  const recipient: PhoneNumber = decodeMessageRecord(sealer.openForHour(key, place, row.sealed)).person;
  return recipient === person.phoneNumber;
}
