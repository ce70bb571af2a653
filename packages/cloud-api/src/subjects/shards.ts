import type { Database } from '@postern/postgres';
import { KeyMissingError, type Keyring } from '@postern/keyring';
import { limits } from '@postern/protocol';
import type { ShardVersion } from './subject.ts';

/** Whether the keyring has this shard's key: not when the row comes from a backup older than an erasure. */
export function hasShardKey(keyring: Keyring, { shard, version }: ShardVersion): boolean {
  try {
    keyring.shardKey(shard, version);
    return true;
  } catch (error) {
    if (error instanceof KeyMissingError) return false;
    throw error;
  }
}

/** Makes a shard with a key when none has room. The key is on disk before anything is wrapped with it. */
export async function ensureOpenShard(db: Database, keyring: Keyring): Promise<void> {
  const [latest] = await db.query<ShardVersion & { subjects: number }>(
    'SELECT shard, version, subjects FROM subject_shards ORDER BY shard DESC LIMIT 1',
  );
  if (latest && latest.subjects < limits.maxSubjectsPerShard && hasShardKey(keyring, latest)) return;
  const shard = Math.max(latest?.shard ?? 0, ...keyring.listShardKeys().map((key) => key.shard)) + 1;
  await keyring.createShardKey(shard, 1);
  await db.query(
    'INSERT INTO subject_shards (shard, version, subjects) VALUES ($1, 1, 0) ON CONFLICT (shard) DO NOTHING',
    [shard],
  );
}
