import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Ready } from '../src/instance/ready.ts';

const program = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const patienceMs = 30_000;

export interface InboxMessage {
  id: string;
  direction: 'in' | 'out';
  state: string;
  timestamp: string;
  type: string;
  text?: { body: string };
  context?: { id: string };
}

interface Status {
  id: string;
  status: string;
}

interface InboundMessage {
  id: string;
  from: string;
  text?: { body: string };
  context?: { id: string };
}

export interface RigEvent {
  event: string;
  [field: string]: unknown;
}

export interface Answer {
  status: number;
  body: any; // oxlint-disable-line typescript/no-explicit-any -- tests look into what came, whatever it is
}

/** A data folder that goes away with the test. */
export function temporaryFolder(): { dir: string; remove: () => void } {
  const dir = mkdtempSync(join(tmpdir(), 'postern-rig-'));
  return { dir, remove: () => rmSync(dir, { recursive: true, force: true }) };
}

/** Runs the program to its end. */
export async function runProgram(
  args: string[],
  environment: NodeJS.ProcessEnv = {},
): Promise<{ code: number; stdout: string; stderr: string }> {
  const env = { ...process.env, ...environment };
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'pipe'], env });
  const text = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => (text.stdout += chunk));
  child.stderr.on('data', (chunk) => (text.stderr += chunk));
  const [code] = (await once(child, 'close')) as [number];
  return { code, ...text };
}

/** Looks again and again, for half a minute, until something true comes. */
export async function until<T>(what: string, look: () => Promise<T> | T): Promise<NonNullable<T>> {
  const limit = AbortSignal.timeout(patienceMs);
  for (;;) {
    const found = await look();
    if (found) return found;
    if (limit.aborted) throw new Error(`In vain: ${what}`);
    await delay(20);
  }
}

/** `postern start --json --port 0` as a child, and what one can do with it over HTTP. */
export class Rig {
  readonly events: RigEvent[] = [];
  readonly #child: ChildProcess;
  #stderr = '';
  #ready: Ready | null = null;

  private constructor(child: ChildProcess) {
    this.#child = child;
    child.stderr?.on('data', (chunk) => (this.#stderr += chunk));
    createInterface({ input: child.stdout! }).on('line', (line) => this.events.push(JSON.parse(line)));
  }

  /** Starts the program on a data folder. */
  static launch(dataDir: string, ...options: string[]): Rig {
    const args = [program, 'start', '--json', '--port', '0', '--data', dataDir, ...options];
    return new Rig(spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] }));
  }

  /** Starts the program on a data folder and waits until it is ready. */
  static async start(dataDir: string, ...options: string[]): Promise<Rig> {
    const rig = Rig.launch(dataDir, ...options);
    rig.#ready = (await rig.untilEvent('the ready line', ({ event }) => event === 'ready')) as unknown as Ready;
    return rig;
  }

  get ready(): Ready {
    if (!this.#ready) throw new Error('not ready');
    return this.#ready;
  }

  get pid(): number {
    return this.#child.pid!;
  }

  untilEvent(what: string, isIt: (event: RigEvent) => boolean): Promise<RigEvent> {
    return until(`${what}; the program said ${this.#stderr}`, () => {
      if (this.#child.exitCode !== null && !this.events.some(isIt)) throw new Error(`It ended: ${this.#stderr}`);
      return this.events.find(isIt);
    });
  }

  /** Stops softly. Returns the exit code. */
  async stop(signal: NodeJS.Signals = 'SIGINT'): Promise<number | null> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      this.#child.kill(signal);
      await once(this.#child, 'exit');
    }
    return this.#child.exitCode;
  }

  /** Calls the sandbox, with its token unless another is given. */
  sandbox(method: string, path: string, body?: unknown, token = this.ready.sandboxToken): Promise<Answer> {
    return call(method, `${this.ready.sandbox}${path}`, { token, body });
  }

  /** Calls the Cloud API with the business's token. */
  cloudApi(method: string, path: string, body?: unknown): Promise<Answer> {
    return call(method, `${this.ready.cloudApi}/v23.0/${path}`, { token: this.ready.accessToken, body });
  }

  /** Sends a text as the business; tries again while the Cloud API is away. Returns the wamid. */
  async sendText(to: string, body: string): Promise<string> {
    const message = { messaging_product: 'whatsapp', to, type: 'text', text: { body } };
    return until(`the Cloud API takes "${body}"`, async () => {
      const answer = await this.cloudApi('POST', `${this.ready.phoneNumberId}/messages`, message).catch(() => null);
      return answer?.body?.messages?.[0]?.id as string | undefined;
    });
  }

  /** Says something as a person to the business. Returns the wamid. */
  async say(waId: string, body: string, replyTo?: string): Promise<string> {
    const context = replyTo === undefined ? {} : { context: { message_id: replyTo } };
    const message = { to: this.ready.displayPhoneNumber, type: 'text', text: { body }, ...context };
    const answer = await this.sandbox('POST', `/people/${waId}/messages`, message);
    if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
    return answer.body.messages[0].id;
  }

  async inbox(waId: string): Promise<InboxMessage[]> {
    return (await this.sandbox('GET', `/people/${waId}/inbox`)).body.messages;
  }

  /** Waits until a message on a phone is in this state. */
  untilOnPhone(waId: string, id: string, state: string): Promise<InboxMessage> {
    return until(`the message on ${waId}'s phone is ${state}`, async () =>
      (await this.inbox(waId)).find((message) => message.id === id && message.state === state),
    );
  }

  untilStatus(id: string, status: string): Promise<Status> {
    return until(`the webhook ${status} comes`, () =>
      this.statuses().find((each) => each.id === id && each.status === status),
    );
  }

  /** All statuses that came by webhook. */
  statuses(): Status[] {
    return this.#values().flatMap((value) => (value['statuses'] ?? []) as Status[]);
  }

  untilInbound(id: string): Promise<InboundMessage> {
    return until('the webhook with the message comes', () => this.inbound().find((message) => message.id === id));
  }

  /** All messages that came by webhook. */
  inbound(): InboundMessage[] {
    return this.#values().flatMap((value) => (value['messages'] ?? []) as InboundMessage[]);
  }

  #values(): Record<string, unknown>[] {
    const bodies = this.events.filter(({ event }) => event === 'webhook').map(({ body }) => body as any); // oxlint-disable-line typescript/no-explicit-any
    return bodies
      .flatMap((body) => body.entry)
      .flatMap((entry) => entry.changes)
      .map((change) => change.value);
  }
}

async function call(method: string, url: string, { token, body }: { token: string; body?: unknown }): Promise<Answer> {
  const response = await fetch(url, {
    method,
    headers: { authorization: `Bearer ${token}`, ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: await response.json() };
}
