import type { Keyring } from '@postern/keyring';
import { updateFromRows, type Database, type Queryable, type UpdateSpec } from '@postern/postgres';
import type { Sealer } from '../sealing/sealer.ts';
import { hasShardKey } from './shards.ts';
import { lockShard, type SubjectRow } from './subject-store.ts';
import { wrappedKeyPlace } from './subjects.ts';
import type { ShardVersion, SubjectId } from './subject.ts';

type ShardRow = SubjectRow & { readonly phone_number_id: string };

const rewrapSubjects: UpdateSpec = {
  name: 'subjects.rewrap',
  columns: [
    { name: 'phone_number_id', type: 'text' },
    { name: 'subject_id', type: 'uuid' },
    { name: 'shard_version', type: 'integer' },
    { name: 'wrapped_key', type: 'bytea' },
  ],
  tail: `UPDATE subjects s SET shard_version = v.shard_version, wrapped_key = v.wrapped_key FROM v
    WHERE s.phone_number_id = v.phone_number_id AND s.subject_id = v.subject_id`,
};

interface RekeyOptions {
  readonly db: Database;
  readonly keyring: Keyring;
  readonly sealer: Sealer;
}

/**
 * Gives a shard a new key, wraps all subjects of it anew but these, and removes these. The old key is alive after this:
 * {@link destroyOldShardKeys}. Writers that hold the shard are waited for, those that come later find the new version.
 */
export async function rekeyShard(
  { db, keyring, sealer }: RekeyOptions,
  shard: number,
  gone: ReadonlySet<SubjectId>,
): Promise<void> {
  // Above every version that there is a key of: the row may come from a backup.
  const used = keyring.listShardKeys().flatMap((key) => (key.shard === shard ? [key.version] : []));
  const version = Math.max(await shardVersion(db, shard), ...used) + 1;
  const key = await keyring.createShardKey(shard, version);
  // crash point: erasure.shard-key-made
  await db.transaction(async (tx) => {
    await lockShard(tx, shard);
    const rows = await tx.query<ShardRow>(
      'SELECT phone_number_id, subject_id, shard, shard_version, wrapped_key FROM subjects WHERE shard = $1 FOR UPDATE',
      [shard],
    );
    const rewrapped = rows.flatMap((row) => {
      const subjectKey = gone.has(row.subject_id) ? null : openSubjectKey({ keyring, sealer }, row);
      if (!subjectKey) return [];
      const by = { shard, version };
      const wrapped = sealer.seal(key, wrappedKeyPlace(row.phone_number_id, row.subject_id, by), subjectKey);
      return [[row.phone_number_id, row.subject_id, version, wrapped]];
    });
    await updateFromRows(tx, rewrapSubjects, rewrapped);
    await tx.query('DELETE FROM subjects WHERE shard = $1 AND shard_version <> $2', [shard, version]);
    await tx.query('UPDATE subject_shards SET version = $2, subjects = $3 WHERE shard = $1', [
      shard,
      version,
      rewrapped.length,
    ]);
  });
  // crash point: erasure.rewrapped
}

/** Destroys the keys of all versions of these shards but the present ones, and with them every old copy of a subject's key. */
export async function destroyOldShardKeys(db: Queryable, keyring: Keyring, shards: readonly number[]): Promise<void> {
  const old: ShardVersion[] = [];
  for (const shard of shards) {
    const present = await shardVersion(db, shard);
    old.push(...keyring.listShardKeys().filter((key) => key.shard === shard && key.version !== present));
  }
  await keyring.destroyShardKeys(old);
}

async function shardVersion(db: Queryable, shard: number): Promise<number> {
  const [row] = await db.query<{ version: number }>('SELECT version FROM subject_shards WHERE shard = $1', [shard]);
  return row?.version ?? 0;
}

/** Null when it cannot be opened any more: then nothing that it sealed can be either. */
function openSubjectKey({ keyring, sealer }: Pick<RekeyOptions, 'keyring' | 'sealer'>, row: ShardRow): Buffer | null {
  const by = { shard: row.shard, version: row.shard_version };
  if (!hasShardKey(keyring, by)) return null;
  const place = wrappedKeyPlace(row.phone_number_id, row.subject_id, by);
  return sealer.find(keyring.shardKey(by.shard, by.version), place, row.wrapped_key);
}
