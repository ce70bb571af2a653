/** The transport cannot be reached or does not answer. A retry helps. */
export class TransportUnavailableError extends Error {
  override readonly name = 'TransportUnavailableError';
  readonly retryable = true;
}

/** The transport refused a request; a retry helps only where the code says so. */
export class TransportRefusedError extends Error {
  override readonly name = 'TransportRefusedError';
  readonly code: string;
  readonly retryable: boolean;
  readonly retryAfterMs: number;

  constructor(refusal: { code: string; message: string; retryable: boolean; retryAfterMs: number }) {
    super(refusal.message);
    this.code = refusal.code;
    this.retryable = refusal.retryable;
    this.retryAfterMs = refusal.retryAfterMs;
  }
}

/** Another process has taken this device over: stop, and write nothing more. */
export class FencedError extends Error {
  override readonly name = 'FencedError';
  readonly retryable = false;
}

/** A source gave another number of bytes than its owner had told. */
export class BlobSizeError extends Error {
  override readonly name = 'BlobSizeError';
  readonly retryable = false;
}

/** A medium has more bytes than a phone sends. */
export class MediaTooLargeError extends Error {
  override readonly name = 'MediaTooLargeError';
  readonly retryable = false;
}

/** What the transport has of a medium is not what the message says, or does not open. */
export class MediaBrokenError extends Error {
  override readonly name = 'MediaBrokenError';
  readonly retryable = false;
}

/** A phone is transferring as many media as it does at once. A retry helps. */
export class TooManyTransfersError extends Error {
  override readonly name = 'TooManyTransfersError';
  readonly retryable = true;
}
