import { canonicalJson, LogSequencer, type EntrySource } from '@postern/audit-log';
import { insertRows, type Database, type InsertSpec } from '@postern/postgres';
import type { Logger } from '@postern/service';
import type { ConcernedIds } from './admin-log.ts';

interface AdminLogRow {
  id: string;
  position: number;
  actor: string;
  action: string;
  ids: ConcernedIds;
  at_ms: number;
}

interface SequencerStart {
  readonly database: Database;
  /** The folder of the log. */
  readonly folder: string;
  readonly logger: Logger;
}

const writerLock: [number, number] = [0x61_75_64, 1];

const insertPlaces: InsertSpec = {
  name: 'admin-log.place',
  into: 'admin_log_places',
  columns: [
    { name: 'id', type: 'uuid' },
    { name: 'log_index', type: 'bigint' },
  ],
  suffix: 'ON CONFLICT DO NOTHING',
};

/** Brings the entries of the admin log into a Merkle log: one process at a time, every second. */
export async function startAdminLogSequencer({ database, folder, logger }: SequencerStart): Promise<LogSequencer> {
  const sequencer = new LogSequencer({
    folder,
    origin: 'postern/business-manager',
    source: new AdminLogRows(database),
    takeLock: () => database.holdLock(writerLock),
    logger,
  });
  await sequencer.start();
  return sequencer;
}

class AdminLogRows implements EntrySource {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async listPending(limit: number): Promise<{ id: string; entry: Uint8Array }[]> {
    const rows = await this.#database.query<AdminLogRow>(
      `SELECT id, position, actor, action, ids, at_ms FROM admin_log
       WHERE NOT EXISTS (SELECT FROM admin_log_places WHERE admin_log_places.id = admin_log.id)
       ORDER BY position LIMIT $1`,
      [limit],
    );
    return rows.map((row) => ({ id: row.id, entry: encodeRow(row) }));
  }

  async setIndexes(places: readonly { id: string; index: number }[]): Promise<void> {
    const rows = places.map(({ id, index }) => [id, index]);
    await this.#database.transaction((tx) => insertRows(tx, insertPlaces, rows));
  }

  async nextIndex(): Promise<number> {
    const [row] = await this.#database.query<{ next: number }>(
      'SELECT COALESCE(max(log_index) + 1, 0) AS next FROM admin_log_places',
    );
    return row?.next ?? 0;
  }
}

/** The bytes of a row in the log: canonical JSON of all that the row says. */
function encodeRow({ id, position, actor, action, ids, at_ms: atMs }: AdminLogRow): Buffer {
  const at = new Date(atMs).toISOString();
  return Buffer.from(canonicalJson({ v: 1, id, position, at, actor, action, ids }));
}
