import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { limits } from '@postern/protocol';
import { answerOf, beginGet, beginPut, credentialOf, fileSizes, get, put } from './blob-client.ts';
import { startTestTransport, type TestDevice, type TestTransport } from './test-transport.ts';

let transport: TestTransport;
let device: TestDevice;
before(async () => {
  transport = await startTestTransport();
  device = await transport.register();
});
after(() => transport.stop());

/** Looks again until the condition holds; a test that waits in vain is ended by its own limit. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await setTimeout(5);
}

const newId = () => randomBytes(16).toString('hex');
const folder = () => transport.parts.config.blobsFolder;
const callOf = (blobId = newId(), by = device) => ({ url: transport.url, authorization: credentialOf(by), blobId });
const countRows = async () => (await transport.db.query('SELECT 1 FROM blobs')).length;

test('a blob that was stored is given to every device that knows its id, and to nobody else', async () => {
  const bytes = randomBytes(300_000);
  const call = callOf();
  assert.equal((await put(call, bytes)).status, 204);
  const other = await transport.register();
  for (const reader of [device, other])
    assert.deepEqual(await get({ ...call, authorization: credentialOf(reader) }), bytes);
  const wrongSecret = credentialOf({ ...device, secret: randomBytes(32) });
  const wrongAccount = credentialOf({ ...other, secret: device.secret });
  const asBearer = `Bearer ${device.secret.toString('base64url')}`;
  for (const authorization of ['', 'Basic', 'Basic AAAA', wrongSecret, wrongAccount, asBearer]) {
    assert.equal(await get({ ...call, authorization }), 401, authorization);
    assert.equal((await put({ ...callOf(), authorization }, bytes)).status, 401, authorization);
  }
  assert.equal(await get(callOf()), 404);
  for (const malformed of ['A'.repeat(32), call.blobId.slice(1), '%2e%2e%2fsecrets', `${call.blobId}0`])
    assert.equal(await get(callOf(malformed)), 400, malformed);
});

test('what is on the disk is for its owner alone', async () => {
  await put(callOf(), randomBytes(10));
  for (const path of [folder(), ...listTree()]) assert.equal(statSync(path).mode & 0o077, 0, path);
});

test('a blob is stored once: again by its account is fine and asks for no bytes, by another or of another size is refused', async () => {
  const bytes = randomBytes(1_000);
  const call = callOf();
  assert.equal((await put(call, bytes)).status, 204);
  const [rows, files] = [await countRows(), fileSizes(folder()).length];
  assert.equal((await put(call, randomBytes(1_000))).status, 204);
  const expecting = beginPut(call, { 'content-length': 1_000, expect: '100-continue' });
  expecting.on('continue', () => assert.fail('nobody needs these bytes'));
  expecting.flushHeaders();
  assert.equal((await answerOf(expecting)).status, 204);
  expecting.destroy();
  assert.deepEqual(await put(call, randomBytes(1_001)), { status: 409, code: 'blob_id_taken' });
  const other = await transport.register();
  assert.deepEqual(await put(callOf(call.blobId, other), bytes), { status: 409, code: 'blob_id_taken' });
  assert.deepEqual(await get(call), bytes);
  assert.deepEqual([await countRows(), fileSizes(folder()).length], [rows, files]);
});

test('two uploads of one id at once leave one blob, whole', async () => {
  const call = callOf();
  const [files, size] = [fileSizes(folder()).length, 500_000];
  const uploads = [0, 1, 2].map(() => beginPut(call, { 'content-length': size }));
  const contents = uploads.map(() => randomBytes(size));
  const answers = uploads.map((sent) => answerOf(sent));
  for (const [index, sent] of uploads.entries()) sent.write(contents[index]!.subarray(0, 100_000));
  await until(() => fileSizes(folder()).length === files + 3);
  for (const [index, sent] of uploads.entries()) sent.end(contents[index]!.subarray(100_000));
  assert.deepEqual(
    (await Promise.all(answers)).map(({ status }) => status),
    [204, 204, 204],
  );
  assert.equal(fileSizes(folder()).length, files + 1);
  const stored = await get(call);
  assert.ok(contents.some((bytes) => Buffer.isBuffer(stored) && bytes.equals(stored)));
});

test('two accounts that store under one id at once: one of them, whole', async () => {
  const [first, second] = [callOf(), await transport.register()];
  const [bytes, files] = [randomBytes(50_000), fileSizes(folder()).length];
  const uploads = [first, callOf(first.blobId, second)].map((call) =>
    beginPut(call, { 'content-length': bytes.length }),
  );
  const answers = uploads.map((sent) => answerOf(sent));
  for (const sent of uploads) sent.write(bytes.subarray(0, 10));
  await until(() => fileSizes(folder()).length === files + 2);
  for (const sent of uploads) sent.end(bytes.subarray(10));
  assert.deepEqual(new Set((await Promise.all(answers)).map(({ status }) => status)), new Set([204, 409]));
  assert.equal(fileSizes(folder()).length, files + 1);
});

test('an upload that breaks leaves nothing, and goes well when it is done again', async () => {
  const [rows, files] = [await countRows(), fileSizes(folder()).length];
  const bytes = randomBytes(200_000);
  const call = callOf();
  const broken = beginPut(call, { 'content-length': bytes.length });
  broken.on('error', () => undefined);
  broken.write(bytes.subarray(0, 100_000));
  await until(() => fileSizes(folder()).includes(100_000));
  assert.equal(await get(call), 404);
  broken.destroy();
  await until(() => fileSizes(folder()).length === files);
  assert.deepEqual([await countRows(), await get(call)], [rows, 404]);
  assert.equal((await put(call, bytes)).status, 204);
  assert.deepEqual(await get(call), bytes);
});

test('whoever stalls is let go: a sender leaves nothing, a reader has filled no memory', async () => {
  const impatient = await startTestTransport({ blobSilenceMs: 200 });
  try {
    const { blobsFolder } = impatient.parts.config;
    const authorization = credentialOf(await impatient.register());
    const call = { url: impatient.url, authorization, blobId: newId() };
    const stalled = beginPut(call, { 'content-length': 200_000 });
    const failed = once(stalled, 'error');
    stalled.write(randomBytes(100_000));
    await failed;
    await until(() => fileSizes(blobsFolder).length === 0);
    const size = 40_000_000;
    assert.equal((await put(call, randomBytes(size))).status, 204);
    const response = await beginGet(call);
    let mostRead = 0;
    await until(() => {
      const position = readPosition(blobsFolder);
      mostRead = Math.max(mostRead, position ?? 0);
      return position === null;
    });
    assert.ok(mostRead > 0 && mostRead < size / 2, `${mostRead} bytes were read for a reader that took none`);
    await assert.rejects(async () => {
      for await (const piece of response) void piece;
    });
  } finally {
    await impatient.stop();
  }
});

test('a refusal comes before a byte is sent when the sender waits for it', async () => {
  const refusals: [Record<string, string | number>, number, string][] = [
    [{ 'content-length': limits.maxBlobBytes + 1 }, 413, 'blob_too_large'],
    [{ 'content-length': 0 }, 400, 'bad_request'],
    [{ 'transfer-encoding': 'chunked' }, 411, 'length_required'],
  ];
  for (const [headers, status, code] of refusals) {
    const sent = beginPut(callOf(), { ...headers, expect: '100-continue' });
    sent.on('continue', () => assert.fail('nobody wants these bytes'));
    sent.flushHeaders();
    assert.deepEqual(await answerOf(sent), { status, code });
    sent.destroy();
  }
  const wanted = beginPut(callOf(), { 'content-length': 5, expect: '100-continue' });
  wanted.flushHeaders();
  await once(wanted, 'continue');
  wanted.end('bytes');
  assert.equal((await answerOf(wanted)).status, 204);
});

test('a blob is gone 30 days after it was stored last, before anything is swept', async () => {
  const [kept, renewed] = [callOf(), callOf()];
  for (const call of [kept, renewed]) await put(call, randomBytes(7));
  transport.clock.nowMs += limits.blobTtlMs - 1;
  assert.equal((await get(kept)).constructor, Buffer);
  assert.equal((await put(renewed, randomBytes(7))).status, 204);
  transport.clock.nowMs += 1;
  assert.equal(await get(kept), 404);
  assert.equal((await get(renewed)).constructor, Buffer);
});

test('rows and files of what has expired are removed, and so are files that a crash has left', async () => {
  const sweeping = await startTestTransport({ sweepIntervalMs: 10 });
  try {
    const { blobsFolder } = sweeping.parts.config;
    const authorization = credentialOf(await sweeping.register());
    const store = (size: number) => put({ url: sweeping.url, authorization, blobId: newId() }, randomBytes(size));
    await store(1_001);
    sweeping.clock.nowMs += limits.blobTtlMs / 2;
    await store(1_002);
    const orphan = newId();
    mkdirSync(join(blobsFolder, orphan.slice(0, 2)), { recursive: true });
    writeFileSync(join(blobsFolder, orphan.slice(0, 2), orphan), randomBytes(1_003));
    sweeping.clock.nowMs += limits.blobTtlMs / 2;
    await until(() => fileSizes(blobsFolder).join() === '1002');
    assert.deepEqual(await sweeping.db.query('SELECT bytes FROM blobs'), [{ bytes: 1_002 }]);
  } finally {
    await sweeping.stop();
  }
});

test('an id whose blob has expired is free again', async () => {
  const call = callOf();
  const other = callOf(call.blobId, await transport.register());
  await put(call, randomBytes(66));
  transport.clock.nowMs += limits.blobTtlMs;
  const bytes = randomBytes(67);
  assert.equal((await put(other, bytes)).status, 204);
  assert.deepEqual(await get(call), bytes);
  assert.ok(!fileSizes(folder()).includes(66));
});

test('a blob whose file is lost can be stored again', async () => {
  const lost = callOf();
  await put(lost, randomBytes(5_555));
  for (const path of listTree()) if (statSync(path).size === 5_555) rmSync(path);
  assert.equal(await get(lost), 404);
  const again = randomBytes(5_555);
  assert.equal((await put(lost, again)).status, 204);
  assert.deepEqual(await get(lost), again);
});

test('an account that stores or fetches too much at once is asked to wait; others are not', async () => {
  const greedy = await transport.register();
  const uploads = Array.from({ length: limits.maxBlobTransfersPerAccount }, () =>
    beginPut(callOf(newId(), greedy), { 'content-length': 10 }),
  );
  const answers = uploads.map((sent) => answerOf(sent));
  const files = fileSizes(folder()).length;
  for (const sent of uploads) sent.write('12345');
  await until(() => fileSizes(folder()).length === files + uploads.length);
  assert.deepEqual(await put(callOf(newId(), greedy), randomBytes(10)), { status: 429, code: 'rate_limited' });
  assert.equal(await get(callOf(newId(), greedy)), 429);
  assert.equal((await put(callOf(), randomBytes(10))).status, 204);
  for (const sent of uploads) sent.end('67890');
  assert.ok((await Promise.all(answers)).every(({ status }) => status === 204));
  assert.equal((await put(callOf(newId(), greedy), randomBytes(10))).status, 204);
});

test('a transport that stops does not wait for an upload, and leaves nothing of it', async () => {
  const stopping = await startTestTransport();
  const { blobsFolder } = stopping.parts.config;
  const authorization = credentialOf(await stopping.register());
  const sent = beginPut({ url: stopping.url, authorization, blobId: newId() }, { 'content-length': 20 });
  const broken = once(sent, 'error');
  sent.write('half of it');
  await until(() => fileSizes(blobsFolder).length === 1);
  await stopping.parts.stopTransport();
  assert.deepEqual(fileSizes(blobsFolder), []);
  await broken;
  await stopping.stop();
});

test('when the disk has no room or the folder is gone, the sender hears that it may try again', async () => {
  const full = await startTestTransport({ minFreeBlobDiskBytes: Number.MAX_SAFE_INTEGER });
  try {
    const authorization = credentialOf(await full.register());
    const call = { url: full.url, authorization, blobId: newId() };
    assert.deepEqual(await put(call, randomBytes(10)), { status: 507, code: 'disk_full' });
    assert.deepEqual(fileSizes(full.parts.config.blobsFolder), []);
    rmSync(full.parts.config.blobsFolder, { recursive: true });
    assert.deepEqual(await put(call, randomBytes(10)), { status: 503, code: 'unavailable' });
  } finally {
    await full.stop();
  }
});

function listTree(): string[] {
  return readdirSync(folder(), { recursive: true, encoding: 'utf8' }).map((name) => join(folder(), name));
}

/** How far the one open file of a folder has been read; null when none is open. Everything runs in this process. */
function readPosition(blobsFolder: string): number | null {
  for (const fd of readdirSync('/proc/self/fd')) {
    try {
      if (!readlinkSync(`/proc/self/fd/${fd}`).startsWith(blobsFolder)) continue;
      return Number(/^pos:\s+(\d+)/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8'))?.[1]);
    } catch {
      // Closed between listing and looking.
    }
  }
  return null;
}
