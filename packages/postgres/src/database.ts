import pg from 'pg';
import { clientConfig, openConnection, runStatement, spoilsConnection } from './connection.ts';
import { silentLogger, type DatabaseLogger } from './database-logger.ts';
import { DatabaseClosedError, DatabaseUnavailableError, toConnectError } from './errors.ts';
import { tryHoldLock, type HeldLock } from './held-lock.ts';
import { NotificationHub, type Subscription } from './notifications.ts';
import { StatementRunner } from './statement-runner.ts';
import { runTransaction } from './transaction.ts';

const defaultMaxConnections = 10;
const defaultIdleTimeoutMs = 30_000;
/** Callers that wait for a connection; beyond it they are refused at once. */
const maxWaitingForConnection = 10_000;

/** One statement. A name makes it a prepared statement; Buffers and Uint8Arrays travel binary. */
export interface Statement {
  text: string;
  values?: readonly unknown[];
  name?: string;
}

export interface StatementResult<Row> {
  rows: Row[];
  /** Rows inserted, updated, deleted or returned. */
  affected: number;
  /** PostgreSQL's command tag, for example `INSERT` or `COMMIT`. */
  command: string;
}

/**
 * Where statements run: a database (each on any connection) or a transaction (all on one).
 * Every method throws DatabaseUnavailableError when the connection fails and StatementFailedError when PostgreSQL refuses.
 */
export interface Queryable {
  /** Rows of a statement. int8 comes as number, bytea as Buffer, timestamptz as Date, numeric as string. */
  query<Row extends object = Record<string, unknown>>(text: string, values?: readonly unknown[]): Promise<Row[]>;
  /** As `query`, prepared once per connection under a name of at most 63 bytes that always means this text. */
  prepared<Row extends object = Record<string, unknown>>(
    name: string,
    text: string,
    values?: readonly unknown[],
  ): Promise<Row[]>;
  /** Runs a statement and gives the number of affected rows. */
  execute(text: string, values?: readonly unknown[]): Promise<number>;
  /** What the three above do, with rows and count together. */
  run<Row extends object = Record<string, unknown>>(statement: Statement): Promise<StatementResult<Row>>;
}

/**
 * Statements between BEGIN and COMMIT. Those started together (`Promise.all`) travel in one round trip, in order.
 * Throws TransactionEndedError when used after its end.
 */
export interface Transaction extends Queryable {}

export interface Database extends Queryable {
  /**
   * Runs the work between BEGIN and COMMIT, and rolls back when it throws. A connection that could not roll back is discarded.
   * @throws TransactionRolledBackError when the work swallowed a failed statement; nothing was kept then
   */
  transaction<T>(work: (transaction: Transaction) => Promise<T>): Promise<T>;
  /**
   * Calls back for each NOTIFY on the channel, over one connection that all channels share. After that connection was
   * lost and made again, every listener is called once with `''`, because something may have been missed.
   */
  listen(channel: string, onNotification: (payload: string) => void): Promise<Subscription>;
  /** Takes a session advisory lock (two int4) on a connection of its own; null when another holds it. */
  holdLock(key: [number, number]): Promise<HeldLock | null>;
  /** Waits for what runs, then closes every connection, subscription and lock. */
  close(): Promise<void>;
}

export interface DatabaseOptions {
  /** `postgres://role:password@host:port/database`; a unix socket folder may stand percent-encoded as the host. */
  url: string;
  /** Seen in `pg_stat_activity`. */
  applicationName: string;
  maxConnections?: number;
  logger?: DatabaseLogger;
  idleTimeoutMs?: number;
  statementTimeoutMs?: number;
}

/** Opens a pool of connections. Nothing is connected before the first statement. */
export function openDatabase(options: DatabaseOptions): Database {
  return new PooledDatabase(options);
}

class PooledDatabase extends StatementRunner implements Database {
  readonly #options: DatabaseOptions;
  readonly #pool: pg.Pool;
  readonly #hub: NotificationHub;
  readonly #broken = new WeakSet<pg.ClientBase>();
  readonly #locks = new Set<HeldLock>();
  #closing: Promise<void> | null = null;

  constructor(options: DatabaseOptions) {
    super();
    const logger = options.logger ?? silentLogger;
    this.#options = options;
    this.#pool = new pg.Pool({
      ...clientConfig(options),
      max: options.maxConnections ?? defaultMaxConnections,
      idleTimeoutMillis: options.idleTimeoutMs ?? defaultIdleTimeoutMs,
    });
    this.#pool.on('connect', (client) => {
      client.on('error', () => this.#broken.add(client));
    });
    // The pool drops an idle connection that fails; without a listener its error would end the process.
    this.#pool.on('error', () => logger.warn({}, 'an idle database connection was lost'));
    this.#hub = new NotificationHub(() => openConnection(options), logger);
  }

  override run<Row extends object>(statement: Statement): Promise<StatementResult<Row>> {
    return this.#withClient((client) => runStatement<Row>(client, statement, () => this.#broken.has(client)));
  }

  transaction<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    return this.#withClient((client) =>
      runTransaction((statement) => runStatement(client, statement, () => this.#broken.has(client)), work),
    );
  }

  listen(channel: string, onNotification: (payload: string) => void): Promise<Subscription> {
    return this.#hub.listen(channel, onNotification);
  }

  async holdLock(key: [number, number]): Promise<HeldLock | null> {
    this.#assertOpen();
    const lock = await tryHoldLock(await openConnection(this.#options), key);
    if (lock === null) return null;
    this.#locks.add(lock);
    void lock.released.then(() => this.#locks.delete(lock));
    return lock;
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await this.#hub.close();
    await Promise.all([...this.#locks].map((lock) => lock.release()));
    await this.#pool.end();
  }

  async #withClient<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    const client = await this.#checkOut();
    try {
      const result = await work(client);
      client.release();
      return result;
    } catch (error) {
      client.release(this.#broken.has(client) || spoilsConnection(error) || isInTransaction(client));
      throw error;
    }
  }

  async #checkOut(): Promise<pg.PoolClient> {
    this.#assertOpen();
    if (this.#pool.waitingCount >= maxWaitingForConnection) {
      throw new DatabaseUnavailableError('too many callers wait for a database connection');
    }
    try {
      return await this.#pool.connect();
    } catch (error) {
      this.#assertOpen();
      throw toConnectError(error);
    }
  }

  #assertOpen(): void {
    if (this.#closing !== null) throw new DatabaseClosedError();
  }
}

function isInTransaction(client: pg.ClientBase): boolean {
  return client.getTransactionStatus() !== 'I';
}
