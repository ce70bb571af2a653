import assert from 'node:assert/strict';
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { canonicalJson } from '../src/canonical-json.ts';
import { findCheckpoint, keyId } from '../src/checkpoint.ts';
import { GrowingRoot, leafHash } from '../src/hashing.ts';
import { LogReader } from '../src/log-reader.ts';
import { MerkleLog } from '../src/merkle-log.ts';
import { verifyConsistency, verifyInclusion } from '../src/proofs.ts';
import { tilePath } from '../src/tiles.ts';
import { verifyLog } from '../src/verify-log.ts';
import { entriesFrom, flipBit, makeFolder, makeLog, origin } from './rig.ts';

const rootAt = (size: number) => {
  const growing = new GrowingRoot();
  for (const entry of entriesFrom(0, size)) growing.add(leafHash(entry));
  return growing.root();
};

test('a tile lies where C2SP tlog-tiles says', () => {
  assert.equal(tilePath({ level: 0, index: 1_234_067 }), 'tile/0/x001/x234/067');
  assert.equal(tilePath({ level: 1, index: 0, width: 5 }), 'tile/1/000.p/5');
  assert.equal(tilePath({ level: 'entries', index: 1_000 }), 'tile/entries/x001/000');
});

test('a key is named as C2SP signed-note says', () => {
  // The verifier key of the Go checksum database.
  const key = Buffer.from('Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8', 'base64').subarray(1);
  assert.equal(keyId('sum.golang.org', key).toString('hex'), '033de0ae');
});

test('a log grows over many appends and is the same tree, with proofs at every size', async (context) => {
  const folder = makeFolder(context);
  let log = await MerkleLog.open({ folder, origin });
  for (const size of [1, 2, 255, 256, 257, 600, 66_000]) {
    const before = log.size;
    assert.equal(await log.append(entriesFrom(before, size - before)), before);
    log = await MerkleLog.open({ folder, origin });
  }
  const reader = await log.read();
  assert.equal(reader.size, 66_000);
  const root = rootAt(66_000);
  assert.deepEqual(findCheckpoint(reader.checkpoint, reader.verifierKey), { origin, size: 66_000, root });
  for (const index of [0, 255, 256, 65_535, 65_536, 65_999]) {
    const entry = await reader.entryAt(index);
    assert.equal(Buffer.from(entry).toString(), `{"id":"${index}"}`);
    const proof = await reader.inclusionProof(index);
    assert.ok(verifyInclusion({ leaf: leafHash(entry), index, size: 66_000, root, proof }), `entry ${index}`);
  }
  for (const [from, to] of [
    [1, 256],
    [256, 600],
    [600, 66_000],
    [65_536, 66_000],
  ] as const) {
    const proof = await reader.consistencyProof(from, to);
    const [older, newer] = [
      { size: from, root: rootAt(from) },
      { size: to, root: rootAt(to) },
    ];
    assert.ok(verifyConsistency({ from: older, to: newer, proof }), `${from} to ${to}`);
  }
  assert.deepEqual(await verifyLog(folder), { size: 66_000, problems: [] });
  await assert.rejects(reader.entryAt(66_000), RangeError);
  await assert.rejects(reader.inclusionProof(0, 66_001), RangeError);
});

test('a reader that has an older checkpoint goes on to read while the log grows', async (context) => {
  const folder = makeFolder(context);
  const log = await makeLog(folder, 200);
  const reader = await log.read();
  await log.append(entriesFrom(200, 500));
  const proof = await reader.inclusionProof(7);
  assert.ok(
    verifyInclusion({ leaf: leafHash(await reader.entryAt(7)), index: 7, size: 200, root: rootAt(200), proof }),
  );
  assert.ok(!existsSync(join(folder, 'tile/0/000.p')), 'the parts of a whole tile are gone');
});

test('the key is private, and is made once', async (context) => {
  const folder = makeFolder(context);
  const first = await (await makeLog(folder, 3)).read();
  assert.equal(statSync(join(folder, 'log-key')).mode & 0o777, 0o600);
  assert.equal((await (await MerkleLog.open({ folder, origin })).read()).verifierKey, first.verifierKey);
});

