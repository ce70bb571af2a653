import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BusinessEndpoint } from '../demo/business-endpoint.ts';
import { DemoFailedError } from '../demo/demo-failed-error.ts';
import { SandboxClient } from '../demo/sandbox-client.ts';
import { createStepPrinter } from '../demo/step.ts';
import { play } from '../demo/story.ts';
import { TransportTables } from '../demo/transport-tables.ts';
import type { Ready } from '../instance/ready.ts';
import { Instance } from '../supervisor/instance.ts';

type Write = (text: string) => void;

/** Plays a conversation on an instance of its own. Resolves to the exit code: 0 only if all of it happened. */
export async function demo({ json }: { json: boolean }): Promise<number> {
  const write: Write = (text) => void process.stdout.write(text);
  const dataDir = mkdtempSync(join(tmpdir(), 'postern-demo-'));
  if (!json) write('Postern starts an instance of its own, which takes a few seconds.\n');
  const instance = new Instance({ dataDir, port: 0, webhookUrl: null, onEvent: () => {} });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void instance.stop());
  try {
    const ready = await instance.start();
    if (!ready) throw new DemoFailedError('The demo was stopped.');
    await perform(instance, ready, { json, write });
    finish({ json, write });
    return 0;
  } catch (error) {
    if (!(error instanceof DemoFailedError)) throw error;
    write(json ? `${JSON.stringify({ event: 'demo', ok: false, message: error.message })}\n` : `\n${error.message}\n`);
    return 1;
  } finally {
    await instance.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function perform(instance: Instance, ready: Ready, output: { json: boolean; write: Write }): Promise<void> {
  const { verifyToken, appSecret, people } = ready;
  const endpoint = await BusinessEndpoint.start({ verifyToken, appSecret });
  const tables = new TransportTables(instance.folder);
  const client = new SandboxClient(ready);
  try {
    await client.sendWebhooksTo(endpoint.url);
    await play({
      ready,
      client,
      endpoint,
      tables,
      pauseWorker: () => instance.pause('cloud-api-worker'),
      resumeWorker: () => instance.resume('cloud-api-worker'),
      show: createStepPrinter({ ...output, personName: people[0]?.name ?? 'person' }),
    });
  } finally {
    await Promise.all([endpoint.stop(), tables.close()]);
  }
}

function finish({ json, write }: { json: boolean; write: Write }): void {
  const tookMs = Math.round(performance.now());
  if (json) return write(`${JSON.stringify({ event: 'demo', ok: true, tookMs })}\n`);
  write(`\nAll of it happened, in ${(tookMs / 1000).toFixed(1)} s. To try it yourself: postern start\n`);
}
