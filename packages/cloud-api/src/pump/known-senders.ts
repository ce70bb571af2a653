import type { ReceivedEvent, Sender } from '@postern/client';
import { insertRows } from '@postern/postgres';
import { newMessageId } from '../messages/message-id.ts';
import { insertMessages } from '../messages/message-rows.ts';
import { toMessageUser, type Encounter } from '../user-ids/user-id.ts';
import type { ChangedUser } from '../user-ids/user-ids.ts';
import { queueWebhookEvents, type NewWebhookEvent } from '../webhooks/events.ts';
import { inboundRow, type Receiving } from './inbound-row.ts';

/**
 * Who speaks is known by a user id from now on; whoever has taken a username does not show their number by it. Of those
 * who have another one than before, the business is told.
 */
export async function meetSenders(
  known: Omit<Receiving, 'users'>,
  events: readonly ReceivedEvent[],
): Promise<Receiving> {
  const { tx, number, storage, people, nowMs } = known;
  const encounters = events.flatMap((event): Encounter[] =>
    sendersOf(event).flatMap(({ phoneNumber: person, accountId, username }) => {
      const subject = people.get(person);
      return subject ? [{ person, subject, accountId, showsNumber: event.kind === 'message' && !username }] : [];
    }),
  );
  const { users, changed } = await storage.userIds.settle(tx, number.phoneNumberId, { encounters, nowMs });
  const receiving = { ...known, users };
  if (changed.length > 0) await storeChanges(receiving, changed);
  return receiving;
}

/** Who speaks in an event; nobody when it is the transport that says it. */
export function sendersOf(event: ReceivedEvent): Sender[] {
  if (event.kind === 'retry-requested') return [event.requester];
  return 'from' in event ? [event.from] : [];
}

/**
 * Stores that people have other user ids than before, kept as their messages are, and queues the webhooks that tell it. Of
 * whom the business has blocked it hears nothing.
 */
async function storeChanges(receiving: Receiving, changed: readonly ChangedUser[]): Promise<void> {
  const { tx, number, storage, retentionHours, nowMs } = receiving;
  const people = changed.map(({ user }) => user.person);
  const blocked = await storage.suppressions.findBlocked(tx, number.phoneNumberId, people);
  const acceptedS = Math.floor(nowMs / 1000);
  const rows: unknown[][] = [];
  const events: NewWebhookEvent[] = [];
  for (const { user, previousId } of changed) {
    if (blocked.has(user.person)) continue;
    const messageId = newMessageId(nowMs);
    const from = { phoneNumber: user.person, accountId: user.accountId };
    const told = { from, messageId, content: new Uint8Array(), user: { ...toMessageUser(user), previousId } };
    rows.push(await inboundRow(receiving, told, { sinceMs: acceptedS * 1000, retentionHours }));
    events.push({ kind: 'system' as const, messageId, acceptedS, errorCode: null, happenedAtMs: nowMs });
  }
  await insertRows(tx, insertMessages, rows);
  await queueWebhookEvents(tx, number, events);
}
