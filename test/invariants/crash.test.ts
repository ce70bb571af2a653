import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { crashPoints } from '../patches/patch.ts';
import { CrashRig } from './crash-rig.ts';

const both = (steps: readonly string[]) => steps.flatMap((step) => [`cloud-api-worker:${step}`, `sandbox:${step}`]);

/** Every labelled step, in every process that takes it: the worker for the business, the sandbox for its people. */
const steps = [
  'cloud-api:accept.before-store',
  'cloud-api:accept.stored',
  ...both(['send.taken', 'send.encrypted', 'send.committed']),
  ...both(['send.before-transport', 'send.stored-by-transport', 'send.marked-sent']),
  ...both(['receive.decrypted', 'receive.committed', 'receive.acknowledged']),
  'transport:transport.before-store',
  'transport:transport.stored',
  'transport:transport.acked',
  'cloud-api-worker:webhook.before-post',
  'cloud-api-worker:webhook.posted',
  'cloud-api-worker:webhook.deleted',
];

let rig: CrashRig;
before(async () => {
  rig = await CrashRig.start();
});
after(() => rig.stop());

/** Where the other labelled steps are killed: beside what they destroy. */
const otherTests = [
  'packages/keyring/test/ratchet-crash.test.ts',
  'packages/cloud-api/test/erasure-crash.test.ts',
  'packages/cloud-api/test/upkeep-crash.test.ts',
  'packages/cloud-api/test/media-store.test.ts',
  'packages/cloud-api/test/media-conversation.test.ts',
];

test('every labelled step of the program is one that is killed here, or beside what it destroys', () => {
  const here = new Set(steps.map((step) => step.split(':')[1]));
  const others = otherTests.map((file) => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8')).join('');
  assert.deepEqual(
    crashPoints().filter((point) => !here.has(point) && !others.includes(`'${point}'`)),
    [],
  );
  assert.deepEqual(
    [...here].filter((point) => !crashPoints().includes(point ?? '')),
    [],
  );
});

for (const step of steps) {
  test(`killed at ${step}, nothing is lost, said twice or forgotten`, async () => {
    assert.deepEqual(await rig.findFaults(await rig.speakThrough(step, () => rig.converse())), []);
  });
}

for (const system of [
  'postgres',
  'serve transport',
  'serve sandbox',
  'serve business-manager',
  'serve cloud-api ',
  'serve cloud-api-worker',
]) {
  test(`with ${system.trim()} killed in the middle of a burst, nothing is lost, said twice or forgotten`, async () => {
    const burst = Array.from({ length: 20 }, () => rig.converse());
    await burst[0];
    const [pid] = rig.program.pidsOf(system);
    assert.ok(pid, `${system} runs`);
    process.kill(pid, 'SIGKILL');
    assert.deepEqual(await rig.findFaults(await Promise.all(burst)), []);
  });
}

test('through all of that every message was counted once as sent, and once as delivered', async () => {
  assert.deepEqual(await rig.findCountFaults(), []);
});

test('through all of that no ratchet key was used twice, and no envelope was ever sent with other bytes', () => {
  const { faults, envelopes } = rig.findKeyFaults();
  assert.ok(envelopes > steps.length * 4);
  assert.deepEqual(faults, []);
});
