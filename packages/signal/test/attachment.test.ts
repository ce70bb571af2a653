import assert from 'node:assert/strict';
import { createCipheriv, createHash, createHmac, randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { limits } from '@postern/protocol';
import fc from 'fast-check';
import {
  AttachmentBrokenError,
  decryptAttachment,
  encryptAttachment,
  encryptedAttachmentBytes,
  newAttachmentKey,
} from '../src/attachment.ts';

const key = Uint8Array.from({ length: 32 }, (_, at) => at);
const headerBytes = 57;
const chunk = limits.attachmentChunkBytes;
const encryptedChunk = chunk + 16;

async function* piecesOf(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function collect(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const pieces = [];
  for await (const piece of stream) pieces.push(piece);
  return Buffer.concat(pieces);
}

const encrypt = (bytes: Uint8Array, size = 10_000) => collect(encryptAttachment(key, piecesOf(bytes, size)));
const decrypt = (encrypted: Uint8Array, size = 7_000, under: Uint8Array = key) =>
  collect(decryptAttachment(under, piecesOf(encrypted, size)));

// Both made once with another implementation (Python's cryptography): key 00 01 … 1f, salt 40 41 … 57.
const fixedHeader =
  '01404142434445464748494a4b4c4d4e4f5051525354555657ad0fd9cdd17be7fdc330ed362b87e7379146511d6f2c48a7c04215f867436868';
const fixedChunk = '839acfdb8630e5a6548b8c6fe4a6c333406a2b8180199e7ca764baba1790a6a321b8';
const fixedLongSha256 = 'b9b6b81c4c7d156ab7d2fc25bb746285b36968067237073b0af5a960404403a2';

test('what another implementation encrypted opens, and means the same', async () => {
  const encrypted = Buffer.from(fixedHeader + fixedChunk, 'hex');
  assert.equal((await decrypt(encrypted)).toString(), 'a fixed attachment');
  assert.equal(encrypted.length, encryptedAttachmentBytes(18));
  const long = encryptByHand(Buffer.from(Uint8Array.from({ length: 150_000 }, (_, at) => at % 251)));
  assert.equal(createHash('sha256').update(long).digest('hex'), fixedLongSha256);
  assert.equal(long.length, encryptedAttachmentBytes(150_000));
  assert.equal((await decrypt(long)).length, 150_000);
});

test('what is encrypted opens, whatever its size and however it comes in pieces', async () => {
  for (const size of [0, 1, chunk - 1, chunk, chunk + 1, 2 * chunk, 3 * chunk + 5]) {
    const bytes = randomBytes(size);
    const encrypted = await encrypt(bytes, 1 + (size % 9_973));
    assert.equal(encrypted.length, headerBytes + size + 16 * Math.max(1, Math.ceil(size / chunk)));
    assert.equal(encrypted.length, encryptedAttachmentBytes(size));
    for (const pieces of [31_337, encryptedChunk, encrypted.length])
      assert.ok((await decrypt(encrypted, pieces)).equals(bytes), `${size} bytes in pieces of ${pieces}`);
  }
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 20 }),
      fc.integer({ min: 1, max: 50 }),
      async (pieces, size) => {
        async function* source() {
          yield* pieces;
        }
        const encrypted = await collect(encryptAttachment(key, source()));
        assert.deepEqual(await decrypt(encrypted, size), Buffer.concat(pieces));
      },
    ),
  );
});

test('an attachment that was cut off, reordered, repeated, extended or put together from two does not open', async () => {
  const encrypted = await encrypt(randomBytes(3 * chunk + 100));
  const other = await encrypt(randomBytes(3 * chunk + 100));
  const header = encrypted.subarray(0, headerBytes);
  const chunks = chunksOf(encrypted);
  const [first, second, third, last] = chunks as [Buffer, Buffer, Buffer, Buffer];
  const [, otherSecond] = chunksOf(other) as [Buffer, Buffer];
  const broken: Record<string, Buffer[]> = {
    'without its last chunk': [header, first, second, third],
    'without its first chunk': [header, second, third, last],
    'without a chunk in the middle': [header, first, third, last],
    'with two chunks changed about': [header, second, first, third, last],
    'with a chunk twice': [header, first, first, second, third, last],
    'with the last chunk twice': [header, first, second, third, last, last],
    'with another attachment’s chunk': [header, first, otherSecond, third, last],
    'under another attachment’s header': [other.subarray(0, headerBytes), ...chunks],
    'with something behind it': [header, ...chunks, Buffer.alloc(16)],
    'with one byte behind it': [header, ...chunks, Buffer.alloc(1)],
    'with another attachment behind it': [header, ...chunks, other],
    'of a header alone': [header],
    'without a header': chunks,
  };
  for (const [name, parts] of Object.entries(broken))
    await assert.rejects(decrypt(Buffer.concat(parts)), AttachmentBrokenError, name);
  assert.equal((await decrypt(Buffer.concat([header, ...chunks]))).length, 3 * chunk + 100);
});

test('an attachment that is cut anywhere does not open, not even at the border of a chunk', async () => {
  const encrypted = await encrypt(randomBytes(2 * chunk));
  const borders = [0, headerBytes, headerBytes + 16, headerBytes + encryptedChunk, encrypted.length];
  const cuts = borders.flatMap((border) => [border - 1, border, border + 1]);
  for (const length of cuts.filter((at) => at >= 0 && at < encrypted.length))
    await assert.rejects(decrypt(encrypted.subarray(0, length)), AttachmentBrokenError, `${length} bytes`);
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: encrypted.length - 1 }), async (length) => {
      await assert.rejects(decrypt(encrypted.subarray(0, length), 40_000), AttachmentBrokenError);
    }),
    { numRuns: 50 },
  );
});

