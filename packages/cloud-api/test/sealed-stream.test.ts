import assert from 'node:assert/strict';
import { createSecretKey, randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { limits } from '@postern/protocol';
import fc from 'fast-check';
import { SealBrokenError, type RecordPlace } from '../src/sealing/record.ts';
import { openStream, sealStream } from '../src/sealing/stream.ts';

const key = createSecretKey(Buffer.alloc(32, 7));
const place: RecordPlace = {
  table: 'media',
  column: 'bytes',
  region: 'local',
  phoneNumberId: '1063',
  row: '77',
  epoch: '720/493250',
};
const headerBytes = 57;
const chunk = limits.sealedChunkBytes;
const sealedChunk = chunk + 16;

async function* piecesOf(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function collect(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const pieces = [];
  for await (const piece of stream) pieces.push(piece);
  return Buffer.concat(pieces);
}

const seal = (bytes: Uint8Array, size = 10_000) => collect(sealStream(key, place, piecesOf(bytes, size)));
const open = (sealed: Uint8Array, size = 7_000, at = place) => collect(openStream(key, at, piecesOf(sealed, size)));

test('what is sealed opens, whatever its size and however it comes in pieces', async () => {
  for (const size of [0, 1, chunk - 1, chunk, chunk + 1, 2 * chunk, 3 * chunk + 5]) {
    const bytes = randomBytes(size);
    const sealed = await seal(bytes, 1 + (size % 9_973));
    assert.equal(sealed.length, headerBytes + size + 16 * Math.max(1, Math.ceil(size / chunk)));
    assert.ok((await open(sealed, 31_337)).equals(bytes), `${size} bytes`);
  }
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), fc.integer({ min: 1, max: 50 }), async (bytes, size) => {
      assert.deepEqual(await open(await seal(bytes, size), size), Buffer.from(bytes));
    }),
  );
});

test('a stream that was cut off, reordered, repeated or put together from two does not open', async () => {
  const sealed = await seal(randomBytes(3 * chunk + 100));
  const other = await seal(randomBytes(3 * chunk + 100));
  const header = sealed.subarray(0, headerBytes);
  const chunks = Array.from({ length: 4 }, (_, at) =>
    sealed.subarray(headerBytes + at * sealedChunk, headerBytes + (at + 1) * sealedChunk),
  );
  const [first, second, third, last] = chunks as [Buffer, Buffer, Buffer, Buffer];
  const otherSecond = other.subarray(headerBytes + sealedChunk, headerBytes + 2 * sealedChunk);
  const broken: Record<string, Buffer[]> = {
    'without its last chunk': [first, second, third],
    'without its first chunk': [second, third, last],
    'without a chunk in the middle': [first, third, last],
    'with two chunks changed about': [second, first, third, last],
    'with a chunk twice': [first, first, second, third, last],
    'with another stream’s chunk': [first, otherSecond, third, last],
    'with something behind it': [first, second, third, last, Buffer.alloc(16)],
    'cut in the middle of a chunk': [first, second, third, last.subarray(0, -1)],
    'of a header alone': [],
  };
  for (const [name, parts] of Object.entries(broken))
    await assert.rejects(open(Buffer.concat([header, ...parts])), SealBrokenError, name);
  assert.equal((await open(Buffer.concat([header, ...chunks]))).length, 3 * chunk + 100);
  for (const length of [0, 1, headerBytes - 1]) await assert.rejects(open(sealed.subarray(0, length)), SealBrokenError);
});

test('a stream with a flipped byte, under another key or at another place does not open', async () => {
  const sealed = await seal(randomBytes(chunk + 50));
  for (let at = 0; at < sealed.length; at += at < headerBytes ? 1 : 4_999) {
    const flipped = Buffer.from(sealed);
    flipped[at] = (flipped[at] ?? 0) ^ 1;
    await assert.rejects(open(flipped), SealBrokenError, `byte ${at}`);
  }
  await assert.rejects(open(sealed, 7_000, { ...place, row: '78' }), SealBrokenError);
  await assert.rejects(open(sealed, 7_000, { ...place, epoch: '720/493251' }), SealBrokenError);
  const foreign = createSecretKey(randomBytes(32));
  await assert.rejects(collect(openStream(foreign, place, piecesOf(sealed, 7_000))), SealBrokenError);
});
