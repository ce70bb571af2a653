import { ErrorCode, limits } from '@postern/protocol';
import { DatabaseUnavailableError } from '@postern/postgres';
import { BadKeyError } from '../keys/device-keys.ts';
import { WriteRefusedError } from '../mailbox/write-queue.ts';

/** A request that is answered with an error frame. The message is for people and names nobody. */
export class RequestError extends Error {
  override readonly name = 'RequestError';
  readonly code: ErrorCode;
  readonly retryAfterMs: number;

  constructor(code: ErrorCode, message: string, retryAfterMs = 0) {
    super(message);
    this.code = code;
    this.retryAfterMs = retryAfterMs;
  }

  /** True when the client is not one that we can talk to. */
  get endsSocket(): boolean {
    return this.code === ErrorCode.MALFORMED_FRAME || this.code === ErrorCode.UNSUPPORTED_VERSION;
  }
}

export function malformed(message: string): RequestError {
  return new RequestError(ErrorCode.MALFORMED_FRAME, message);
}

export function tooMany(message: string): RequestError {
  return new RequestError(ErrorCode.TOO_MANY, message);
}

export function rateLimited(retryAfterMs: number): RequestError {
  return new RequestError(ErrorCode.RATE_LIMITED, 'Too many requests; wait a moment.', retryAfterMs);
}

export function notAuthenticated(): RequestError {
  return new RequestError(ErrorCode.NOT_AUTHENTICATED, 'There is no such device with this secret.');
}

/** Null for an error that nobody foresaw. */
export function toRequestError(error: unknown): RequestError | null {
  if (error instanceof RequestError) return error;
  if (error instanceof BadKeyError) return new RequestError(ErrorCode.BAD_SIGNATURE, error.message);
  const expected = error instanceof WriteRefusedError || error instanceof DatabaseUnavailableError;
  return expected ? unavailable() : null;
}

export function unavailable(): RequestError {
  return new RequestError(ErrorCode.UNAVAILABLE, 'The store does not answer; try again.', limits.storeRetryMs);
}
