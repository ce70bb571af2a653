import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
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
  'const sealed = await this.#sealRecord(message, subject, { place, record });',
  'const sealed = (await this.#sealRecord(message, subject, { place, record }), record);',
);

/** Converses in canaries, then looks for them everywhere outside the phones. Returns every place they were found in. */
async function findLeaks(patches: readonly Patch[]): Promise<string[]> {
  const folder = newFolder();
  const capture = join(folder, 'bytes');
  writeFileSync(capture, '');
  const program = await Program.start({ env: patchedEnvironment([captureBytes(capture), ...patches]) });
  try {
    const canaries = [new Canary(), new Canary(), new Canary()];
    const searchCluster = () => searchFiles(clusterFolder(program), canaries).map((where) => `PostgreSQL, ${where}`);
    await converse(program, canaries);
    // A program that leaks need not deliver: it has done enough when the leak is on the disk.
    const isLeakThere = () => patches.length > 0 && searchCluster().length > 0;
    await until('the conversation has taken place', async () => isLeakThere() || (await isDelivered(program)));
    const [transportPid] = program.pidsOf('serve transport');
    assert.ok(transportPid);
    return [
      ...searchFiles(folder, canaries).map((where) => `received by the transport, ${where}`),
      ...searchMemory(transportPid, canaries).map((where) => `transport, ${where}`),
      ...searchFiles(program.dataDir, canaries, (path) => path.startsWith('people')),
      ...searchCluster(),
    ];
  } finally {
    await program.remove();
  }
}

const lastText = 'the last one';

async function converse(program: Program, canaries: readonly Canary[]): Promise<void> {
  const [outbound, inbound, refused] = canaries.map(({ text }) => text) as [string, string, string];
  const [ana] = program.ready.people;
  assert.ok(ana);
  await program.sendText(ana.waId, outbound);
  await program.say(ana.waId, inbound);
  // One that is refused, and one that fails: errors may not tell either.
  const bad = { messaging_product: 'whatsapp', to: 'x', text: { body: refused } };
  await program.post(`${program.ready.phoneNumberId}/messages`, bad);
  await program.sendText('15550109997', refused);
  await program.sendText(ana.waId, lastText);
}

async function isDelivered(program: Program): Promise<boolean> {
  const items = await program.inbox(program.ready.people[0]?.waId ?? '');
  return items.some(({ text }) => text?.body === lastText) && items.some(({ state }) => state === 'delivered');
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
  const leaks = await findLeaks([leakingClient]);
  for (const place of ['received by the transport', 'transport, memory', 'PostgreSQL']) {
    assert.ok(
      leaks.some((leak) => leak.startsWith(place)),
      `${place} is not in ${leaks.join('\n')}`,
    );
  }
});

test('a Cloud API that does not seal is noticed on the disk', async () => {
  const leaks = await findLeaks([unsealedMessages]);
  assert.ok(
    leaks.some((leak) => leak.startsWith('PostgreSQL')),
    leaks.join('\n'),
  );
});
