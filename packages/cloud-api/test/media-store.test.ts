import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { killAt, patchedEnvironment } from '../../../test/patches/patch.ts';
import { checkedBytes, MediaChangedError } from '../src/media/checked-bytes.ts';
import { MediaFolder } from '../src/media/media-folder.ts';
import { MediaStore, type NewMedia } from '../src/media/media-store.ts';
import { MediaSweep } from '../src/media/media-sweep.ts';
import { removeSealedRows } from '../src/numbers/lost-keyring.ts';
import { startSealedRig } from './sealed-rig.ts';
import { StoppedClock } from './stopped-clock.ts';
import { silent } from './storage-rig.ts';

const hourMs = 3_600_000;
const hourStartMs = Math.floor(Date.now() / hourMs) * hourMs;
const told: NewMedia = {
  wabaId: '900',
  origin: 'upload',
  mimeType: 'image/jpeg',
  filename: null,
  isAnimated: false,
  retentionHours: 720,
  ttlMs: null,
};

async function* streamOf(bytes: Buffer) {
  for (let at = 0; at < bytes.length; at += 10_000) yield bytes.subarray(at, at + 10_000);
}

async function collect(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of source) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function startStore(t: TestContext) {
  const clock = new StoppedClock(hourStartMs);
  const rig = await startSealedRig({ clock });
  t.after(() => rig.stop());
  const { db, storage } = rig;
  await storage.keyring.createNumberKey('501');
  const path = join(rig.dir, 'media');
  const folder = new MediaFolder(path);
  const store = new MediaStore({ db, storage, folder });
  const sweepWith = (orphanAfterMs?: number) =>
    new MediaSweep({
      db,
      folder,
      ...storage,
      logger: silent,
      ...(orphanAfterMs !== undefined && { orphanAfterMs }),
    });
  const put = async (bytes = randomBytes(50_000), more: Partial<NewMedia> = {}) => {
    const { row } = await store.add(await store.write('501', streamOf(bytes)), { ...told, ...more });
    return { id: row.media_id, bytes };
  };
  const read = async (id: string) => {
    const row = await store.find(id, ['900']);
    const opened = row && (await store.open(row, 'api'));
    const stream = opened && (await store.read(opened));
    return stream && collect(stream);
  };
  const files = () => (existsSync(path) ? readdirSync(path).flatMap((number) => readdirSync(join(path, number))) : []);
  return { rig, clock, path, store, sweepWith, put, read, files };
}

test('media are refused from their last second on, and their row and file go at the next sweep', async (t) => {
  const { rig, clock, put, read, sweepWith, files } = await startStore(t);
  const { id, bytes } = await put(undefined, { retentionHours: 24 });
  const short = await put(undefined, { ttlMs: hourMs });
  const [row] = await rig.db.query<{ expires_at_ms: number }>('SELECT expires_at_ms FROM media WHERE media_id = $1', [
    id,
  ]);
  const endMs = row?.expires_at_ms ?? 0;
  assert.ok(endMs <= hourStartMs + 24 * hourMs && endMs > hourStartMs + 23 * hourMs);
  clock.set(hourStartMs + hourMs - 1_000);
  assert.deepEqual(await read(short.id), short.bytes);
  clock.set(hourStartMs + hourMs);
  assert.equal(await read(short.id), null);
  clock.set(endMs - 1_000);
  await sweepWith().run();
  assert.deepEqual(files(), [id]);
  assert.deepEqual(await read(id), bytes);
  clock.set(endMs);
  assert.equal(await read(id), null);
  await sweepWith().run();
  assert.deepEqual([files(), await rig.count('media')], [[], 0]);
});

test('media live for as long as they are wanted, wherever in an hour they came', async (t) => {
  const { clock, put, read } = await startStore(t);
  // The last minute of an hour, whose key goes an hour before that of the next one.
  clock.set(hourStartMs + hourMs - 60_000);
  const late = await put(undefined, { ttlMs: 24 * hourMs });
  clock.set(hourStartMs + 25 * hourMs - 61_000);
  assert.deepEqual(await read(late.id), late.bytes);
  clock.set(hourStartMs + 25 * hourMs - 60_000);
  assert.equal(await read(late.id), null);
});

test('media whose row was changed to live longer do not open after their time', async (t) => {
  const { rig, clock, put, read } = await startStore(t);
  const { id } = await put(undefined, { retentionHours: 24 });
  await rig.db.execute('UPDATE media SET expires_at_ms = expires_at_ms * 2');
  clock.set(hourStartMs + 24 * hourMs);
  assert.equal(await read(id), null);
  await rig.db.execute('UPDATE media SET retention_hours = 720');
  assert.equal(await read(id), null);
});

