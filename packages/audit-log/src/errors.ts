/** The log's folder does not hold what its checkpoint says, or is another log's. Nothing was changed. */
export class LogDamagedError extends Error {
  override readonly name = 'LogDamagedError';
  readonly retryable = false;
}

/** An entry is empty or too large for the format (RFC 6962 hashes anything, C2SP tlog-tiles up to 65,535 bytes). */
export class LogEntryError extends Error {
  override readonly name = 'LogEntryError';
  readonly retryable = false;
}

/** An append failed, so that the log's files may be ahead of what its writer knows. */
export class LogInDoubtError extends Error {
  override readonly name = 'LogInDoubtError';
  readonly retryable = true;
}
