import { createHash } from 'node:crypto';
import { limits } from '@postern/protocol';

/** There was more than there may be. */
export class MediaTooLargeError extends Error {
  override readonly name = 'MediaTooLargeError';
  readonly retryable = false;
}

/** What is known of bytes that have gone by. */
export interface Measures {
  readonly size: number;
  readonly sha256: Uint8Array;
  /** How they begin: enough to tell what they are. */
  readonly head: Buffer;
}

/** Measures a stream while it goes by, and stops it where it is too long. */
export class Measured {
  readonly #source: AsyncIterable<Uint8Array>;
  readonly #maxBytes: number;
  readonly #hash = createHash('sha256');
  readonly #head: Uint8Array[] = [];
  #headBytes = 0;
  #size = 0;

  constructor(source: AsyncIterable<Uint8Array>, maxBytes: number) {
    this.#source = source;
    this.#maxBytes = maxBytes;
  }

  /** The very same bytes. @throws MediaTooLargeError; what the source throws */
  async *bytes(): AsyncGenerator<Uint8Array, void> {
    for await (const bytes of this.#source) {
      this.#size += bytes.length;
      if (this.#size > this.#maxBytes) throw new MediaTooLargeError('A medium is larger than it may be.');
      this.#hash.update(bytes);
      this.#keepHead(bytes);
      yield bytes;
    }
  }

  /** To be called once, when the stream has ended. */
  measures(): Measures {
    return { size: this.#size, sha256: Uint8Array.from(this.#hash.digest()), head: Buffer.concat(this.#head) };
  }

  #keepHead(bytes: Uint8Array): void {
    const part = bytes.slice(0, limits.sniffedMediaBytes - this.#headBytes);
    if (part.length === 0) return;
    this.#headBytes += part.length;
    this.#head.push(part);
  }
}
