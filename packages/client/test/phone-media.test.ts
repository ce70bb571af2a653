import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { after, before, test } from 'node:test';
import { limits, MediaKind } from '@postern/protocol';
import { MediaBrokenError, MediaTooLargeError, TransportUnavailableError, type Phone } from '../src/index.ts';
import { startRig, untilShown } from './rig.ts';

let rig: Awaited<ReturnType<typeof startRig>>;
let ana: Phone;
let ben: Phone;
before(async () => {
  rig = await startRig();
  [ana, ben] = [await rig.open('Ana', '15550100301'), await rig.open('Ben', '15550100302')];
});
after(() => rig.stop());

const about = { mimeType: 'application/pdf', filename: 'bill.pdf' };

/** Puts a file on Ana's phone and sends it to Ben. Returns the id under which Ben's phone has it. */
async function send(bytes: Buffer, lie: object = {}): Promise<string> {
  const count = ben.inbox().length;
  const id = await ana.media.add(Readable.from(pieces(bytes)), about);
  const { attachment, filename } = ana.media.find(id)!;
  ana.say({
    to: ben.phoneNumber,
    body: { case: 'media', value: { kind: MediaKind.DOCUMENT, attachment: { ...attachment, ...lie }, filename } },
  });
  const shown = await untilShown(ben, (items) => items.length > count);
  return (shown.at(-1)!['document'] as { id: string }).id;
}

function* pieces(bytes: Buffer, size = 50_000): Generator<Buffer> {
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
}

async function read(phone: Phone, mediaId: string): Promise<Buffer | null> {
  const medium = await phone.media.open(mediaId);
  if (!medium) return null;
  const got: Uint8Array[] = [];
  for await (const piece of medium.bytes) got.push(piece);
  return Buffer.concat(got);
}

const filesOf = (digits: string) => readdirSync(join(rig.dir, digits, 'media'));

test('a file goes from one phone to another, of whatever size, and the transport sees nothing of it', async () => {
  for (const size of [0, 1, limits.attachmentChunkBytes, 1_000_003]) {
    const bytes = randomBytes(size);
    const mediaId = await send(bytes);
    const medium = ben.media.find(mediaId);
    assert.deepEqual([Number(medium?.attachment.size), medium?.filename], [size, about.filename]);
    assert.deepEqual(Buffer.from(medium!.attachment.sha256), createHash('sha256').update(bytes).digest());
    assert.deepEqual(await read(ben, mediaId), bytes);
    if (size > 1) for (const blob of rig.blobs()) assert.ok(!readFileSync(blob).includes(bytes.subarray(0, 1024)));
  }
});

test('what was looked at once, by several at a time too, is on the phone', async () => {
  const mediaId = await send(randomBytes(300_000));
  const [one, other] = await Promise.all([read(ben, mediaId), read(ben, mediaId)]);
  assert.deepEqual(one, other);
  await ben.goOffline();
  assert.deepEqual(await read(ben, mediaId), one);
  ben.goOnline();
  assert.equal(await ben.media.open('999999-0'), null);
  assert.equal(await ben.media.open('../phone.sqlite'), null);
});

test('a blob that was changed does not open, and leaves nothing behind', async () => {
  const earlier = new Set(rig.blobs());
  const mediaId = await send(randomBytes(100_000));
  const [blob] = rig.blobs().filter((path) => !earlier.has(path));
  const bytes = readFileSync(blob!);
  bytes[80_000]! ^= 1;
  writeFileSync(blob!, bytes);
  const files = filesOf('15550100302');
  await assert.rejects(ben.media.open(mediaId), MediaBrokenError);
  assert.deepEqual(filesOf('15550100302'), files);
});

test('a file that is not the one that its message tells of is not shown', async () => {
  for (const lie of [{ sha256: randomBytes(32) }, { size: 7n }]) {
    const mediaId = await send(randomBytes(1000), lie);
    await assert.rejects(ben.media.open(mediaId), MediaBrokenError);
  }
});

test('a phone that is offline can send no file, and none is larger than 100 MiB', async () => {
  const files = filesOf('15550100301');
  await ana.goOffline();
  await assert.rejects(ana.media.add(Readable.from([Buffer.from('x')]), about), TransportUnavailableError);
  ana.goOnline();
  const piece = Buffer.alloc(1024 * 1024);
  const endless = Readable.from(
    (function* endlessly() {
      for (;;) yield piece;
    })(),
  );
  await assert.rejects(ana.media.add(endless, about), MediaTooLargeError);
  assert.deepEqual(filesOf('15550100301'), files);
});
