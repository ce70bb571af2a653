import { createLogger } from '@postern/service';
import { ContentSchema, encode } from '@postern/protocol';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SandboxClient } from '../demo/sandbox-client.ts';
import type { Ready } from '../instance/ready.ts';
import { Instance, type InstanceEvent } from '../supervisor/instance.ts';
import { BenchPeople } from './bench-people.ts';
import { measureBacklog, type BacklogFigures } from './backlog.ts';
import { LoadRun, type LoadFigures } from './load.ts';
import { listProcessMemory, type ProcessMemory } from './process-memory.ts';
import { measureRawRate } from './raw-rate.ts';
import { measureSealCost, type SealCost } from './seal-cost.ts';
import { WebhookCounter } from './webhook-count.ts';

export interface BenchOptions {
  readonly people: number;
  readonly seconds: number;
  /** Messages accepted and not yet arrived that the load keeps up. */
  readonly outstanding: number;
  /** Whether signed webhooks are delivered to the sandbox's receiver meanwhile. */
  readonly webhooks: boolean;
  /** Whether people read what arrives, which makes it three webhooks for each message instead of two. */
  readonly reads: boolean;
  /** How many messages to let pile up and drain afterwards; 0 for none. */
  readonly backlog: number;
  readonly onProgress: (step: string, share: number) => void;
}

/** What one run measured. Rates are per second, times in milliseconds, memory in megabytes. */
export interface BenchResult extends LoadFigures, SealCost {
  readonly people: number;
  readonly seconds: number;
  readonly rawEncryptPerSecond: number;
  /** sent / raw: how near to libsignal's own limit the whole path comes. */
  readonly ratio: number;
  readonly memory: readonly ProcessMemory[];
  readonly backlog: BacklogFigures | null;
  readonly leftOut: readonly string[];
}

const rawMs = 3_000;
const messageText = 'Your order 4711 has left our warehouse and will be with you tomorrow between nine and twelve.';

/** Measures one number sending to people with open sessions, through a whole instance of its own on this machine. */
export async function runBench(options: BenchOptions): Promise<BenchResult> {
  const { onProgress } = options;
  const dataDir = mkdtempSync(join(tmpdir(), 'postern-bench-'));
  onProgress('starting an instance', 0);
  // The contract's own limits would be all that is measured.
  const counter = new WebhookCounter();
  const onEvent = (event: InstanceEvent) => counter.note(event);
  const instance = new Instance({ dataDir, port: 0, webhookUrl: null, rateLimits: false, onEvent });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void instance.stop());
  try {
    const ready = await instance.start();
    if (!ready) throw new Error('The benchmark was stopped.');
    return await measure(ready, options, counter);
  } finally {
    onProgress('stopping', 1);
    await instance.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function measure(ready: Ready, options: BenchOptions, webhooks: WebhookCounter): Promise<BenchResult> {
  const sandbox = new SandboxClient(ready);
  const arrivals = new Set<(envelopeId: string) => void>();
  const people = await BenchPeople.register({
    count: options.people,
    transportUrl: ready.transport,
    log: createLogger({ system: 'bench', level: 'error' }),
    findCode: (phoneNumber) => sandbox.findCode(phoneNumber),
    onArrival: (envelopeId) => arrivals.forEach((listener) => listener(envelopeId)),
    onProgress: (done) => options.onProgress('registering people', done / options.people),
  });
  if (!options.webhooks) await unsubscribe(ready);
  const run = new LoadRun({ ...options, ready, people, arrivals, webhooks, text: messageText });
  try {
    await run.openSessions();
    if (options.reads) people.startReading();
    const figures = await run.measure();
    const memory = listProcessMemory(process.pid);
    const backlog = options.backlog > 0 ? await drainBacklog(run, options) : null;
    return summarize(options, { figures, memory, backlog, raw: await measureRaw(options) });
  } finally {
    run.close();
    people.close();
  }
}

function measureRaw({ people, onProgress }: BenchOptions): Promise<number> {
  onProgress('measuring libsignal alone', 0);
  return measureRawRate({ contentBytes: contentBytes(), peers: people, durationMs: rawMs });
}

interface Measured {
  readonly figures: LoadFigures;
  readonly memory: readonly ProcessMemory[];
  readonly backlog: BacklogFigures | null;
  readonly raw: number;
}

function summarize(options: BenchOptions, { figures, memory, backlog, raw }: Measured): BenchResult {
  return {
    ...figures,
    people: options.people,
    seconds: options.seconds,
    rawEncryptPerSecond: Math.round(raw),
    ratio: Math.round((figures.sentPerSecond / raw) * 1000) / 1000,
    memory,
    backlog,
    ...measureSealCost(contentBytes()),
    leftOut: leftOut(options),
  };
}

function drainBacklog(run: LoadRun, { backlog, onProgress }: BenchOptions): Promise<BacklogFigures> {
  const onDrained = (share: number) => onProgress('draining the backlog', share);
  return measureBacklog(run, { messages: backlog, rootPid: process.pid, onProgress: onDrained });
}

function leftOut({ webhooks, reads }: BenchOptions): string[] {
  return [
    "the people's own decrypting: they acknowledge what arrives, unread",
    'the network: everything runs on this machine, the load included',
    'the rates that the contract allows a number: they are lifted',
    ...(reads ? [] : ['reading: nobody sends read receipts (use --reads)']),
    ...(webhooks ? [] : ['webhooks: no app is subscribed (use --webhooks)']),
  ];
}

/** Without a subscribed app no webhook row is written and none is sent. */
async function unsubscribe(ready: Ready): Promise<void> {
  const response = await fetch(`${ready.cloudApi}/v25.0/${ready.businessAccountId}/subscribed_apps`, {
    method: 'DELETE',
    headers: { authorization: `Bearer ${ready.accessToken}` },
  });
  if (!response.ok) throw new Error(`The app could not be unsubscribed: ${response.status}`);
}

function contentBytes(): number {
  const value = {
    messageId: '0'.repeat(18),
    sentAtMs: BigInt(Date.now()),
    senderName: 'Postern Sandbox',
    body: { case: 'text', value: { body: messageText } },
  } as const;
  return encode(ContentSchema, { body: { case: 'message', value } }).length;
}
