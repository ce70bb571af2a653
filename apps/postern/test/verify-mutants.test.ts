import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { Program } from '../../../test/invariants/program.ts';
import { mutant, patchedEnvironment, type Patch } from '../../../test/patches/patch.ts';
import { until } from './rig.ts';
import { runVerify } from './verify-rig.ts';

async function startMutants(t: TestContext, patches: readonly Patch[]): Promise<Program> {
  const program = await Program.start({ env: patchedEnvironment(patches) });
  t.after(() => program.remove());
  return program;
}

test('a program that lets everybody in and writes requests to its log is found out', async (t) => {
  const { dataDir } = await startMutants(t, [
    mutant('packages/service/src/http.ts', "scheme?.toLowerCase() !== 'bearer' ||", "scheme === 'nobody' &&"),
    mutant(
      'packages/cloud-api/src/http/request-log.ts',
      '    if (logger.isLevelEnabled(level)) {\n',
      "    if (request.body) logger.warn({ said: request.body }, 'a request');\n    if (logger.isLevelEnabled(level)) {\n",
    ),
  ]);
  const { failed, problems } = await runVerify('--data', dataDir);
  assert.deepEqual(failed, ['S13', 'S14', 'S15', 'S20'], problems.join('\n'));
  const said = problems.join('\n');
  assert.match(said, /without a token every system refuses: GET \/operator\/statistics of cloud-api was answered 200/);
  assert.match(said, /a token that the Business Manager does not know opens nothing: .*\/v1\/businesses/);
  assert.match(said, /a business's token opens nothing of the operator: .*answered 200/);
  assert.match(said, /the text is in no log.*it is in .*cloud-api\.log/);
});

test('a Cloud API that keeps messages as they are is found out', async (t) => {
  const { dataDir } = await startMutants(t, [
    mutant(
      'packages/cloud-api/src/messages/accept-queue.ts',
      'const sealed = await this.#sealRecord(message, subject, { place, record });',
      'const sealed = (await this.#sealRecord(message, subject, { place, record }), record);',
    ),
  ]);
  const { failed, problems } = await runVerify('--data', dataDir);
  const said = problems.join('\n');
  assert.deepEqual(failed, ['S1', 'S4', 'S13', 'S14', 'S16', 'S18', 'S20', 'S28'], said);
  assert.match(said, /the text is in no table of cloud-api: it is in public\.messages/);
  assert.match(said, /the person's phone number is in no table of cloud-api: it is in public\.messages/);
  assert.match(said, /the text is in no log, setting or file of a database: it is in /);
});

test('a client that sends what it says beside the ciphertext is found out', async (t) => {
  const { dataDir } = await startMutants(t, [
    mutant(
      'packages/client/src/device/encrypt-batch.ts',
      '      ciphertext: bytes,\n',
      '      ciphertext: Buffer.concat([bytes, padded]),\n',
    ),
    // So that what it sent is there still when it is looked for.
    mutant(
      'packages/transport/src/mailbox/mailbox-store.ts',
      'DELETE FROM mailbox m USING v\n',
      'UPDATE mailbox m SET kind = m.kind FROM v\n',
    ),
  ]);
  const { failed, problems } = await runVerify('--data', dataDir);
  const said = problems.join('\n');
  assert.deepEqual(failed, ['S1', 'S3', 'S4', 'S8', 'S9', 'S13', 'S19', 'S20'], said);
  assert.match(said, /the text is in no table of transport: it is in public\.mailbox/);
});

test('a keyring that keeps its root and its keys is found out, once their time is over', async (t) => {
  const program = await startMutants(t, [
    mutant(
      'packages/keyring/src/keyring.ts',
      'return this.#listTimeKeys().filter((name) => nowMs >= timeKeyEndsMs(name));',
      'return this.#listTimeKeys().filter((name) => nowMs < 0 && nowMs >= timeKeyEndsMs(name));',
    ),
    mutant('packages/keyring/src/keyring.ts', '>= limits.rootMaxAgeMs;', '>= 100 * limits.rootMaxAgeMs * 24;'),
  ]);
  const verify = () => runVerify('--data', program.dataDir);
  assert.deepEqual((await verify()).problems, []);
  await program.sandbox('POST', '/clock', { advance: '2h' });
  const early = await verify();
  assert.deepEqual(early.failed, ['S28'], early.problems.join('\n'));
  assert.match(early.problems.join('\n'), /the root key is of /);
  await program.sandbox('POST', '/clock', { advance: '31d' });
  const late = await until('only keys are overdue', async () => {
    const verified = await verify();
    return verified.failed.join() === 'S17,S28' ? verified : null;
  });
  assert.match(late.problems.join('\n'), /a key should have been destroyed at /);
});
