import pg from 'pg';

/**
 * The database cannot be reached, or the connection broke. A retry helps; after a COMMIT was sent its outcome is
 * unknown, so only repeat work that may happen twice.
 */
export class DatabaseUnavailableError extends Error {
  override readonly name = 'DatabaseUnavailableError';
  readonly retryable = true;
}

/** The database object was closed by its owner. */
export class DatabaseClosedError extends Error {
  override readonly name = 'DatabaseClosedError';
  readonly retryable = false;

  constructor() {
    super('the database has been closed');
  }
}

/** A transaction was used after its work had ended. */
export class TransactionEndedError extends Error {
  override readonly name = 'TransactionEndedError';
  readonly retryable = false;

  constructor() {
    super('the transaction has ended');
  }
}

/** The work swallowed the error of a statement, so PostgreSQL rolled back where COMMIT was asked. */
export class TransactionRolledBackError extends Error {
  override readonly name = 'TransactionRolledBackError';
  readonly retryable = false;

  constructor() {
    super('the transaction was rolled back, because one of its statements had failed');
  }
}

/** A role that only reads is to be given rights, and it does not exist. */
export class ReaderRoleMissingError extends Error {
  override readonly name = 'ReaderRoleMissingError';
  readonly retryable = false;

  constructor(role: string) {
    super(
      `There is no role "${role}". Make it with CREATE ROLE, or give its password and a connection that may make it.`,
    );
  }
}

/** PostgreSQL refused a statement. It carries names from the schema and never a value. */
export class StatementFailedError extends Error {
  override readonly name = 'StatementFailedError';
  /** The SQLSTATE, for example `23505`. */
  readonly code: string;
  readonly constraint: string | null;
  readonly table: string | null;
  readonly column: string | null;
  readonly retryable: boolean;

  constructor(failure: pg.DatabaseError) {
    const code = failure.code ?? 'XX000';
    super(isFreeOfValues(code) ? `${failure.message} (${code})` : `the statement failed (${code})`);
    this.code = code;
    this.constraint = failure.constraint ?? null;
    this.table = failure.table ?? null;
    this.column = failure.column ?? null;
    this.retryable = isRetryable(code);
  }
}

/** The embedded server cannot be started or stopped; the message says what to do. */
export class EmbeddedServerError extends Error {
  override readonly name: string = 'EmbeddedServerError';
  readonly retryable: boolean = false;
}

/** Another running program has this data folder's server. */
export class DataFolderInUseError extends EmbeddedServerError {
  override readonly name = 'DataFolderInUseError';
}

/** Turns what `pg` threw into this package's errors. `connectionBroke` tells that the connection is gone. */
export function toDatabaseError(cause: unknown, connectionBroke: boolean): unknown {
  if (cause instanceof pg.DatabaseError) {
    return isUnavailable(cause.code ?? '') ? unavailable(cause) : new StatementFailedError(cause);
  }
  return connectionBroke ? unavailable(cause) : cause;
}

/** As `toDatabaseError`, for a connection that could not be made: whatever has no SQLSTATE is the network or the server. */
export function toConnectError(cause: unknown): unknown {
  const isShut = cause instanceof pg.DatabaseError && cause.code === databaseTakesNoConnections;
  return isShut ? unavailable(cause) : toDatabaseError(cause, true);
}

/** What a database says whose `ALLOW_CONNECTIONS` is off, as during maintenance (55000, object not in prerequisite state). */
const databaseTakesNoConnections = '55000';

function unavailable(cause: unknown): DatabaseUnavailableError {
  const code = cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? ` (${cause.code})` : '';
  return new DatabaseUnavailableError(`the database cannot be reached${code}`, { cause });
}

/** Connection exceptions, too many connections, and a server that shuts down, crashed or is starting. */
function isUnavailable(code: string): boolean {
  return code.startsWith('08') || ['53300', '57P01', '57P02', '57P03', '57P05'].includes(code);
}

/** Serialisation failures, deadlocks, lock and statement timeouts, a full disk or memory. */
function isRetryable(code: string): boolean {
  return code.startsWith('40') || code.startsWith('53') || code === '55P03' || code === '57014';
}

/**
 * Messages of these SQLSTATE classes name columns, constraints or words of the statement. Others, such as 22 (data
 * exceptions: `invalid input syntax for type uuid: "…"`) and P0 (RAISE), may quote a value.
 */
function isFreeOfValues(code: string): boolean {
  return ['0A', '23', '25', '26', '28', '3D', '3F', '40', '42', '53', '54', '55', '57'].includes(code.slice(0, 2));
}
