import assert from 'node:assert/strict';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Uploads } from '../src/uploads/uploads.ts';
import { uploadFolderOf } from '../src/uploads/upload-folder.ts';
import { UploadSweep } from '../src/uploads/upload-sweep.ts';
import { assertError, startRig, type Answer, type Business, type Rig } from './http-rig.ts';
import { fileOf } from './media-rig.ts';
import type { SealedStorage } from '../src/sealed-storage.ts';
import { openTestStorage } from './storage-rig.ts';

let rig: Rig;
let other: Business;
/** Another process of the Cloud API. */
let storage: SealedStorage;
before(async () => {
  rig = await startRig();
  other = await rig.createBusiness('Bakery');
  const { db, databaseUrl, keyringFolder, clock } = rig;
  storage = await openTestStorage({ databaseUrl, db, clock, keyringFolder });
});
after(async () => {
  await storage.close();
  await rig.stop();
});

const picture = fileOf('image/png', 300_000);

async function begin(query = `file_name=a.png&file_length=${picture.length}&file_type=image/png`): Promise<string> {
  const answer = await rig.graph('POST', `/v25.0/${rig.bank.appId}/uploads?${query}`);
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  assert.match(answer.body.id, /^upload:[\w-]+\?sig=[\w-]+$/);
  return answer.body.id;
}

async function append(
  id: string,
  bytes: Buffer,
  { offset = 0, token = rig.bank.token, type = '' } = {},
): Promise<Answer & { h?: string }> {
  const headers: Record<string, string> = { authorization: `OAuth ${token}`, file_offset: String(offset) };
  if (type !== '') headers['content-type'] = type;
  const response = await fetch(`${rig.url}/v25.0/${id}`, { method: 'POST', headers, body: Uint8Array.from(bytes) });
  const body = (await response.json()) as Answer['body'] & { h?: string };
  return { status: response.status, headers: response.headers, body, ...(body.h !== undefined && { h: body.h }) };
}

async function progress(id: string): Promise<string> {
  const { body } = await rig.graph('GET', `/v25.0/${id}`, { headers: { authorization: `OAuth ${rig.bank.token}` } });
  const { file_offset: offset, id: same } = body as unknown as { file_offset: string; id: string };
  assert.equal(same, id);
  return offset;
}

/** What a handle opens to, as another process of the Cloud API sees it. */
async function open(handle: string, appId = rig.bank.appId) {
  const { db, config } = rig;
  const file = await new Uploads({ db, storage, folder: uploadFolderOf(config) }).open(handle, { appId });
  const chunks: Buffer[] = [];
  if (file) for await (const chunk of file.read()) chunks.push(chunk);
  return file && { ...file, bytes: Buffer.concat(chunks) };
}

function bytesOf(id: string): number {
  const folder = join(rig.config.mediaFolder, 'uploads', /^upload:([\w-]+)/.exec(id)?.[1] ?? '');
  return readdirSync(folder).reduce((sum, file) => sum + statSync(join(folder, file)).size, 0);
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 5));
}

test('a file that is uploaded in one piece gets a handle, which opens to it', async () => {
  const id = await begin();
  assert.equal(await progress(id), '0');
  const { h = '' } = await append(id, picture);
  assert.match(
    h,
    new RegExp(`^4::aW1hZ2UvcG5n:AR[\\w-]+:e:\\d{10}:${rig.bank.appId}:${rig.bank.systemUserId}:AR[\\w-]+$`),
  );
  const { bytes, mimeType, filename, size } = (await open(h)) ?? {};
  assert.deepEqual([bytes, mimeType, filename, size], [picture, 'image/png', 'a.png', picture.length]);
});

for (const type of [
  'application/x-www-form-urlencoded',
  'application/octet-stream',
  'multipart/form-data',
  'image/png',
])
  test(`bytes are bytes, also when they are said to be ${type}`, async () => {
    const { h } = await append(await begin(), picture, { type });
    assert.ok(h && (await open(h))?.bytes.equals(picture));
  });

