import pg from 'pg';
import { columnValues } from './column-values.ts';
import type { Statement, StatementResult } from './database.ts';
import { DatabaseUnavailableError, StatementFailedError, toConnectError, toDatabaseError } from './errors.ts';

const connectTimeoutMs = 10_000;
const keepAliveAfterMs = 10_000;
/** A transaction whose program went quiet is ended by the server, so that its locks go. */
const idleInTransactionMs = 60_000;

export interface ConnectionOptions {
  url: string;
  applicationName: string;
  statementTimeoutMs?: number | undefined;
}

/** The settings that every connection of this package has. */
export function clientConfig({ url, applicationName, statementTimeoutMs }: ConnectionOptions): pg.ClientConfig {
  return {
    connectionString: url,
    application_name: applicationName,
    connectionTimeoutMillis: connectTimeoutMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: keepAliveAfterMs,
    statement_timeout: statementTimeoutMs,
    idle_in_transaction_session_timeout: idleInTransactionMs,
    types: columnValues,
    // Statements given together travel together: BEGIN and the first statement are one round trip.
    pipeline: true,
  };
}

/**
 * Opens a connection outside the pool, for one long purpose.
 * @throws DatabaseUnavailableError, or StatementFailedError when the server refuses the role or database
 */
export async function openConnection(options: ConnectionOptions): Promise<pg.Client> {
  const client = new pg.Client(clientConfig(options));
  // Those who hold the connection watch `end`; without a listener the error would end the process.
  client.on('error', () => {});
  try {
    await client.connect();
    return client;
  } catch (error) {
    await client.end();
    throw toConnectError(error);
  }
}

/** Runs one statement; `broke` tells afterwards whether the connection was lost. */
export async function runStatement<Row extends object>(
  client: pg.ClientBase,
  statement: Statement,
  broke: () => boolean,
): Promise<StatementResult<Row>> {
  try {
    const answer: pg.QueryResult<Row> | pg.QueryResult<Row>[] = await client.query<Row>(statement as pg.QueryConfig);
    const last = Array.isArray(answer) ? answer.at(-1) : answer;
    return { rows: last?.rows ?? [], affected: last?.rowCount ?? 0, command: last?.command ?? '' };
  } catch (error) {
    throw toDatabaseError(error, broke());
  }
}

/** Whether the connection must not be used again: it broke, or holds a prepared statement that no longer fits the schema. */
export function spoilsConnection(error: unknown): boolean {
  if (error instanceof DatabaseUnavailableError) return true;
  return error instanceof StatementFailedError && (error.code === '0A000' || error.code === '26000');
}
