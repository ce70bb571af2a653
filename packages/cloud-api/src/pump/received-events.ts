import type { ReceivedEvent } from '@postern/client';
import { insertRows, type Transaction } from '@postern/postgres';
import { ContentSchema, encode, type MessageId } from '@postern/protocol';
import { newMessageId } from '../messages/message-id.ts';
import { undeliverableCode } from '../errors/message-errors.ts';
import { insertMessages } from '../messages/message-rows.ts';
import { lifetimeOf } from '../messages/stored-messages.ts';
import { inboundMedia } from '../media/inbound-media.ts';
import { insertMedia, mediaValues, type MediaRow } from '../media/media-rows.ts';
import { noteInbound } from '../rules/conversations.ts';
import { inboundChannel } from '../rules/sending-rates.ts';
import { triedUntilMs } from '../sealing/sealer.ts';
import { countedTypeOf } from '../statistics/cells.ts';
import type { SubjectId } from '../subjects/subject.ts';
import { queuePreferenceEvents, queueWebhookEvents } from '../webhooks/events.ts';
import { inboundRow, subjectOf, type Receiving } from './inbound-row.ts';
import { meetSenders } from './known-senders.ts';
import { storeFlowRequests } from './received-flow-requests.ts';
import { withoutBlocked } from './blocked-senders.ts';
import { findOwn, findSentTo } from './own-messages.ts';
import { countTaps } from './quick-replies.ts';
import type { StateUpdate } from './state-moves.ts';
import { queueRetry } from './statements.ts';

type MessageEvent = ReceivedEvent & { kind: 'message' };

/**
 * Stores what a batch of deliveries said, inside the transaction that commits it: inbound messages with their
 * webhook rows, and messages to send again. Returns the state changes of the business's own messages.
 * Receipts and retry requests count only from the person the message went to.
 */
export async function applyReceivedEvents(
  known: Omit<Receiving, 'users'>,
  events: readonly ReceivedEvent[],
): Promise<StateUpdate[]> {
  // First, since it is what transactions of several numbers may wait for each other with.
  const receiving = await meetSenders(known, events);
  await storeInbound(
    receiving,
    events.filter((event) => event.kind === 'message'),
  );
  await storePreferences(
    receiving,
    events.filter((event) => event.kind === 'preference'),
  );
  await storeFlowRequests(
    receiving,
    events.filter((event) => event.kind === 'flow-request'),
  );
  const updates: StateUpdate[] = [];
  for (const event of events) {
    if (event.kind === 'delivered')
      updates.push({ messageId: event.messageId, kind: 'delivered', errorCode: null, atMs: event.atMs });
    if (event.kind === 'undeliverable')
      updates.push({ messageId: event.messageId, kind: 'failed', errorCode: undeliverableCode, atMs: event.atMs });
    if (event.kind === 'read') updates.push(...(await seenUpdates(receiving, event, ['read'])));
    // Who has listened to a message has seen it, whether they say so or not.
    if (event.kind === 'played') updates.push(...(await seenUpdates(receiving, event, ['read', 'played'])));
    if (event.kind === 'retry-requested') await queueAgain(receiving, event);
    if (event.kind === 'preference') await keepPreference(receiving, event);
  }
  return updates;
}

async function storeInbound(receiving: Receiving, events: readonly MessageEvent[]): Promise<void> {
  const { tx, number, retentionHours, today, nowMs } = receiving;
  const fresh = await withoutKnown(tx, number.phoneNumberId, await withoutBlocked(receiving, events));
  if (fresh.length === 0) return;
  const acceptedS = Math.floor(nowMs / 1000);
  const lifetime = { sinceMs: acceptedS * 1000, retentionHours };
  const rows: unknown[][] = [];
  const mediaRows: MediaRow[] = [];
  for (const { from, messageId, message } of fresh) {
    const content = encode(ContentSchema, { body: { case: 'message', value: message } });
    const brought = await inboundMedia(receiving.storage, {
      ...number,
      subject: subjectOf(receiving, from),
      message,
      lifetime,
    });
    if (brought) mediaRows.push(brought);
    const media = brought ? [{ id: brought.media_id }] : [];
    rows.push(await inboundRow(receiving, { from, messageId, content, media }, lifetime));
  }
  await insertRows(tx, insertMessages, rows);
  await insertRows(tx, insertMedia, mediaRows.map(mediaValues));
  await openWindows(receiving, fresh);
  await tx.prepared('inbound.notify', 'SELECT pg_notify($1, $2)', [
    inboundChannel,
    `${number.phoneNumberId}:${fresh.length}`,
  ]);
  const webhooks = fresh.map(({ messageId, storedAtMs }) => ({
    kind: 'message' as const,
    messageId,
    acceptedS,
    errorCode: null,
    happenedAtMs: storedAtMs,
  }));
  await queueWebhookEvents(tx, number, webhooks);
  await countTaps(receiving, fresh);
  const counted = fresh.map(({ from, message }) => {
    return { person: from.phoneNumber, direction: 'received' as const, type: countedTypeOf(message) };
  });
  await today.record(tx, counted);
}

