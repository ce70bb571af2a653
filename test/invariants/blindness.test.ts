import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { mutant, patchedEnvironment, type Patch } from '../patches/patch.ts';
import { Canary, searchFiles, searchMemory } from './canary.ts';
import { newFolder, Program, until } from './program.ts';

const received = '    const frame = isBinary ? decode(ClientFrameSchema, data) : null;\n';

/** Writes every byte that comes off a socket of the transport's into a file. */
function captureBytes(file: string): Patch {
  const write = `    process.getBuiltinModule('node:fs').appendFileSync(${JSON.stringify(file)}, data);\n`;
  return mutant('packages/transport/src/socket/connection.ts', received, write + received);
}

/** A Cloud API that forgets to encrypt: the plaintext rides behind the ciphertext. */
const leakingClient = mutant(
  'packages/client/src/device/encrypt-batch.ts',
  '      ciphertext: bytes,\n',
  '      ciphertext: Buffer.concat([bytes, padded]),\n',
);

/** A Cloud API that forgets to seal what it keeps. */
const unsealedMessages = mutant(
  'packages/cloud-api/src/messages/accept-queue.ts',
  'this.#sealer.sealForHour(key, place, record)];\n  }\n\n  #receiptRow',
  'record];\n  }\n\n  #receiptRow',
);

/** Converses in canaries, then looks for them everywhere outside the phones. Returns every place they were found in. */
async function findLeaks(patches: readonly Patch[], isDeliveryExpected = true): Promise<string[]> {
  const folder = newFolder();
  const capture = join(folder, 'capture', 'bytes');
  mkdirSync(join(folder, 'capture'));
  writeFileSync(capture, '');
  const program = await Program.start({ env: patchedEnvironment([captureBytes(capture), ...patches]) });
  try {
    const canaries = await converse(program, isDeliveryExpected);
    const [transportPid] = program.pidsOf('serve transport');
    assert.ok(transportPid);
    return [
      ...searchFiles(join(folder, 'capture'), canaries).map((where) => `received by the transport, ${where}`),
      ...searchMemory(transportPid, canaries).map((where) => `transport, ${where}`),
      ...searchFiles(program.dataDir, canaries, (path) => path.startsWith('people')),
      ...searchFiles(clusterFolder(program), canaries).map((where) => `PostgreSQL, ${where}`),
    ];
  } finally {
    await program.remove();
  }
}

async function converse(program: Program, isDeliveryExpected: boolean): Promise<Canary[]> {
  const canaries = [new Canary(), new Canary(), new Canary()];
  const [first, second, third] = canaries as [Canary, Canary, Canary];
  const [ana] = program.ready.people;
  assert.ok(ana);
  const isShown = async (text: string) => (await program.inbox(ana.waId)).some((item) => item.text?.body === text);
  await program.sendText(ana.waId, first.text);
  if (isDeliveryExpected) await until('the text is shown', () => isShown(first.text));
  await program.say(ana.waId, second.text);
  // One that is refused, and one that fails: errors may not tell either.
  await program.post(`${program.ready.phoneNumberId}/messages`, {
    messaging_product: 'whatsapp',
    to: 'x',
    text: { body: third.text },
  });
  await program.sendText('15550109997', third.text);
  if (isDeliveryExpected) {
    await program.sendText(ana.waId, 'the last one');
    await until('the last text is shown', () => isShown('the last one'));
  } else
    await until(
      'the leak has reached the transport',
      async () => (await program.sandbox<{ envelopes: unknown[] }>('GET', '/transport-view')).envelopes.length > 0,
    );
  return canaries;
}

/** The folder that PostgreSQL really works in, asked of the running process. */
function clusterFolder(program: Program): string {
  const [pid] = program.pidsOf('postgres');
  assert.ok(pid, 'PostgreSQL runs');
  return execFileSync('readlink', [`/proc/${pid}/cwd`])
    .toString()
    .trim();
}

test('no text of a conversation is in what the transport received, stores, logs or remembers, nor in any file outside the phones', async () => {
  assert.deepEqual(await findLeaks([]), []);
});

test('a client that sends plaintext is noticed on the wire, in the transport and on its disk', async () => {
  const leaks = await findLeaks([leakingClient], false);
  for (const place of ['received by the transport', 'transport, memory', 'PostgreSQL']) {
    assert.ok(
      leaks.some((leak) => leak.startsWith(place)),
      `${place} is not in ${leaks.join('\n')}`,
    );
  }
});

test('a Cloud API that does not seal is noticed on the disk', async () => {
  const leaks = await findLeaks([unsealedMessages], false).catch((error: unknown) => [`failed: ${String(error)}`]);
  assert.ok(
    leaks.some((leak) => leak.startsWith('PostgreSQL')),
    leaks.join('\n'),
  );
});
