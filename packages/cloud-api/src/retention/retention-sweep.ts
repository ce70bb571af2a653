import type { Keyring } from '@postern/keyring';
import type { Database } from '@postern/postgres';
import { limits } from '@postern/protocol';
import { dropOldPartitions } from '../messages/partitions.ts';

/** What a sweep removed. */
export interface Swept {
  readonly days: number;
  readonly messages: number;
  readonly sessions: number;
  readonly subjects: number;
}

/**
 * Removes what is past its time. Nothing depends on it: from its deadline on a record is refused when it is read, and
 * its key is destroyed. What a sweep removes cannot be read any more.
 */
export async function sweepMessages(db: Database, nowMs: number): Promise<Pick<Swept, 'days' | 'messages'>> {
  const days = await dropOldPartitions(db, nowMs);
  const messages = await repeat((limit) => deleteShortLived(db, nowMs, limit));
  await returnExpired(db, nowMs);
  return { days, messages };
}

/** Removes what is left of people who were silent for 30 days. Reads whole tables, so it is for once an hour. */
export async function sweepSilent(db: Database, nowMs: number): Promise<Pick<Swept, 'sessions' | 'subjects'>> {
  const silentSinceMs = nowMs - limits.maxRetentionHours * limits.hourMs;
  const oldestHour = Math.floor(silentSinceMs / limits.hourMs);
  const sessions = await deleteOld(db, { table: 'sessions', column: 'used_at_ms' }, silentSinceMs);
  await deleteOld(db, { table: 'base_keys', column: 'used_at_ms' }, silentSinceMs);
  await deleteOld(db, { table: 'processed_envelopes', column: 'processed_at_ms' }, silentSinceMs);
  await deleteOld(db, { table: 'first_contacts', column: 'contacted_at_ms' }, nowMs - 24 * limits.hourMs);
  await deleteOld(db, { table: 'conversations', column: 'last_inbound_at_ms' }, nowMs - limits.serviceWindowMs);
  await deleteOld(db, { table: 'user_ids', column: 'sealed_at_ms' }, silentSinceMs);
  await deleteOld(db, { table: 'subject_lookups', column: 'hour' }, oldestHour);
  const subjects = await deleteOld(db, { table: 'subjects', column: 'used_hour' }, oldestHour);
  return { sessions, subjects };
}

/**
 * Removes shards whose people are all gone, and their keys, also those that a crash or a restored database left without
 * a row. The latest shard stays: it is being filled.
 */
export async function sweepShards(db: Database, keyring: Keyring): Promise<number> {
  const emptied = await db.query<{ shard: number }>(
    `DELETE FROM subject_shards s WHERE shard < (SELECT max(shard) FROM subject_shards)
       AND NOT EXISTS (SELECT FROM subjects WHERE subjects.shard = s.shard) RETURNING shard`,
  );
  const rows = await db.query<{ shard: number }>('SELECT shard FROM subject_shards');
  const known = new Set(rows.map(({ shard }) => shard));
  const latest = Math.max(0, ...known);
  await keyring.destroyShardKeys(keyring.listShardKeys().filter(({ shard }) => shard < latest && !known.has(shard)));
  return emptied.length;
}

/** In batches, so that no statement holds many rows for long. */
async function repeat(remove: (limit: number) => Promise<number>): Promise<number> {
  let removed = 0;
  for (;;) {
    const count = await remove(limits.maxRowsPerRetentionSweep);
    removed += count;
    if (count < limits.maxRowsPerRetentionSweep) return removed;
  }
}

function deleteShortLived(db: Database, nowMs: number, limit: number): Promise<number> {
  return db.execute(
    `DELETE FROM messages m USING (
       SELECT phone_number_id, message_id, sent_by_business, accepted_s FROM messages
       WHERE retention_hours < 720 AND accepted_s + retention_hours * 3600 <= $1 LIMIT $2
     ) old
     WHERE m.phone_number_id = old.phone_number_id AND m.message_id = old.message_id
       AND m.sent_by_business = old.sent_by_business AND m.accepted_s = old.accepted_s`,
    [Math.floor(nowMs / 1000), limit],
  );
}

/** What was encrypted and could not be sent in time is queued once more, where it fails as expired; its bytes go. */
async function returnExpired(db: Database, nowMs: number): Promise<void> {
  await db.query(
    `WITH expired AS (
       UPDATE outbox SET envelopes = NULL WHERE expires_at_ms <= $1 AND envelopes IS NOT NULL RETURNING phone_number_id
     ) SELECT pg_notify('outbox', phone_number_id) FROM (SELECT DISTINCT phone_number_id FROM expired) AS numbers`,
    [nowMs],
  );
}

function deleteOld(
  db: Database,
  { table, column }: { table: string; column: string },
  before: number,
): Promise<number> {
  return repeat((limit) =>
    db.execute(
      `DELETE FROM ${table} WHERE ctid = ANY(ARRAY(SELECT ctid FROM ${table} WHERE ${column} < $1 LIMIT $2))`,
      [before, limit],
    ),
  );
}
