import { updateFromRows, type Transaction, type UpdateSpec } from '@postern/postgres';
import type { MessageId } from '@postern/protocol';
import { acceptedSecondOf } from '../messages/message-id.ts';
import type { NewWebhookEvent } from '../webhooks/events.ts';

/** What became of a message of the business's. */
export interface StateUpdate {
  readonly messageId: MessageId;
  readonly kind: 'delivered' | 'read' | 'played' | 'failed';
  readonly errorCode: number | null;
  readonly atMs?: number;
}

interface StateMove {
  readonly kind: StateUpdate['kind'];
  /** It is the first that says that the person has the message. */
  readonly isArrival: boolean;
  readonly spec: UpdateSpec & { returning: true };
}

/**
 * Moves the business's messages forward, never back; returns the ordinals of those that moved. One statement moves a
 * message once, and from one state, so that it shows where the message came from.
 */
function moveState(kind: StateUpdate['kind'], from: string, { isArrival }: { isArrival: boolean }): StateMove {
  const spec = {
    name: `messages.set-${kind}-from-${from}`,
    columns: [
      { name: 'phone_number_id', type: 'text' },
      { name: 'message_id', type: 'text' },
      { name: 'accepted_s', type: 'bigint' },
      { name: 'ordinal', type: 'integer' },
    ],
    tail: `UPDATE messages m SET state = '${kind}' FROM v
      WHERE m.phone_number_id = v.phone_number_id AND m.message_id = v.message_id AND m.accepted_s = v.accepted_s
        AND m.sent_by_business AND m.state = '${from}'
      RETURNING v.ordinal`,
    returning: true,
  } as const;
  return { kind, isArrival, spec };
}

// A message that was played was read: whoever says "played" says "read" before it.
const stateMoves: readonly StateMove[] = [
  moveState('delivered', 'accepted', { isArrival: true }),
  moveState('failed', 'accepted', { isArrival: false }),
  moveState('read', 'delivered', { isArrival: false }),
  moveState('read', 'accepted', { isArrival: true }),
  moveState('played', 'read', { isArrival: false }),
];

/**
 * Moves messages of one number forward inside the caller's transaction. Returns what really happened, each once and in
 * the order in which a business wants to hear it, for webhooks.
 */
export async function moveStates(
  tx: Transaction,
  updates: readonly StateUpdate[],
  { phoneNumberId, nowMs }: { readonly phoneNumberId: string; readonly nowMs: number },
): Promise<NewWebhookEvent[]> {
  const moved: NewWebhookEvent[] = [];
  const waiting = new Map<string, StateUpdate>();
  for (const update of updates) waiting.set(`${update.kind} ${update.messageId}`, update);
  for (const { kind, isArrival, spec } of stateMoves) {
    const ofKind = [...waiting.values()].filter((update) => update.kind === kind);
    const rows = ofKind.map(({ messageId }, ordinal) => {
      return [phoneNumberId, messageId, acceptedSecondOf(messageId), ordinal];
    });
    const found = new Set((await updateFromRows<{ ordinal: number }>(tx, spec, rows)).map(({ ordinal }) => ordinal));
    for (const [ordinal, { messageId, errorCode, atMs: happenedAtMs = nowMs }] of ofKind.entries()) {
      if (!found.has(ordinal)) continue;
      waiting.delete(`${kind} ${messageId}`);
      moved.push({ kind, messageId, acceptedS: acceptedSecondOf(messageId), errorCode, happenedAtMs, isArrival });
    }
  }
  return moved;
}