test('a file comes in pieces, and a piece that breaks off counts as far as it came', async () => {
  const id = await begin();
  const first = await append(id, picture.subarray(0, 100_000));
  assert.deepEqual(first.body, { id, file_offset: '100000' });
  const { hostname, port } = new URL(rig.url);
  const socket = connect(Number(port), hostname);
  socket.write(
    `POST /${id} HTTP/1.1\r\nhost: a\r\nauthorization: OAuth ${rig.bank.token}\r\nfile_offset: 100000\r\ncontent-length: 200000\r\n\r\n`,
  );
  socket.write(picture.subarray(100_000, 280_000));
  // Two chunks of it are on the disk.
  await until(() => bytesOf(id) > 100_000 + 2 * 65_536);
  socket.destroy();
  await until(async () => (await progress(id)) !== '100000');
  const offset = Number(await progress(id));
  assert.ok(offset > 100_000 && offset <= 280_000);
  assertError(await append(id, picture.subarray(100_000), { offset: 100_000 }), 400, 100);
  assertError(await append(id, Buffer.concat([picture.subarray(offset), picture]), { offset }), 400, 100);
  const { h } = await append(id, picture.subarray(offset), { offset });
  assert.ok(h && (await open(h))?.bytes.equals(picture));
});

test('two pieces for one place: one of them counts', async () => {
  const id = await begin();
  const answers = await Promise.all([append(id, picture), append(id, picture)]);
  assert.deepEqual(
    answers.map(({ status }) => status).toSorted((a, b) => a - b),
    [200, 400],
  );
  const { h } = answers.find(({ status }) => status === 200) ?? {};
  assert.ok(h && (await open(h))?.bytes.equals(picture));
});

test('an upload is for who began it, and a handle for its app', async () => {
  const id = await begin();
  const guessed = id.replace(/sig=.*/, `sig=${'A'.repeat(24)}`);
  for (const wrong of [
    guessed,
    id.replace(/\?.*/, ''),
    `upload:${'A'.repeat(24)}?sig=${'A'.repeat(24)}`,
    'upload:nothing',
  ])
    assertError(await append(wrong, picture), 400, 100);
  assertError(await append(id, picture, { token: other.token }), 400, 100);
  assertError(await append(id, picture, { token: `${rig.bank.appId}|${rig.bank.appSecret}` }), 400, 100);
  assertError(
    await rig.graph('POST', `/${rig.bank.appId}/uploads?file_length=1&file_type=image/png`, { token: other.token }),
    400,
    100,
  );
  const { h = '' } = await append(id, picture);
  assert.equal(await open(h, other.appId), null);
  assert.equal(await open(h.replace(/.{24}$/, 'A'.repeat(24))), null);
  assert.equal(await open('nothing'), null);
  assert.ok(await open(h));
});

test('what an upload is to be has to be told, and to be so', async () => {
  for (const query of [
    'file_type=image/png',
    'file_length=0&file_type=image/png',
    'file_length=104857601&file_type=application/pdf',
    'file_length=5242881&file_type=image/png',
    'file_length=10',
    'file_length=10&file_type=image/gif',
  ])
    assertError(await rig.graph('POST', `/${rig.bank.appId}/uploads?${query}`), 400, 100);
  const id = await begin();
  assertError(await append(id, fileOf('application/pdf', picture.length)), 400, 100);
  assertError(await append(id, Buffer.alloc(0)), 400, 100);
  assert.equal(await progress(id), '0');
  assert.ok((await append(id, picture)).h);
});

test('an upload and its handle are gone a day later, and so are its files', async () => {
  const id = await begin();
  const { h = '' } = await append(id, picture);
  const folder = join(rig.config.mediaFolder, 'uploads');
  rig.clock.setOffset(rig.clock.offsetMs + 24 * 3_600_000 - 60_000);
  assert.equal(await progress(id), String(picture.length));
  assert.ok(await open(h));
  rig.clock.setOffset(rig.clock.offsetMs + 60_000);
  assertError(await rig.graph('GET', `/${id}`), 400, 100);
  assert.equal(await open(h), null);
  const { db, config } = rig;
  assert.ok(existsSync(folder) && readdirSync(folder).length > 0);
  await new UploadSweep({ db, ...storage, folder: uploadFolderOf(config) }).run();
  assert.deepEqual(readdirSync(folder), []);
  assert.deepEqual(await db.query('SELECT FROM upload_parts'), []);
});
