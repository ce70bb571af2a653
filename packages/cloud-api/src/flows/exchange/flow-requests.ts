import type { Database, Transaction } from '@postern/postgres';
import { limits, type MessageId } from '@postern/protocol';
import { storedMessageColumns, type StoredMessage } from '../../messages/stored-messages.ts';

/** Says that phones have asked something about flows. */
export const flowRequestsChannel = 'flow_requests';

/** A question that waits, and the sealed row that holds it. */
export interface WaitingRequest {
  readonly phoneNumberId: string;
  readonly wabaId: string;
  readonly expiresAtMs: number;
  readonly stored: StoredMessage;
}

type RequestRow = StoredMessage & { phone_number_id: string; waba_id: string; expires_at_ms: number };

/** How many more questions a number takes now. */
export async function countFree(tx: Transaction, phoneNumberId: string): Promise<number> {
  const [row] = await tx.prepared<{ waiting: number }>(
    'flow-requests.count',
    'SELECT count(*) AS waiting FROM flow_requests WHERE phone_number_id = $1',
    [phoneNumberId],
  );
  return Math.max(0, limits.maxFlowRequestsWaitingPerNumber - (row?.waiting ?? 0));
}

/** Has questions answered that were stored as messages, inside the transaction that stores them. */
export async function queueFlowRequests(
  tx: Transaction,
  phoneNumberId: string,
  requests: readonly { messageId: MessageId; acceptedS: number; expiresAtMs: number }[],
): Promise<void> {
  for (const { messageId, acceptedS, expiresAtMs } of requests)
    await tx.prepared('flow-requests.queue', 'INSERT INTO flow_requests VALUES ($1, $2, $3, $4)', [
      phoneNumberId,
      messageId,
      acceptedS,
      expiresAtMs,
    ]);
  if (requests.length > 0) await tx.query('SELECT pg_notify($1, $2)', [flowRequestsChannel, phoneNumberId]);
}

/** The oldest questions to the numbers of this worker, but for those that are seen to already. */
export async function loadRequests(
  db: Database,
  { workerId, except, limit }: { workerId: number; except: readonly string[]; limit: number },
): Promise<WaitingRequest[]> {
  const rows = await db.prepared<RequestRow>(
    'flow-requests.load',
    `SELECT r.phone_number_id, n.waba_id, r.expires_at_ms, ${columnsOf('m')}
     FROM flow_requests r JOIN numbers n ON n.phone_number_id = r.phone_number_id
       JOIN messages m ON m.phone_number_id = r.phone_number_id AND m.message_id = r.message_id
         AND m.accepted_s = r.accepted_s AND NOT m.sent_by_business
     WHERE n.pump_owner = $1 AND n.state = 'registered' AND r.message_id <> ALL($2)
     ORDER BY r.accepted_s, r.message_id LIMIT $3`,
    [workerId, [...except], limit],
  );
  return rows.map((row) => ({
    phoneNumberId: row.phone_number_id,
    wabaId: row.waba_id,
    expiresAtMs: row.expires_at_ms,
    stored: row,
  }));
}

function columnsOf(table: string): string {
  return storedMessageColumns
    .split(', ')
    .map((column) => `${table}.${column}`)
    .join(', ');
}

/** Forgets a question and what was asked: nobody needs it any more. */
export async function forgetRequest(
  db: Database,
  { phoneNumberId, stored: { message_id: messageId, accepted_s: acceptedS } }: WaitingRequest,
): Promise<void> {
  await db.transaction(async (tx) => {
    await tx.query('DELETE FROM flow_requests WHERE phone_number_id = $1 AND message_id = $2', [
      phoneNumberId,
      messageId,
    ]);
    await tx.query(
      `DELETE FROM messages WHERE phone_number_id = $1 AND message_id = $2 AND accepted_s = $3 AND NOT sent_by_business`,
      [phoneNumberId, messageId, acceptedS],
    );
  });
}

/** Forgets every question that nobody has answered in time, whosever number it was for. */
export async function forgetOverdue(db: Database, nowMs: number): Promise<void> {
  await db.transaction(async (tx) => {
    await tx.query(
      `WITH gone AS (DELETE FROM flow_requests WHERE expires_at_ms <= $1 RETURNING phone_number_id, message_id, accepted_s)
       DELETE FROM messages m USING gone
       WHERE m.phone_number_id = gone.phone_number_id AND m.message_id = gone.message_id
         AND m.accepted_s = gone.accepted_s AND NOT m.sent_by_business`,
      [nowMs],
    );
  });
}
