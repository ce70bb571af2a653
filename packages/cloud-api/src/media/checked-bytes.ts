import { createHash, timingSafeEqual } from 'node:crypto';
import type { MediaRecord } from './media-record.ts';

/** What came is not what was announced. */
export class MediaChangedError extends Error {
  override readonly name = 'MediaChangedError';
  readonly retryable = false;
}

/** Passes bytes on as long as they may be those of a medium, and throws where they turn out not to be. @throws MediaChangedError */
export async function* checkedBytes(
  source: AsyncIterable<Uint8Array>,
  { size, sha256 }: Pick<MediaRecord, 'size' | 'sha256'>,
): AsyncGenerator<Uint8Array, void> {
  const hash = createHash('sha256');
  let left = size;
  // The last piece is held back: whoever has all bytes has the right ones.
  let held: Uint8Array | null = null;
  for await (const bytes of source) {
    left -= bytes.length;
    if (left < 0) throw new MediaChangedError('A medium is larger than was announced.');
    hash.update(bytes);
    if (held) yield held;
    held = bytes;
  }
  if (left !== 0 || !timingSafeEqual(hash.digest(), sha256))
    throw new MediaChangedError('A medium is not what was announced.');
  if (held) yield held;
}