test('a record of other media opens nothing, and that is noticed', async (t) => {
  const { rig, put, read } = await startStore(t);
  const [first, second] = [await put(), await put()];
  await rig.db.execute(
    'UPDATE media m SET sealed = other.sealed FROM media other WHERE m.media_id = $1 AND other.media_id = $2',
    [first.id, second.id],
  );
  assert.equal(await read(first.id), null);
  assert.deepEqual(await read(second.id), second.bytes);
  await rig.storage.refusals.settled();
  assert.deepEqual(await rig.db.query('SELECT in_table, count FROM seal_refusals'), [{ in_table: 'media', count: 1 }]);
});

test('a file that no row names goes, but not while it may be on its way to one', async (t) => {
  const { store, put, sweepWith, files } = await startStore(t);
  const { id } = await put();
  const draft = await store.write('501', streamOf(randomBytes(1_000)));
  const patient = sweepWith();
  for (let runs = 0; runs < 3; runs += 1) await patient.run();
  assert.deepEqual(files().sort(), [id, draft.mediaId].sort());
  const hasty = sweepWith(0);
  await hasty.run();
  await hasty.run();
  assert.deepEqual(files(), [id]);
});

test('a source that fails leaves nothing behind', async (t) => {
  const { store, files } = await startStore(t);
  const broken = async function* () {
    yield randomBytes(200_000);
    throw new Error('broken');
  };
  await assert.rejects(store.write('501', broken()), /broken/);
  assert.deepEqual(files(), []);
});

test('a number that is gone takes its media with it, rows and files', async (t) => {
  const { rig, put, read, sweepWith, files } = await startStore(t);
  const { id } = await put();
  await rig.storage.keyring.destroyNumberKeys(['501']);
  assert.equal(await read(id), null);
  await rig.db.transaction((tx) => removeSealedRows(tx, '501'));
  await rig.db.execute("UPDATE numbers SET state = 'unverified'");
  await sweepWith().run();
  assert.deepEqual([files(), await rig.count('media')], [[], 0]);
});

test('media cannot be added for a number that was deregistered meanwhile', async (t) => {
  const { rig, store } = await startStore(t);
  const draft = await store.write('501', streamOf(randomBytes(1_000)));
  await rig.db.execute("UPDATE numbers SET state = 'unverified', leaving_since_ms = 0");
  await assert.rejects(store.add(draft, told), { name: 'NumberGoneError' });
  assert.equal(await rig.count('media'), 0);
});

const program = new URL('programs/media.ts', import.meta.url).pathname;

for (const { point, rows } of [
  { point: 'media.file-written', rows: 0 },
  { point: 'media.added', rows: 1 },
  { point: 'media.row-removed', rows: 0 },
  { point: 'media.rows-swept', rows: 0 },
])
  test(`a process that is killed at ${point} leaves media that are whole, or nothing that a sweep does not remove`, async (t) => {
    const { rig, path, read, sweepWith, files } = await startStore(t);
    const armedDir = mkdtempSync(join(tmpdir(), 'postern-armed-'));
    writeFileSync(join(armedDir, `program:${point}`), '');
    const child = spawn(process.execPath, [program, rig.url, rig.keyringFolder, path], {
      env: patchedEnvironment([killAt(point, armedDir)]),
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    const [, signal] = (await once(child, 'exit')) as [number | null, string | null];
    assert.equal(signal, 'SIGKILL');
    const left = await rig.db.query<{ media_id: string }>('SELECT media_id FROM media');
    assert.equal(left.length, rows);
    for (const { media_id: id } of left) assert.equal((await read(id))?.length, 100_000);
    const sweep = sweepWith(0);
    await sweep.run();
    await sweep.run();
    assert.equal(files().length, rows);
  });

test('of bytes that are not those that a person announced, the last ones are never given out', async () => {
  const bytes = randomBytes(50_000);
  const sha256 = createHash('sha256').update(bytes).digest();
  const size = bytes.length;
  assert.deepEqual(await collect(checkedBytes(streamOf(bytes), { size, sha256 })), bytes);
  for (const announced of [
    { size, sha256: randomBytes(32) },
    { size: size + 1, sha256 },
    { size: size - 1, sha256 },
  ]) {
    let given = 0;
    const take = async () => {
      for await (const piece of checkedBytes(streamOf(bytes), announced)) given += piece.length;
    };
    await assert.rejects(take(), MediaChangedError);
    assert.ok(given < size);
  }
});
