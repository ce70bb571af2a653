import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';

const schema = `
  CREATE TABLE IF NOT EXISTS device (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    phone_number TEXT NOT NULL, account_id TEXT NOT NULL, device_id INTEGER NOT NULL, secret BLOB NOT NULL,
    identity_key_pair BLOB NOT NULL, registration_id INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS peers (
    account_id TEXT NOT NULL, device_id INTEGER NOT NULL, session BLOB, identity_key BLOB NOT NULL,
    version INTEGER NOT NULL, used_at_ms INTEGER NOT NULL, PRIMARY KEY (account_id, device_id)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS prekeys (
    kind TEXT NOT NULL, id INTEGER NOT NULL, record BLOB NOT NULL, made_at_ms INTEGER NOT NULL, PRIMARY KEY (kind, id)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS base_keys (
    base_key BLOB PRIMARY KEY, used_at_ms INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS outbox (
    outbox_id INTEGER PRIMARY KEY AUTOINCREMENT,
    to_phone_number TEXT, to_account_id TEXT, only_device INTEGER, content BLOB NOT NULL, message_id TEXT,
    attempt INTEGER NOT NULL, expires_at_ms INTEGER NOT NULL, envelopes BLOB
  ) STRICT;
  CREATE TABLE IF NOT EXISTS processed (
    envelope_id TEXT PRIMARY KEY, is_readable INTEGER NOT NULL, processed_at_ms INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS messages (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    chat TEXT NOT NULL, from_me INTEGER NOT NULL, message_id TEXT NOT NULL, account_id TEXT,
    at_ms INTEGER NOT NULL, content BLOB NOT NULL, state TEXT NOT NULL, UNIQUE (chat, from_me, message_id)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS media (
    media_id TEXT PRIMARY KEY, blob_id BLOB NOT NULL UNIQUE, key BLOB NOT NULL, size INTEGER NOT NULL,
    sha256 BLOB NOT NULL, mime_type TEXT NOT NULL, filename TEXT NOT NULL, made_at_ms INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS flow_sessions (
    session_id TEXT PRIMARY KEY, request_id BLOB UNIQUE, file BLOB NOT NULL, session TEXT NOT NULL, changed_at_ms INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS blocked (phone_number TEXT PRIMARY KEY, since_ms INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS typing (chat TEXT PRIMARY KEY, since_ms INTEGER NOT NULL) STRICT, WITHOUT ROWID;
`;

/** One phone's SQLite file. Durable: a commit that returned survives the loss of power. */
export class PhoneDatabase {
  readonly #db: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  constructor(path: string) {
    this.#db = new DatabaseSync(path);
    this.#db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON;');
    this.#db.exec(schema);
  }

  /** Runs one statement, prepared once. */
  run(sql: string, ...values: SQLInputValue[]): number {
    return Number(this.#prepare(sql).run(...values).changes);
  }

  all<Row extends object>(sql: string, ...values: SQLInputValue[]): Row[] {
    return this.#prepare(sql).all(...values) as Row[];
  }

  get<Row extends object>(sql: string, ...values: SQLInputValue[]): Row | null {
    return (this.#prepare(sql).get(...values) as Row | undefined) ?? null;
  }

  /** All of it or, when it throws, nothing. */
  transaction<T>(work: () => T): T {
    this.#db.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      this.#db.exec('COMMIT');
      return result;
    } catch (error) {
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK');
      throw error;
    }
  }

  close(): void {
    if (this.#db.isOpen) this.#db.close();
  }

  #prepare(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known) return known;
    const statement = this.#db.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }
}
