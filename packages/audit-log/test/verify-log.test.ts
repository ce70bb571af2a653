import assert from 'node:assert/strict';
import { cpSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { MerkleLog } from '../src/merkle-log.ts';
import { verifyLog } from '../src/verify-log.ts';
import { entriesFrom, flipBit, makeFolder, makeLog, origin } from './rig.ts';

test('a bit changed anywhere in the log, or a file removed, is reported', async (context) => {
  const folder = makeFolder(context);
  await makeLog(folder, 700);
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name !== 'log-key' && statSync(join(folder, name)).isFile())
    .map((name) => join(folder, name));
  assert.ok(files.length >= 9, `only ${files.length} files`);
  for (const file of files) {
    for (const at of [0, 1, 41, 777]) {
      flipBit(file, at);
      assert.notDeepEqual((await verifyLog(folder)).problems, [], `${file}, byte ${at}`);
      flipBit(file, at);
    }
    const bytes = readFileSync(file);
    writeFileSync(file, bytes.subarray(0, bytes.length - 1));
    // A line without its end, and a part of a tile that the whole one repeats, still say all that they said.
    if (!file.endsWith('log-key.pub') && !file.endsWith('checkpoint'))
      assert.notDeepEqual((await verifyLog(folder)).problems, [], `${file}, cut short`);
    writeFileSync(file, bytes);
  }
  assert.deepEqual(await verifyLog(folder), { size: 700, problems: [] });
});

test('an entry deleted with its tiles written anew is reported', async (context) => {
  const folder = makeFolder(context);
  await makeLog(folder, 300);
  const checkpoint = readFileSync(join(folder, 'checkpoint'));
  const key = ['log-key', 'log-key.pub'].map((name) => [name, readFileSync(join(folder, name))] as const);
  rmSync(folder, { recursive: true });
  const kept = makeFolder(context);
  for (const [name, bytes] of key) writeFileSync(join(kept, name), bytes);
  const log = await MerkleLog.open({ folder: kept, origin });
  await log.append([...entriesFrom(0, 7), ...entriesFrom(8, 293)]);
  writeFileSync(join(kept, 'checkpoint'), checkpoint);
  assert.match((await verifyLog(kept)).problems.join(), /the first 300 entries are not those/);
});

test('a log that the holder of the key shortened or rewrote is reported to whoever has an earlier checkpoint', async (context) => {
  const folder = makeFolder(context);
  const fork = `${makeFolder(context)}/fork`;
  const log = await makeLog(folder, 250);
  cpSync(folder, fork, { recursive: true });
  const branch = await MerkleLog.open({ folder: fork, origin });
  await log.append(entriesFrom(250, 20));
  const { checkpoint, verifierKey } = await log.read();
  assert.deepEqual(await verifyLog(fork, { verifierKey }), { size: 250, problems: [] });
  assert.match((await verifyLog(fork, { earlier: [checkpoint] })).problems.join(), /has 250 entries; it had 270/);
  await branch.append(entriesFrom(900, 30));
  assert.deepEqual(await verifyLog(fork), { size: 280, problems: [] });
  assert.match((await verifyLog(fork, { earlier: [checkpoint] })).problems.join(), /the first 270 entries are not/);
  await log.append(entriesFrom(270, 30));
  assert.deepEqual(await verifyLog(folder, { earlier: [checkpoint] }), { size: 300, problems: [] });
});

test('a log that another key signed, or no key, is reported', async (context) => {
  const [folder, other] = [makeFolder(context), makeFolder(context)];
  await makeLog(folder, 3);
  const { verifierKey, checkpoint } = await (await makeLog(other, 3)).read();
  assert.deepEqual(await verifyLog(folder, { verifierKey }), {
    size: 0,
    problems: ['there is no checkpoint that is signed by the key of the log'],
  });
  assert.match(
    (await verifyLog(folder, { earlier: [checkpoint] })).problems.join(),
    /earlier checkpoint is not signed/,
  );
  rmSync(join(folder, 'checkpoint'));
  assert.equal((await verifyLog(folder)).problems.length, 1);
});

test('a log that grows while it is checked is no fault, and bytes that belong to no entry are', async (context) => {
  const folder = makeFolder(context);
  const log = await makeLog(folder, 200);
  const before = readFileSync(join(folder, 'checkpoint'));
  await log.append(entriesFrom(200, 100));
  // The checker has read the checkpoint of a moment ago, whose parts of tiles are gone by now.
  writeFileSync(join(folder, 'checkpoint'), before);
  assert.deepEqual(await verifyLog(folder), { size: 200, problems: [] });
  const grown = makeFolder(context);
  await makeLog(grown, 200);
  for (const name of ['tile/0/000.p/200', 'tile/entries/000.p/200']) {
    const bytes = readFileSync(join(grown, name));
    writeFileSync(join(grown, name), Buffer.concat([bytes, Buffer.from([0, 1, 7])]));
    assert.notDeepEqual((await verifyLog(grown)).problems, [], name);
    writeFileSync(join(grown, name), bytes);
  }
});
