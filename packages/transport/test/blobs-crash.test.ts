import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { beginPut, credentialOf, fileSizes, get, put } from './blob-client.ts';
import { startTestTransport } from './test-transport.ts';
import type { TransportConfig } from '../src/index.ts';

const program = fileURLToPath(new URL('programs/transport.ts', import.meta.url));

/** A transport to kill, on the database and the folder of another, which it takes over from. */
async function startProcess(config: TransportConfig): Promise<{ url: string; process: ChildProcess }> {
  const child = spawn(process.execPath, [program, JSON.stringify(config)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  return { url: line.toString().trim(), process: child };
}

test('a transport that is killed in the middle of an upload leaves nothing, and takes it again', async () => {
  const transport = await startTestTransport({ sweepIntervalMs: 20 });
  const { config } = transport.parts;
  const authorization = credentialOf(await transport.register());
  const blobId = randomBytes(16).toString('hex');
  const first = await startProcess(config);
  const kept = { url: first.url, authorization, blobId: randomBytes(16).toString('hex') };
  const keptBytes = randomBytes(5_000);
  assert.equal((await put(kept, keptBytes)).status, 204);
  const bytes = randomBytes(200_000);
  const sent = beginPut({ url: first.url, authorization, blobId }, { 'content-length': bytes.length });
  const broken = once(sent, 'error');
  sent.write(bytes.subarray(0, 150_000));
  while (!fileSizes(config.blobsFolder).includes(150_000)) await setTimeout(5);
  first.process.kill('SIGKILL');
  await broken;
  assert.deepEqual(new Set(fileSizes(config.blobsFolder)), new Set([150_000, 5_000]));

  const second = await startProcess(config);
  const call = { url: second.url, authorization, blobId };
  assert.equal(await get(call), 404);
  while (fileSizes(config.blobsFolder).length > 1) await setTimeout(5);
  assert.deepEqual(await get({ ...kept, url: second.url }), keptBytes);
  assert.equal((await put(call, bytes)).status, 204);
  assert.deepEqual(await get(call), bytes);
  second.process.kill('SIGKILL');
  await once(second.process, 'exit');
  await transport.stop();
});