test('after a crash before the checkpoint, the log is as it was and goes on', async (context) => {
  const folder = makeFolder(context);
  const log = await makeLog(folder, 250);
  const before = readFileSync(join(folder, 'checkpoint'));
  await log.append(entriesFrom(9_000, 600));
  // What was written before the crash is there, and the checkpoint is not.
  writeFileSync(join(folder, 'checkpoint'), before);
  for (const level of ['0', 'entries']) {
    cpSync(join(folder, `tile/${level}/000`), join(folder, `tile/${level}/000.p/250`));
    const path = join(folder, `tile/${level}/000.p/250`);
    const entryBytes = Buffer.concat(entriesFrom(0, 250).flatMap((entry) => [Buffer.of(0, entry.length), entry]));
    writeFileSync(path, readFileSync(path).subarray(0, level === '0' ? 250 * 32 : entryBytes.length));
  }
  writeFileSync(join(folder, 'tile/0/000.p/253.new'), 'half of a');
  assert.deepEqual((await verifyLog(folder)).problems, []);
  const again = await MerkleLog.open({ folder, origin });
  assert.equal(again.size, 250);
  assert.ok(!existsSync(join(folder, 'tile/0/000')) && !existsSync(join(folder, 'tile/0/002.p/82')));
  assert.deepEqual(readdirSync(join(folder, 'tile/0/000.p')), ['250']);
  await again.append(entriesFrom(250, 50));
  assert.deepEqual(await verifyLog(folder, { earlier: [before.toString()] }), { size: 300, problems: [] });
  assert.equal(Buffer.from(await (await again.read()).entryAt(255)).toString(), '{"id":"255"}');
});

test('a log that is not what its checkpoint says is not written to', async (context) => {
  const folder = makeFolder(context);
  await makeLog(folder, 300);
  await assert.rejects(MerkleLog.open({ folder, origin: 'another' }), { name: 'LogDamagedError' });
  const tile = join(folder, 'tile/0/001.p/44');
  flipBit(tile, 40);
  await assert.rejects(MerkleLog.open({ folder, origin }), { name: 'LogDamagedError' });
  flipBit(tile, 40);
  rmSync(join(folder, 'checkpoint'));
  await assert.rejects(MerkleLog.open({ folder, origin }), { name: 'LogDamagedError' });
  assert.equal(await LogReader.find(folder), null);
});

test('an entry that the format cannot hold is refused before anything is written', async (context) => {
  const folder = makeFolder(context);
  const log = await makeLog(folder, 2);
  for (const bad of [Buffer.alloc(0), Buffer.alloc(65_536)])
    await assert.rejects(log.append([Buffer.from('good'), bad]), { name: 'LogEntryError' });
  assert.equal(await log.append([Buffer.alloc(65_535, 1)]), 2);
  assert.deepEqual(await verifyLog(folder), { size: 3, problems: [] });
});

test('after an append that failed, the writer is not used again', async (context) => {
  const folder = makeFolder(context);
  const log = await makeLog(folder, 2);
  rmSync(folder, { recursive: true });
  writeFileSync(folder, 'no folder any more');
  await assert.rejects(log.append(entriesFrom(2, 1)), { code: 'ENOTDIR' });
  await assert.rejects(log.append(entriesFrom(2, 1)), { name: 'LogInDoubtError', retryable: true });
});

test('of two writers, the one whose checkpoint was overtaken is refused', async (context) => {
  const folder = makeFolder(context);
  const log = await makeLog(folder, 5);
  const other = await MerkleLog.open({ folder, origin });
  await other.append(entriesFrom(5, 1));
  await assert.rejects(log.append(entriesFrom(100, 1)), { name: 'LogInDoubtError' });
  assert.deepEqual(await verifyLog(folder), { size: 6, problems: [] });
});

test('canonical JSON writes the same value the same way', () => {
  const value = { b: [1, { z: null, y: 'é"' }], a: true };
  assert.equal(canonicalJson(value), '{"a":true,"b":[1,{"y":"é\\"","z":null}]}');
});
