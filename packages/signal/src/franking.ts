import { createHmac, randomFillSync, timingSafeEqual } from 'node:crypto';
import { decode, encode, pad, PayloadSchema, unpad } from '@postern/protocol';

const keyBytes = 32;
const block = Buffer.alloc(keyBytes * 256);
let used = block.length;

/** 32 random bytes, drawn 256 at a time: one system call per message would cost more than the HMAC. */
function nextFrankingKey(): Uint8Array {
  if (used === block.length) {
    randomFillSync(block);
    used = 0;
  }
  used += keyBytes;
  return Uint8Array.prototype.slice.call(block, used - keyBytes, used);
}

function commit(frankingKey: Uint8Array, content: Uint8Array): Uint8Array {
  return createHmac('sha256', frankingKey).update(content).digest();
}

/** Content made ready to encrypt, and the commitment its envelope carries in the clear. */
export interface FrankedContent {
  readonly padded: Uint8Array<ArrayBuffer>;
  readonly commitment: Uint8Array;
}

/**
 * Binds content to an envelope without showing it: the commitment is HMAC-SHA256(key, content) and the key
 * travels inside the ciphertext, so that a recipient can later prove what was sent (privacy by franking).
 */
export function frank(content: Uint8Array): FrankedContent {
  const frankingKey = nextFrankingKey();
  return { padded: pad(encode(PayloadSchema, { frankingKey, content })), commitment: commit(frankingKey, content) };
}

/** The content of a decrypted payload; null when it is malformed or is not what the envelope committed to. */
export function unfrank(padded: Uint8Array, commitment: Uint8Array): Uint8Array | null {
  const bytes = unpad(padded);
  const payload = bytes && decode(PayloadSchema, bytes);
  if (!payload || payload.frankingKey.length !== keyBytes || commitment.length !== keyBytes) return null;
  return timingSafeEqual(commit(payload.frankingKey, payload.content), commitment) ? payload.content : null;
}
