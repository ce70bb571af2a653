import type { Queryable } from '@postern/postgres';
import { limits } from '@postern/protocol';

const dayMs = 24 * limits.hourMs;

/** Makes the partitions that messages of these days need, a day on either side included. */
export async function ensurePartitions(db: Queryable, nowMs: number): Promise<void> {
  const today = Math.floor(nowMs / dayMs);
  await db.query('SELECT ensure_message_partitions($1, $2)', [today - 1, today + 2]);
}

/** Drops the partitions whose last message is older than the storage time. Returns how many. */
export async function dropOldPartitions(db: Queryable, nowMs: number): Promise<number> {
  const firstKept = Math.floor((nowMs - limits.maxRetentionHours * limits.hourMs) / dayMs);
  const [row] = await db.query<{ dropped: number }>('SELECT drop_message_partitions($1) AS dropped', [firstKept]);
  return row?.dropped ?? 0;
}

/** Whether a write failed because its day has no partition yet: the clock has moved far. */
export function isPartitionMissing(error: unknown): boolean {
  const { code, message } = error as { code?: string; message?: string };
  return code === '23514' && (message?.includes('no partition') ?? false);
}
