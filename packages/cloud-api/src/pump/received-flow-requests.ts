import type { ReceivedEvent } from '@postern/client';
import { insertRows } from '@postern/postgres';
import { ContentSchema, encode, limits, type MessageId } from '@postern/protocol';
import { countFree, queueFlowRequests } from '../flows/exchange/flow-requests.ts';
import { newMessageId } from '../messages/message-id.ts';
import { insertMessages } from '../messages/message-rows.ts';
import { withoutBlocked } from './blocked-senders.ts';
import { inboundRow, type Receiving } from './inbound-row.ts';

/**
 * Stores what phones ask about flows, sealed as messages are, and queues the answering, inside the transaction that commits what
 * was received. What is more than a number takes at a time is not answered.
 */
export async function storeFlowRequests(
  receiving: Receiving,
  events: readonly (ReceivedEvent & { kind: 'flow-request' })[],
): Promise<void> {
  if (events.length === 0) return;
  const { tx, number, retentionHours, nowMs } = receiving;
  const free = await countFree(tx, number.phoneNumberId);
  const taken = (await withoutBlocked(receiving, events)).slice(0, free);
  const acceptedS = Math.floor(nowMs / 1000);
  const rows: unknown[][] = [];
  const requests: { messageId: MessageId; acceptedS: number; expiresAtMs: number }[] = [];
  for (const { from, request } of taken) {
    const messageId = newMessageId(nowMs);
    const content = encode(ContentSchema, { body: { case: 'flowRequest', value: request } });
    rows.push(await inboundRow(receiving, { from, messageId, content }, { sinceMs: acceptedS * 1000, retentionHours }));
    requests.push({ messageId, acceptedS, expiresAtMs: nowMs + limits.flowRequestTtlMs });
  }
  await insertRows(tx, insertMessages, rows);
  await queueFlowRequests(tx, number.phoneNumberId, requests);
}
