import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { killAt, patchedEnvironment } from '../../../test/patches/patch.ts';
import { appSecret, eventsOf, startWebhookRig, until, type WebhookRig } from './webhooks-rig.ts';

let rig: WebhookRig;

beforeEach(async () => {
  rig = await startWebhookRig();
  await rig.addNumber('501', '15550001111');
});
afterEach(() => rig.stop());

const program = new URL('programs/webhook-delivery.ts', import.meta.url).pathname;

/** Runs delivery in a process of its own until it kills itself at the crash point. */
async function runUntilCrash(point: string): Promise<void> {
  const armedDir = mkdtempSync(join(tmpdir(), 'postern-armed-'));
  writeFileSync(join(armedDir, `program:${point}`), '');
  const child = spawn(process.execPath, [program, rig.url, rig.keyringFolder, appSecret], {
    env: patchedEnvironment([killAt(point, armedDir)]),
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const [, signal] = (await once(child, 'exit')) as [number | null, string | null];
  assert.equal(signal, 'SIGKILL');
}

for (const { point, postsBefore, repeated } of [
  { point: 'webhook.before-post', postsBefore: 0, repeated: 0 },
  { point: 'webhook.posted', postsBefore: 1, repeated: 1 },
  { point: 'webhook.deleted', postsBefore: 1, repeated: 0 },
]) {
  test(`a kill at ${point} loses nothing and repeats ${repeated} webhooks`, async () => {
    const receiver = await rig.startReceiver();
    await rig.addApp('700', receiver.url);
    const expected = await rig.receiveTexts(['one', 'two']);
    await runUntilCrash(point);
    assert.equal(receiver.posts.length, postsBefore);
    await rig.startDelivery();
    await until(async () => (await rig.countRows('webhook_events')) === 0);
    const [first = '', second = ''] = expected;
    assert.deepEqual(
      receiver.posts.map((post) => eventsOf(post)),
      [...Array.from({ length: 1 + repeated }, () => [first]), [second]],
    );
  });
}
