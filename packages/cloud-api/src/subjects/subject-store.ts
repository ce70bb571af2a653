import { insertRows, updateFromRows, type InsertSpec, type Queryable, type UpdateSpec } from '@postern/postgres';
import type { ShardVersion, SubjectId } from './subject.ts';

/** A subject as it is stored. */
export interface SubjectRow {
  readonly subject_id: SubjectId;
  readonly shard: number;
  readonly shard_version: number;
  readonly wrapped_key: Buffer;
}

export interface LookupRow {
  readonly hour: number;
  readonly person_hash: Buffer;
  readonly subject_id: SubjectId;
}

const insertSubjects: InsertSpec = {
  name: 'subjects.insert',
  into: 'subjects',
  columns: [
    { name: 'phone_number_id', type: 'text' },
    { name: 'subject_id', type: 'uuid' },
    { name: 'shard', type: 'integer' },
    { name: 'shard_version', type: 'integer' },
    { name: 'wrapped_key', type: 'bytea' },
    { name: 'used_hour', type: 'integer' },
  ],
};

const insertLookups: InsertSpec = {
  name: 'subject-lookups.insert',
  into: 'subject_lookups',
  columns: [
    { name: 'phone_number_id', type: 'text' },
    { name: 'hour', type: 'integer' },
    { name: 'person_hash', type: 'bytea' },
    { name: 'subject_id', type: 'uuid' },
  ],
  suffix: 'ON CONFLICT DO NOTHING RETURNING hour, person_hash, subject_id',
};

const touchSubjects: UpdateSpec & { returning: true } = {
  name: 'subjects.touch',
  columns: [
    { name: 'phone_number_id', type: 'text' },
    { name: 'subject_id', type: 'uuid' },
    { name: 'used_hour', type: 'integer' },
  ],
  tail: `UPDATE subjects s SET used_hour = greatest(s.used_hour, v.used_hour) FROM v
    WHERE s.phone_number_id = v.phone_number_id AND s.subject_id = v.subject_id RETURNING s.subject_id`,
  returning: true,
};

/** Subjects by their ids; those that were erased are missing. */
export function loadSubjects(db: Queryable, phoneNumberId: string, ids: readonly SubjectId[]): Promise<SubjectRow[]> {
  return db.prepared<SubjectRow>(
    'subjects.load',
    `SELECT subject_id, shard, shard_version, wrapped_key FROM subjects
     WHERE phone_number_id = $1 AND subject_id = ANY($2::uuid[])`,
    [phoneNumberId, ids],
  );
}

/** The hours in which a number had anything with anybody, the present one included if it is among them. */
export async function listLookupHours(db: Queryable, phoneNumberId: string, sinceHour: number): Promise<number[]> {
  // Steps from hour to hour by the primary key, however many people there were in each.
  const rows = await db.prepared<{ hour: number }>(
    'subject-lookups.hours',
    `WITH RECURSIVE h(hour) AS (
       SELECT min(hour) FROM subject_lookups WHERE phone_number_id = $1 AND hour >= $2
       UNION ALL
       SELECT (SELECT min(l.hour) FROM subject_lookups l WHERE l.phone_number_id = $1 AND l.hour > h.hour) FROM h
       WHERE h.hour IS NOT NULL
     ) SELECT hour FROM h WHERE hour IS NOT NULL`,
    [phoneNumberId, sinceHour],
  );
  return rows.map(({ hour }) => hour);
}

/** The look-ups of one hour that have one of these hashes. */
export function findLookups(
  db: Queryable,
  phoneNumberId: string,
  { hours, hashes }: { hours: readonly number[]; hashes: readonly Buffer[] },
): Promise<LookupRow[]> {
  return db.prepared<LookupRow>(
    'subject-lookups.find',
    `SELECT hour, person_hash, subject_id FROM subject_lookups
     WHERE phone_number_id = $1 AND (hour, person_hash) IN (SELECT * FROM unnest($2::int[], $3::bytea[]))`,
    [phoneNumberId, hours, hashes],
  );
}

