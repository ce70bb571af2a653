import type pg from 'pg';
import { runStatement } from './connection.ts';

/** A session advisory lock that is held as long as its connection lives. */
export interface HeldLock {
  /** Resolves when the lock is no longer ours: after `release`, or because the connection died. Never rejects. */
  readonly released: Promise<void>;
  /** Gives the lock back; another can take it when this resolves. */
  release(): Promise<void>;
}

/** Tries to take the lock on this connection, which it then owns; null (and the connection closed) when another holds it. */
export async function tryHoldLock(client: pg.Client, key: [number, number]): Promise<HeldLock | null> {
  let ended = false;
  const released = new Promise<void>((resolve) => {
    client.once('end', () => {
      ended = true;
      resolve();
    });
  });
  try {
    const text = 'SELECT pg_try_advisory_lock($1::int4, $2::int4) AS taken';
    const { rows } = await runStatement<{ taken: boolean }>(client, { text, values: key }, () => ended);
    if (rows[0]?.taken === true) return { released, release: () => release(client, key, released) };
  } catch (error) {
    await client.end();
    throw error;
  }
  await client.end();
  return null;
}

async function release(client: pg.Client, key: [number, number], released: Promise<void>): Promise<void> {
  // A failure means that the connection is gone, and the lock with it.
  await client.query('SELECT pg_advisory_unlock($1::int4, $2::int4)', key).catch(() => {});
  await client.end();
  await released;
}
