import { createCipheriv, createDecipheriv, timingSafeEqual, type KeyObject } from 'node:crypto';
import { limits } from '@postern/protocol';
import { deriveRecordKey, encodePlace, nextSalt, saltBytes, SealBrokenError, type RecordPlace } from './record.ts';

const formatVersion = 2;
const commitmentBytes = 32;
const tagBytes = 16;
const headerBytes = 1 + saltBytes + commitmentBytes;
const sealedChunkBytes = limits.sealedChunkBytes + tagBytes;

/**
 * Seals what is too large for one record, chunk by chunk, under a key of its own: version 2, salt 24, commitment 32, then
 * chunks of 64 KiB, each with its tag behind it. The nonce of a chunk is its number and whether it is the last one (STREAM,
 * Hoang, Reyhanitabar, Rogaway and Vizár 2015), so that chunks cannot be left out, repeated, reordered or cut off.
 */
export async function* sealStream(
  key: KeyObject,
  place: RecordPlace,
  source: AsyncIterable<Uint8Array>,
): AsyncGenerator<Buffer> {
  const salt = nextSalt();
  const context = encodePlace(place);
  const { recordKey, commitment } = deriveRecordKey(key, 'stream', { salt, context });
  yield Buffer.concat([Buffer.from([formatVersion]), salt, commitment]);
  for await (const { bytes, index, isLast } of cut(source, limits.sealedChunkBytes)) {
    const cipher = createCipheriv('aes-256-gcm', recordKey, nonceOf(index, isLast), { authTagLength: tagBytes });
    cipher.setAAD(context);
    yield Buffer.concat([cipher.update(bytes), cipher.final(), cipher.getAuthTag()]);
  }
}

/**
 * Opens what {@link sealStream} sealed at the same place. Each chunk that comes out is genuine and in its order, but
 * whether the end is there shows only at the end: whoever hands chunks on must take it back when this throws.
 * @throws SealBrokenError
 */
export async function* openStream(
  key: KeyObject,
  place: RecordPlace,
  source: AsyncIterable<Uint8Array>,
): AsyncGenerator<Buffer> {
  const { header, rest } = await splitHeader(source);
  const context = encodePlace(place);
  const salt = header.subarray(1, 1 + saltBytes);
  const { recordKey, commitment } = deriveRecordKey(key, 'stream', { salt, context });
  if (!timingSafeEqual(commitment, header.subarray(1 + saltBytes)))
    throw new SealBrokenError('A sealed stream does not belong here.');
  for await (const { bytes, index, isLast } of cut(rest, sealedChunkBytes)) {
    if (bytes.length < tagBytes) throw new SealBrokenError('A sealed stream is cut off.');
    const decipher = createDecipheriv('aes-256-gcm', recordKey, nonceOf(index, isLast), { authTagLength: tagBytes });
    decipher.setAAD(context);
    decipher.setAuthTag(bytes.subarray(-tagBytes));
    const opened = decipher.update(bytes.subarray(0, -tagBytes));
    try {
      decipher.final();
    } catch {
      throw new SealBrokenError('A sealed stream is damaged.');
    }
    yield opened;
  }
}

interface Chunk {
  readonly bytes: Buffer;
  readonly index: number;
  readonly isLast: boolean;
}

/** Cuts a stream into chunks of this size; the last one may be smaller, and is there even when it is empty. */
async function* cut(source: AsyncIterable<Uint8Array>, size: number): AsyncGenerator<Chunk> {
  let pending = Buffer.alloc(0);
  let index = 0;
  for await (const bytes of source) {
    pending = Buffer.concat([pending, bytes]);
    // One byte more than a chunk has to be there: else it could be the last one.
    for (; pending.length > size; index += 1) {
      yield { bytes: pending.subarray(0, size), index, isLast: false };
      pending = pending.subarray(size);
    }
  }
  yield { bytes: pending, index, isLast: true };
}

async function splitHeader(
  source: AsyncIterable<Uint8Array>,
): Promise<{ header: Buffer; rest: AsyncIterable<Uint8Array> }> {
  const iterator = source[Symbol.asyncIterator]();
  let begin = Buffer.alloc(0);
  while (begin.length < headerBytes) {
    const { value, done } = await iterator.next();
    if (done === true) throw new SealBrokenError('A sealed stream is cut off.');
    begin = Buffer.concat([begin, value]);
  }
  if (begin[0] !== formatVersion) throw new SealBrokenError('A sealed stream has no known form.');
  return { header: begin.subarray(0, headerBytes), rest: continueFrom(begin.subarray(headerBytes), iterator) };
}

async function* continueFrom(begin: Buffer, iterator: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield begin;
  for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) yield next.value;
}

/** 7 zero bytes, 4 of the chunk's number, 1 that says whether it is the last. */
function nonceOf(index: number, isLast: boolean): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeUInt32BE(index, 7);
  nonce[11] = isLast ? 1 : 0;
  return nonce;
}