/** Notes that these subjects are used in this hour; gives the ids of those that are still there. */
export async function useSubjects(
  tx: Queryable,
  phoneNumberId: string,
  { hour, ids }: { hour: number; ids: readonly SubjectId[] },
): Promise<Set<SubjectId>> {
  // In one order everywhere, so that two transactions never wait for each other.
  const rows = ids.toSorted().map((id) => [phoneNumberId, id, hour]);
  const used = await updateFromRows<{ subject_id: SubjectId }>(tx, touchSubjects, rows);
  return new Set(used.map(({ subject_id: id }) => id));
}

/** Removes look-ups of one hour whose subjects are gone, or do not open, so that their people can be somebody new. */
export async function dropOrphanLookups(
  tx: Queryable,
  phoneNumberId: string,
  { hour, hashes, unreadable }: { hour: number; hashes: readonly Buffer[]; unreadable: readonly SubjectId[] },
): Promise<void> {
  await tx.query(
    `DELETE FROM subject_lookups l WHERE phone_number_id = $1 AND hour = $2 AND person_hash = ANY($3::bytea[])
       AND (l.subject_id = ANY($4::uuid[])
         OR NOT EXISTS (SELECT FROM subjects s WHERE s.phone_number_id = $1 AND s.subject_id = l.subject_id))`,
    [phoneNumberId, hour, hashes, unreadable],
  );
}

/** Stores look-ups; gives those that nobody else had stored before. */
export function addLookups(
  tx: Queryable,
  phoneNumberId: string,
  { hour, lookups }: { hour: number; lookups: readonly { hash: Buffer; id: SubjectId }[] },
): Promise<LookupRow[]> {
  const rows = lookups
    .toSorted((a, b) => Buffer.compare(a.hash, b.hash))
    .map(({ hash, id }) => [phoneNumberId, hour, hash, id]);
  return insertRows<LookupRow>(tx, insertLookups, rows);
}

export async function addSubjects(
  tx: Queryable,
  phoneNumberId: string,
  { hour, subjects }: { hour: number; subjects: readonly { id: SubjectId; by: ShardVersion; wrapped: Buffer }[] },
): Promise<void> {
  const rows = subjects.map(({ id, by, wrapped }) => [phoneNumberId, id, by.shard, by.version, wrapped, hour]);
  await insertRows(tx, insertSubjects, rows);
}

// Locks of the database rather than of rows: whoever wants a shard alone is not passed by others that come later.
const shardLock = "hashtext('subject_shards')";

/** Keeps all others from a shard until the transaction ends. */
export async function lockShard(tx: Queryable, shard: number): Promise<void> {
  await tx.query(`SELECT pg_advisory_xact_lock(${shardLock}, $1)`, [shard]);
}

/** A shard that is not full, kept from others that would fill it; null when there is none. */
export async function lockOpenShard(tx: Queryable, maxSubjects: number): Promise<ShardVersion | null> {
  const open = 'SELECT shard, version FROM subject_shards WHERE subjects < $1';
  const [latest] = await tx.query<ShardVersion>(`${open} ORDER BY shard DESC LIMIT 1`, [maxSubjects]);
  if (!latest) return null;
  await lockShard(tx, latest.shard);
  const [row] = await tx.query<ShardVersion>(`${open} AND shard = $2`, [maxSubjects, latest.shard]);
  return row ?? null;
}

export async function countIntoShard(tx: Queryable, shard: number, added: number): Promise<void> {
  await tx.query('UPDATE subject_shards SET subjects = subjects + $2 WHERE shard = $1', [shard, added]);
}

/** Holds shards at these versions until the transaction ends; false when one has another version by now. */
export async function holdShards(tx: Queryable, shards: readonly ShardVersion[]): Promise<boolean> {
  const values = [shards.map(({ shard }) => shard), shards.map(({ version }) => version)];
  await tx.prepared(
    'subject-shards.lock',
    `SELECT pg_advisory_xact_lock_shared(${shardLock}, shard)
     FROM (SELECT DISTINCT unnest($1::int[]) AS shard ORDER BY shard) AS wanted`,
    [values[0]],
  );
  // A statement of its own: only it sees what was committed while the locks were waited for.
  const rows = await tx.prepared(
    'subject-shards.hold',
    'SELECT 1 FROM subject_shards WHERE (shard, version) IN (SELECT * FROM unnest($1::int[], $2::int[]))',
    values,
  );
  return rows.length === shards.length;
}
