export type { Database, DatabaseOptions, Queryable, Statement, StatementResult, Transaction } from './database.ts';
export { openDatabase } from './database.ts';
export type { DatabaseLogger } from './database-logger.ts';
export {
  DatabaseClosedError,
  DatabaseUnavailableError,
  DataFolderInUseError,
  EmbeddedServerError,
  ReaderRoleMissingError,
  StatementFailedError,
  TransactionEndedError,
  TransactionRolledBackError,
} from './errors.ts';
export type { Subscription } from './notifications.ts';
export type { HeldLock } from './held-lock.ts';
export type { InsertSpec, RowColumn, UpdateSpec } from './rows.ts';
export { insertRows, updateFromRows } from './rows.ts';
export { findClusterFolder } from './embedded/cluster-home.ts';
export type { EmbeddedServer, EmbeddedServerOptions } from './embedded/server.ts';
export { startEmbeddedServer } from './embedded/server.ts';
export { ensureSystemDatabase } from './embedded/system-database.ts';
export { migrate } from './migrate.ts';
export { ensureReaderRole } from './reader-role.ts';
export { listFigures, type Figure } from './figures.ts';
export { describeSchema } from './schema-description.ts';
