import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { killAt, mutant, patchedEnvironment, type Patch } from '../../../test/patches/patch.ts';
import { ana, bob, startSealedRig, type SealedRig } from './sealed-rig.ts';

let rig: SealedRig;
beforeEach(async () => {
  rig = await startSealedRig();
});
afterEach(() => rig.stop());

const program = new URL('programs/erase.ts', import.meta.url).pathname;

/** Erases Ana in a process of its own; gives the signal that ended it. */
async function eraseElsewhere(patches: readonly Patch[]): Promise<string | null> {
  const child = spawn(process.execPath, [program, rig.url, rig.keyringFolder, ana], {
    env: patchedEnvironment(patches),
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
  assert.ok(code === 0 || signal === 'SIGKILL');
  return signal;
}

for (const point of [
  'erasure.begun',
  'erasure.shard-key-made',
  'erasure.rewrapped',
  'ratchet.keys-written',
  'erasure.keys-destroyed',
  'erasure.rows-deleted',
]) {
  test(`an erasure that is killed at ${point} is finished afterwards, and nobody else is touched`, async () => {
    const [hers, his] = [await rig.store(ana, 'hers'), await rig.store(bob, 'his')];
    const armedDir = mkdtempSync(join(tmpdir(), 'postern-armed-'));
    writeFileSync(join(armedDir, `program:${point}`), '');
    assert.equal(await eraseElsewhere([killAt(point, armedDir)]), 'SIGKILL');
    rig.storage.subjects.forget(null);
    assert.equal(await rig.read(his), 'his', 'never half: the others open in between');
    await rig.sweep.run();
    assert.deepEqual([await rig.read(hers), await rig.read(his)], [null, 'his']);
    const [done] = await rig.eraser.list('900');
    assert.ok(done?.doneAtMs);
    assert.deepEqual([await rig.count('messages'), await rig.count('subjects')], [1, 1]);
    assert.equal(rig.storage.keyring.listShardKeys().length, 1);
  });
}

for (const { name, patch, leak } of [
  {
    name: 'wraps the erased person’s key anew',
    patch: mutant(
      'packages/cloud-api/src/subjects/rekey-shard.ts',
      'gone.has(row.subject_id) ?',
      'gone.has(row.phone_number_id as never) ?',
    ),
    leak: 'message',
  },
  {
    name: 'leaves the old shard key alive',
    patch: mutant(
      'packages/cloud-api/src/subjects/rekey-shard.ts',
      'key.version !== present)',
      'key.version > present)',
    ),
    leak: 'key',
  },
]) {
  test(`it is noticed when an erasure ${name}`, async () => {
    await rig.store(ana, 'hers');
    const [before] = await rig.db.query<{ shard: number; shard_version: number }>(
      'SELECT shard, shard_version FROM subjects',
    );
    assert.equal(await eraseElsewhere([patch]), null);
    const isKeyAlive = rig.storage.keyring
      .listShardKeys()
      .some(({ shard, version }) => shard === before?.shard && version === before.shard_version);
    assert.equal(leak === 'key' ? isKeyAlive : (await rig.count('subjects')) > 0, true);
  });
}
