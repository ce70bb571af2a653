import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { Registrar } from '@postern/client';
import { limits } from '@postern/protocol';
import { killAt, patchedEnvironment } from '../../../test/patches/patch.ts';
import { OffBoarding } from '../src/numbers/off-boarding.ts';
import { ana, startSealedRig, type SealedRig } from './sealed-rig.ts';
import { silent } from './storage-rig.ts';

let rig: SealedRig;
beforeEach(async () => {
  rig = await startSealedRig();
});
afterEach(() => rig.stop());

const program = new URL('programs/upkeep.ts', import.meta.url).pathname;

/** Runs the upkeep in a process of its own until it kills itself at the crash point. */
async function runUntilCrash(point: string, leaving = ''): Promise<void> {
  const armedDir = mkdtempSync(join(tmpdir(), 'postern-armed-'));
  writeFileSync(join(armedDir, `program:${point}`), '');
  const child = spawn(process.execPath, [program, rig.url, rig.keyringFolder, String(rig.clock.offsetMs), leaving], {
    env: patchedEnvironment([killAt(point, armedDir)]),
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const [, signal] = (await once(child, 'exit')) as [number | null, string | null];
  assert.equal(signal, 'SIGKILL');
}

for (const point of ['deregister.left', 'deregister.key-destroyed', 'ratchet.keys-written']) {
  test(`a number whose leaving is killed at ${point} leaves afterwards, and takes no other one with it`, async () => {
    await rig.addNumber('502', '15550001112');
    const gone = await rig.store(ana, 'gone');
    const kept = await rig.store(ana, 'kept', { phoneNumberId: '502' });
    await runUntilCrash(point, '501');
    assert.equal(await rig.read(kept), 'kept');
    const registrar = new Registrar('http://127.0.0.1:1');
    await new OffBoarding({ db: rig.db, storage: rig.storage, registrar, logger: silent }).run();
    assert.deepEqual([await rig.read(gone), await rig.read(kept)], [null, 'kept']);
    assert.equal(rig.storage.keyring.describe().numberKeys, 1);
    assert.deepEqual([await rig.count('messages'), await rig.count('subjects')], [1, 1]);
  });
}

for (const point of ['retention.keys-destroyed', 'ratchet.root-made', 'ratchet.root-destroyed']) {
  test(`a retention that is killed at ${point} is done afterwards, and no live message is lost`, async () => {
    const old = await rig.store(ana, 'old');
    rig.clock.setOffset(20 * 24 * limits.hourMs);
    const young = await rig.store(ana, 'young');
    rig.clock.setOffset(32 * 24 * limits.hourMs);
    await runUntilCrash(point);
    assert.deepEqual([await rig.read(old), await rig.read(young)], [null, 'young']);
    await rig.retention.run();
    assert.deepEqual([await rig.read(old), await rig.read(young)], [null, 'young']);
    assert.equal(await rig.count('messages'), 1);
  });
}
