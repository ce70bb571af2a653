import { boundOf, cutWindow, type Window, type Windowed } from '../contract/list-window.ts';
import { canonicalJson, type EntrySource, type Json } from '@postern/audit-log';
import { updateFromRows, type Database, type UpdateSpec } from '@postern/postgres';

/** A row of `audit_entries`. */
export interface AuditRow {
  readonly id: string;
  readonly at_ms: number;
  readonly kind: string;
  readonly waba_id: string | null;
  readonly phone_number_id: string | null;
  readonly details: Json;
  readonly log_index: number | null;
}

const columns = 'id, at_ms, kind, waba_id, phone_number_id, details, log_index';

const setLogIndexes: UpdateSpec = {
  name: 'audit.set-indexes',
  columns: [
    { name: 'id', type: 'uuid' },
    { name: 'log_index', type: 'bigint' },
  ],
  tail: `UPDATE audit_entries SET log_index = v.log_index FROM v
    WHERE audit_entries.id = v.id AND audit_entries.log_index IS NULL`,
};

/** The bytes of a row in the log: canonical JSON of all that the row says. */
export function encodeAuditRow(row: AuditRow): Buffer {
  const { id, at_ms: atMs, kind, waba_id, phone_number_id, details } = row;
  const at = new Date(atMs).toISOString();
  return Buffer.from(canonicalJson({ v: 1, id, at, kind, waba_id, phone_number_id, details }));
}

/** The table of audit entries, for those who bring them into the log and those who look them up. */
export class AuditRows implements EntrySource {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async listPending(limit: number): Promise<{ id: string; entry: Uint8Array }[]> {
    const rows = await this.#db.query<AuditRow>(
      `SELECT ${columns} FROM audit_entries WHERE log_index IS NULL ORDER BY seq LIMIT $1`,
      [limit],
    );
    return rows.map((row) => ({ id: row.id, entry: encodeAuditRow(row) }));
  }

  async setIndexes(places: readonly { id: string; index: number }[]): Promise<void> {
    const rows = places.map(({ id, index }) => [id, index]);
    await this.#db.transaction((tx) => updateFromRows(tx, setLogIndexes, rows));
  }

  async nextIndex(): Promise<number> {
    const [row] = await this.#db.query<{ next: number }>(
      'SELECT COALESCE(max(log_index) + 1, 0) AS next FROM audit_entries',
    );
    return row?.next ?? 0;
  }

  /** The places in the log of a business account's entries, lowest first: after a place, and in the log's first `size`. */
  async listPlaces(wabaId: string, size: number, window: Window): Promise<Windowed<number>> {
    const { bound, isBackwards, rows } = boundOf(window);
    const found = await this.#db.query<{ log_index: number }>(
      `SELECT log_index FROM audit_entries WHERE waba_id = $1 AND log_index < $2
         AND ($3::bigint IS NULL OR log_index ${isBackwards ? '<' : '>'} $3)
       ORDER BY log_index ${isBackwards ? 'DESC' : ''} LIMIT $4`,
      [wabaId, size, bound, rows],
    );
    return cutWindow(
      found.map(({ log_index: index }) => index),
      window,
    );
  }

  /** Rows that are in the log, after a place, in the log's order. */
  listLogged(after: number, limit: number): Promise<(AuditRow & { readonly log_index: number })[]> {
    return this.#db.query(`SELECT ${columns} FROM audit_entries WHERE log_index > $1 ORDER BY log_index LIMIT $2`, [
      after,
      limit,
    ]);
  }
}
