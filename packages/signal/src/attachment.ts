import { createCipheriv, createDecipheriv, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { limits } from '@postern/protocol';

const formatVersion = 1;
const keyBytes = 32;
const saltBytes = 24;
const commitmentBytes = 32;
const tagBytes = 16;
const headerBytes = 1 + saltBytes + commitmentBytes;
const chunkBytes = limits.attachmentChunkBytes;
const encryptedChunkBytes = chunkBytes + tagBytes;

/** An encrypted attachment does not open: damaged, cut off, put together from several, or under another key. */
export class AttachmentBrokenError extends Error {
  override readonly name = 'AttachmentBrokenError';
  readonly retryable = false;
}

/** A key for one attachment: 32 random bytes. */
export function newAttachmentKey(): Uint8Array {
  return Uint8Array.from(randomBytes(keyBytes));
}

/** How many bytes an attachment of this size has when it is encrypted. */
export function encryptedAttachmentBytes(size: number): number {
  return headerBytes + size + tagBytes * Math.max(1, Math.ceil(size / chunkBytes));
}

/**
 * Encrypts a stream chunk by chunk: version 1, salt 24, commitment 32, then chunks of 64 KiB, each with its tag behind
 * it. The nonce of a chunk is its number and whether it is the last one (STREAM, Hoang, Reyhanitabar, Rogaway and Vizár
 * 2015), so that chunks cannot be left out, repeated, reordered or cut off. GCM alone does not commit to its key (one
 * ciphertext can open under two), hence the commitment.
 */
export async function* encryptAttachment(
  key: Uint8Array,
  source: AsyncIterable<Uint8Array>,
): AsyncGenerator<Buffer, void> {
  const salt = randomBytes(saltBytes);
  const { chunkKey, commitment } = deriveChunkKey(key, salt);
  yield Buffer.concat([Buffer.from([formatVersion]), salt, commitment]);
  for await (const { bytes, index, isLast } of cut(source, { firstBytes: chunkBytes, bytes: chunkBytes })) {
    const cipher = createCipheriv('aes-256-gcm', chunkKey, nonceOf(index, isLast), { authTagLength: tagBytes });
    yield Buffer.concat([cipher.update(bytes), cipher.final(), cipher.getAuthTag()]);
  }
}

/**
 * Opens what {@link encryptAttachment} made. Each chunk that comes out is genuine and in its place, but whether the end
 * is there shows only at the end: whoever hands chunks on must take them back when this throws.
 * @throws AttachmentBrokenError; what the source throws
 */
export async function* decryptAttachment(
  key: Uint8Array,
  source: AsyncIterable<Uint8Array>,
): AsyncGenerator<Buffer, void> {
  let chunkKey: Buffer | null = null;
  for await (const { bytes, index, isLast } of cut(source, { firstBytes: headerBytes, bytes: encryptedChunkBytes })) {
    if (chunkKey !== null) yield openChunk(chunkKey, { bytes, index: index - 1, isLast });
    else if (isLast) throw new AttachmentBrokenError('An encrypted attachment is cut off.');
    else chunkKey = openHeader(key, bytes);
  }
}

function openHeader(key: Uint8Array, header: Buffer): Buffer {
  if (header[0] !== formatVersion) throw new AttachmentBrokenError('An encrypted attachment has no known form.');
  const { chunkKey, commitment } = deriveChunkKey(key, header.subarray(1, 1 + saltBytes));
  if (timingSafeEqual(commitment, header.subarray(1 + saltBytes))) return chunkKey;
  throw new AttachmentBrokenError('An encrypted attachment does not belong to this key.');
}

function openChunk(chunkKey: Buffer, { bytes, index, isLast }: Chunk): Buffer {
  // Only an empty attachment has an empty chunk: else it would have two encrypted forms.
  if (bytes.length < tagBytes + Math.min(index, 1))
    throw new AttachmentBrokenError('An encrypted attachment is cut off.');
  const decipher = createDecipheriv('aes-256-gcm', chunkKey, nonceOf(index, isLast), { authTagLength: tagBytes });
  decipher.setAuthTag(bytes.subarray(-tagBytes));
  const opened = decipher.update(bytes.subarray(0, -tagBytes));
  try {
    decipher.final();
  } catch {
    throw new AttachmentBrokenError('An encrypted attachment is damaged.');
  }
  return opened;
}

/** A key of this encryption's own and what commits to it, so that a key that is used twice does no harm. */
function deriveChunkKey(key: Uint8Array, salt: Uint8Array): { chunkKey: Buffer; commitment: Buffer } {
  if (key.length !== keyBytes) throw new AttachmentBrokenError('This is no key of an attachment.');
  const output = createHmac('sha512', key).update('postern attachment v1\0').update(salt).digest();
  return { chunkKey: output.subarray(0, keyBytes), commitment: output.subarray(keyBytes) };
}

/** 7 zero bytes, 4 of the chunk's number, 1 that says whether it is the last. */
function nonceOf(index: number, isLast: boolean): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeUInt32BE(index, 7);
  nonce[11] = isLast ? 1 : 0;
  return nonce;
}

interface Chunk {
  /** Valid until the next chunk is asked for. */
  readonly bytes: Buffer;
  readonly index: number;
  readonly isLast: boolean;
}

/** Cuts a stream into chunks of these sizes; the last one may be smaller, and is there even when it is empty. */
async function* cut(
  source: AsyncIterable<Uint8Array>,
  sizes: { firstBytes: number; bytes: number },
): AsyncGenerator<Chunk, void> {
  const chunk = Buffer.allocUnsafeSlow(Math.max(sizes.firstBytes, sizes.bytes));
  let size = sizes.firstBytes;
  let filled = 0;
  let index = 0;
  for await (const piece of source) {
    for (let at = 0; at < piece.length;) {
      // A full chunk waits for one byte more: else it could be the last one.
      if (filled === size) {
        yield { bytes: chunk.subarray(0, size), index, isLast: false };
        index += 1;
        size = sizes.bytes;
        filled = 0;
      }
      const taken = Math.min(size - filled, piece.length - at);
      chunk.set(piece.subarray(at, at + taken), filled);
      filled += taken;
      at += taken;
    }
  }
  yield { bytes: chunk.subarray(0, filled), index, isLast: true };
}