test('an attachment with a flipped byte or under another key does not open', async () => {
  const encrypted = await encrypt(randomBytes(chunk + 50));
  for (let at = 0; at < encrypted.length; at += at < headerBytes ? 1 : 4_999) {
    const flipped = Buffer.from(encrypted);
    flipped[at] = (flipped[at] ?? 0) ^ 1;
    await assert.rejects(decrypt(flipped), AttachmentBrokenError, `byte ${at}`);
  }
  await assert.rejects(decrypt(encrypted, 7_000, newAttachmentKey()), AttachmentBrokenError);
  await assert.rejects(decrypt(encrypted, 7_000, key.subarray(1)), AttachmentBrokenError);
});

test('an attachment has one encrypted form: nothing opens that ends in an empty chunk', async () => {
  const bytes = randomBytes(chunk);
  await assert.rejects(decrypt(encryptByHand(bytes, [bytes, Buffer.alloc(0)])), AttachmentBrokenError);
  assert.ok((await decrypt(encryptByHand(bytes))).equals(bytes));
});

test('a key that is used twice encrypts to something else each time', async () => {
  const [once, again] = [await encrypt(Buffer.alloc(100)), await encrypt(Buffer.alloc(100))];
  assert.notDeepEqual(once.subarray(0, headerBytes), again.subarray(0, headerBytes));
  assert.notDeepEqual(once.subarray(headerBytes), again.subarray(headerBytes));
  assert.notDeepEqual(newAttachmentKey(), newAttachmentKey());
  assert.equal(newAttachmentKey().length, 32);
});

test('no byte of a chunk comes out before its tag is checked', async () => {
  const encrypted = await encrypt(randomBytes(2 * chunk));
  const flipped = Buffer.from(encrypted);
  flipped[headerBytes + encryptedChunk + 5] = (flipped[headerBytes + encryptedChunk + 5] ?? 0) ^ 1;
  let opened = 0;
  await assert.rejects(async () => {
    for await (const piece of decryptAttachment(key, piecesOf(flipped, 1_000))) opened += piece.length;
  }, AttachmentBrokenError);
  assert.equal(opened, chunk);
});

test('whoever stops reading lets go of the source, and what the source throws comes through', async () => {
  let isClosed = false;
  async function* source() {
    try {
      for (;;) yield randomBytes(chunk);
    } finally {
      isClosed = true;
    }
  }
  for await (const piece of encryptAttachment(key, source())) if (piece.length > headerBytes) break;
  assert.ok(isClosed);
  isClosed = false;
  const stream = decryptAttachment(key, encryptAttachment(key, source()));
  await stream.next();
  await stream.return();
  assert.ok(isClosed);
  async function* failing() {
    yield randomBytes(chunk);
    throw new TypeError('the source broke');
  }
  await assert.rejects(collect(encryptAttachment(key, failing())), TypeError);
});

test('memory stays flat however much streams through, in pieces of any size', async () => {
  const piece = randomBytes(1_500);
  async function* source() {
    for (let sent = 0; sent < 60 * 1024 * 1024; sent += piece.length) yield piece;
  }
  const before = await heldBytes();
  let opened = 0;
  let nextLook = 0;
  for await (const bytes of decryptAttachment(key, encryptAttachment(key, source()))) {
    opened += bytes.length;
    if (opened < nextLook) continue;
    nextLook += 8 * 1024 * 1024;
    const grown = (await heldBytes()) - before;
    assert.ok(grown < 4 * 1024 * 1024, `${grown} bytes more are held after ${opened}`);
  }
  assert.ok(opened >= 60 * 1024 * 1024);
});

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** What is held in memory when garbage is taken away. */
async function heldBytes(): Promise<number> {
  collectGarbage();
  // Buffers are freed behind a collection's back, at the latest in the next one.
  await setImmediate();
  collectGarbage();
  const { arrayBuffers, heapUsed } = process.memoryUsage();
  return arrayBuffers + heapUsed;
}

function chunksOf(encrypted: Buffer): Buffer[] {
  const chunks = [];
  for (let at = headerBytes; at < encrypted.length; at += encryptedChunk)
    chunks.push(encrypted.subarray(at, at + encryptedChunk));
  return chunks;
}

/** The format once more, written from its description: salt 40 41 … 57. */
function encryptByHand(bytes: Buffer, chunks?: Buffer[]): Buffer {
  const salt = Buffer.from(Uint8Array.from({ length: 24 }, (_, at) => 0x40 + at));
  const derived = createHmac('sha512', key).update('postern attachment v1\0').update(salt).digest();
  const cutUp =
    chunks ??
    Array.from({ length: Math.ceil(bytes.length / 65_536) }, (_, at) => bytes.subarray(at * 65_536, (at + 1) * 65_536));
  const sealed = cutUp.flatMap((piece, at) => {
    const nonce = Buffer.alloc(12);
    nonce.writeUInt32BE(at, 7);
    nonce[11] = at === cutUp.length - 1 ? 1 : 0;
    const cipher = createCipheriv('aes-256-gcm', derived.subarray(0, 32), nonce, { authTagLength: 16 });
    return [cipher.update(piece), cipher.final(), cipher.getAuthTag()];
  });
  return Buffer.concat([Buffer.of(1), salt, derived.subarray(32), ...sealed]);
}
