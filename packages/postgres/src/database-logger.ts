/** What this package asks of a logger; pino's fits. It is never given a statement or a parameter value. */
export interface DatabaseLogger {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** A logger for those who pass none. */
export const silentLogger: DatabaseLogger = { info() {}, warn() {}, error() {} };