/** Whoever has written may be answered for a day, beginning with when the transport had it, which is not to come. */
async function openWindows({ tx, number, people, nowMs }: Receiving, events: readonly MessageEvent[]): Promise<void> {
  const latest = new Map<SubjectId, number>();
  for (const { from, storedAtMs } of events) {
    const subject = people.get(from.phoneNumber);
    if (subject) latest.set(subject.id, Math.max(latest.get(subject.id) ?? 0, Math.min(storedAtMs, nowMs)));
  }
  const rows = [...latest].map(([subjectId, atMs]) => [number.phoneNumberId, subjectId, atMs]);
  await insertRows(tx, noteInbound, rows);
}

/**
 * Stores that people stopped or resumed marketing messages, sealed and kept as their messages are, and queues the webhooks
 * that tell it, inside the transaction that commits what was received.
 */
async function storePreferences(
  receiving: Receiving,
  preferences: readonly (ReceivedEvent & { kind: 'preference' })[],
): Promise<void> {
  if (preferences.length === 0) return;
  const { tx, number, retentionHours, nowMs } = receiving;
  const acceptedS = Math.floor(nowMs / 1000);
  const rows: unknown[][] = [];
  const events: { messageId: MessageId; acceptedS: number; happenedAtMs: number }[] = [];
  for (const { from, isStopped, atMs: happenedAtMs } of preferences) {
    const messageId = newMessageId(nowMs);
    const content = encode(ContentSchema, { body: { case: 'marketingPreference', value: { isStopped } } });
    const lifetime = { sinceMs: acceptedS * 1000, retentionHours };
    rows.push(await inboundRow(receiving, { from, messageId, content }, lifetime));
    events.push({ messageId, acceptedS, happenedAtMs });
  }
  await insertRows(tx, insertMessages, rows);
  await queuePreferenceEvents(tx, number, events);
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

/** A person wants no more marketing messages of this number, or wants them again. */
async function keepPreference(
  { tx, number, storage, nowMs }: Receiving,
  { from, isStopped }: ReceivedEvent & { kind: 'preference' },
): Promise<void> {
  const { suppressions } = storage;
  const marketing = { kind: 'marketing', person: from.phoneNumber } as const;
  if (isStopped) await suppressions.add(tx, number.phoneNumberId, { ...marketing, nowMs });
  else await suppressions.remove(tx, number.phoneNumberId, marketing);
}

async function seenUpdates(
  receiving: Receiving,
  { from, messageIds }: ReceivedEvent & { kind: 'read' | 'played' },
  kinds: readonly ('read' | 'played')[],
): Promise<StateUpdate[]> {
  const updates: StateUpdate[] = [];
  for (const messageId of messageIds) {
    const own = await findOwn(receiving, messageId);
    const record = own && (await findSentTo(receiving, own, from));
    if (!record) continue;
    receiving.counter.remember(messageId, record);
    for (const kind of kinds) updates.push({ messageId, kind, errorCode: null });
  }
  return updates;
}

async function queueAgain(receiving: Receiving, event: ReceivedEvent & { kind: 'retry-requested' }): Promise<void> {
  const { messageId, requester, attempt } = event;
  const own = await findOwn(receiving, messageId);
  const record = own && (await findSentTo(receiving, own, requester));
  if (!own || !record) return;
  const { tx, number } = receiving;
  const values = [
    number.phoneNumberId,
    messageId,
    own.accepted_s,
    attempt,
    requester.accountId,
    requester.deviceId,
    triedUntilMs(lifetimeOf(own), record.ttlMs),
  ];
  await tx.prepared('outbox.queue-retry', queueRetry, values);
}
