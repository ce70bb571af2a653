import type { Queryable, Transaction } from '@postern/postgres';
import type { SubjectId } from '../subjects/subject.ts';

/** An erasure that was asked for, as its business may see it: no word of whom it was about. */
export interface Erasure {
  readonly receiptId: string;
  readonly wabaId: string;
  readonly begunAtMs: number;
  /** From here on nothing of the person opens; null while that is under way. */
  readonly keysDestroyedAtMs: number | null;
  /** From here on the rows are gone too. */
  readonly doneAtMs: number | null;
  readonly messages: number;
  readonly sessions: number;
}

/** One person at one number, to be erased. */
export interface ErasedSubject {
  readonly phoneNumberId: string;
  readonly subjectId: SubjectId;
  readonly shard: number;
}

interface ErasureRow {
  receipt_id: string;
  waba_id: string;
  begun_at_ms: number;
  keys_destroyed_at_ms: number | null;
  done_at_ms: number | null;
  messages: number;
  sessions: number;
}

const erasureColumns = 'receipt_id, waba_id, begun_at_ms, keys_destroyed_at_ms, done_at_ms, messages, sessions';

/** Stores what is to be erased, so that a crash does not forget it. Subjects that are gone already are left out. */
export async function beginErasure(
  tx: Transaction,
  { receiptId, wabaId, begunAtMs }: Pick<Erasure, 'receiptId' | 'wabaId' | 'begunAtMs'>,
  subjects: readonly Omit<ErasedSubject, 'shard'>[],
): Promise<void> {
  await tx.query('INSERT INTO erasures (receipt_id, waba_id, begun_at_ms) VALUES ($1, $2, $3)', [
    receiptId,
    wabaId,
    begunAtMs,
  ]);
  await tx.query(
    `INSERT INTO erased_subjects (receipt_id, phone_number_id, subject_id, shard)
     SELECT $1, phone_number_id, subject_id, shard FROM subjects
     WHERE (phone_number_id, subject_id) IN (SELECT * FROM unnest($2::text[], $3::uuid[]))`,
    [receiptId, subjects.map(({ phoneNumberId }) => phoneNumberId), subjects.map(({ subjectId }) => subjectId)],
  );
}

/** Erasures whose keys are, or are not yet, destroyed, and which are not done; the oldest first. */
export async function listUnfinished(db: Queryable, keys: 'alive' | 'destroyed'): Promise<Erasure[]> {
  const rows = await db.query<ErasureRow>(
    `SELECT ${erasureColumns} FROM erasures
     WHERE done_at_ms IS NULL AND (keys_destroyed_at_ms IS NULL) = $1 ORDER BY begun_at_ms, receipt_id`,
    [keys === 'alive'],
  );
  return rows.map(toErasure);
}

/** The erasures that a business account asked for, the latest first. */
export async function listErasures(db: Queryable, wabaId: string): Promise<Erasure[]> {
  const rows = await db.query<ErasureRow>(
    `SELECT ${erasureColumns} FROM erasures WHERE waba_id = $1 ORDER BY begun_at_ms DESC, receipt_id`,
    [wabaId],
  );
  return rows.map(toErasure);
}

export async function listErasedSubjects(db: Queryable, receiptId: string): Promise<ErasedSubject[]> {
  const rows = await db.query<{ phone_number_id: string; subject_id: SubjectId; shard: number }>(
    'SELECT phone_number_id, subject_id, shard FROM erased_subjects WHERE receipt_id = $1',
    [receiptId],
  );
  return rows.map((row) => ({ phoneNumberId: row.phone_number_id, subjectId: row.subject_id, shard: row.shard }));
}

/** Which of these have a row yet, and so a wrapped key. */
export async function listPresent(db: Queryable, subjects: readonly ErasedSubject[]): Promise<Set<SubjectId>> {
  const rows = await db.query<{ subject_id: SubjectId }>(
    `SELECT subject_id FROM subjects
     WHERE (phone_number_id, subject_id) IN (SELECT * FROM unnest($1::text[], $2::uuid[]))`,
    [subjects.map(({ phoneNumberId }) => phoneNumberId), subjects.map(({ subjectId }) => subjectId)],
  );
  return new Set(rows.map(({ subject_id: id }) => id));
}

/** From here on nothing of the person opens. */
export async function markKeysDestroyed(tx: Transaction, receiptId: string, nowMs: number): Promise<void> {
  await tx.query('UPDATE erasures SET keys_destroyed_at_ms = $2 WHERE receipt_id = $1', [receiptId, nowMs]);
}

/**
 * Removes the rows of a person at one number; nothing of them opens any more. Reads all rows of the number, since a
 * message names nobody. Returns how many there were.
 */
export async function deleteSubjectRows(
  tx: Transaction,
  phoneNumberId: string,
  subjectIds: readonly SubjectId[],
): Promise<{ messages: number; sessions: number }> {
  const values = [phoneNumberId, subjectIds];
  const where = 'WHERE phone_number_id = $1 AND subject_id = ANY($2::uuid[])';
  const messages = await tx.query<{ count: number }>(
    `WITH gone AS (DELETE FROM messages ${where} RETURNING message_id, accepted_s),
       told AS (DELETE FROM webhook_events e USING gone
         WHERE e.owner_id IN ($1, (SELECT waba_id FROM numbers WHERE phone_number_id = $1))
           AND e.message_id = gone.message_id AND e.accepted_s = gone.accepted_s),
       logged AS (UPDATE webhook_deliveries d SET events = (
           SELECT coalesce(jsonb_agg(event), '[]') FROM jsonb_array_elements(d.events) AS event
           WHERE NOT coalesce(event->>'message_id' IN (SELECT message_id FROM gone), false))
         WHERE d.owner_id IN ($1, (SELECT waba_id FROM numbers WHERE phone_number_id = $1)) AND EXISTS (
           SELECT FROM jsonb_array_elements(d.events) AS event JOIN gone ON gone.message_id = event->>'message_id'))
     SELECT count(*)::int AS count FROM gone`,
    values,
  );
  await tx.query(`DELETE FROM outbox ${where}`, values);
  await tx.query(`DELETE FROM media ${where}`, values);
  const sessions = await tx.execute(`DELETE FROM sessions ${where}`, values);
  await tx.query(`DELETE FROM conversations ${where}`, values);
  await tx.query(`DELETE FROM user_ids ${where}`, values);
  await tx.query(`DELETE FROM subject_lookups ${where}`, values);
  return { messages: messages[0]?.count ?? 0, sessions };
}

/** The receipt stays; what it was about does not. */
export async function markDone(
  tx: Transaction,
  receiptId: string,
  { doneAtMs, messages, sessions }: { doneAtMs: number; messages: number; sessions: number },
): Promise<void> {
  await tx.query('UPDATE erasures SET done_at_ms = $2, messages = $3, sessions = $4 WHERE receipt_id = $1', [
    receiptId,
    doneAtMs,
    messages,
    sessions,
  ]);
  await tx.query('DELETE FROM erased_subjects WHERE receipt_id = $1', [receiptId]);
}

function toErasure(row: ErasureRow): Erasure {
  return {
    receiptId: row.receipt_id,
    wabaId: row.waba_id,
    begunAtMs: row.begun_at_ms,
    keysDestroyedAtMs: row.keys_destroyed_at_ms,
    doneAtMs: row.done_at_ms,
    messages: row.messages,
    sessions: row.sessions,
  };
}
