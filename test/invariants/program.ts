import { spawn, type ChildProcess } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const main = join(root, 'apps/postern/src/main.ts');

/** What the ready line says, as far as these tests need it. */
export interface Ready {
  readonly cloudApi: string;
  readonly transport: string;
  readonly sandbox: string;
  readonly accessToken: string;
  readonly sandboxToken: string;
  readonly appSecret: string;
  readonly appId: string;
  readonly phoneNumberId: string;
  readonly businessAccountId: string;
  readonly displayPhoneNumber: string;
  readonly people: readonly { readonly name: string; readonly waId: string }[];
}

export interface InboxItem {
  readonly id: string;
  readonly direction: 'in' | 'out';
  readonly text?: { readonly body: string };
  readonly state: string;
}

/** One update of a webhook: a message or a status. */
export interface Update {
  readonly kind: 'message' | 'status';
  readonly id: string;
  readonly status?: string;
  readonly body?: string;
}

/** The program as a user runs it, on free ports, with a folder of its own. */
export class Program {
  readonly dataDir: string;
  readonly ready: Ready;
  readonly child: ChildProcess;

  private constructor(dataDir: string, child: ChildProcess, ready: Ready) {
    this.dataDir = dataDir;
    this.child = child;
    this.ready = ready;
  }

  static async start({
    env = process.env,
    args = [],
    dataDir = newFolder(),
  }: { env?: NodeJS.ProcessEnv; args?: string[]; dataDir?: string } = {}): Promise<Program> {
    const child = spawn(process.execPath, [main, 'start', '--json', '--port', '0', '--data', dataDir, ...args], {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-8_000);
    });
    const lines = createInterface({ input: child.stdout ?? process.stdin });
    for await (const line of lines) {
      const event = JSON.parse(line) as { event: string } & Ready;
      if (event.event !== 'ready') continue;
      child.stdout?.resume();
      return new Program(dataDir, child, event);
    }
    throw new Error(`The program ended before it was ready.\n${said}`);
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** Posts to the Cloud API as the business; gives the status and the answer. */
  async post(
    path: string,
    body: object,
    token = this.ready.accessToken,
  ): Promise<{ status: number; body: Record<string, never> }> {
    const response = await fetch(`${this.ready.cloudApi}/v25.0/${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return { status: response.status, body: (await response.json()) as Record<string, never> };
  }

  /** Sends a text as the business, again and again until it is accepted; gives the wamid. Repeats only what was refused or unanswered. */
  async sendText(to: string, body: string): Promise<{ wamid: string; unanswered: number }> {
    const message = { messaging_product: 'whatsapp', to, type: 'text', text: { body } };
    for (let unanswered = 0; ; unanswered += 1) {
      const answer = await this.post(`${this.ready.phoneNumberId}/messages`, message).catch(() => null);
      if (answer?.status === 200)
        return { wamid: (answer.body as unknown as { messages: { id: string }[] }).messages[0]!.id, unanswered };
      await delay(50);
    }
  }

  /** Calls the sandbox, again while it does not answer. */
  async sandbox<Answer>(method: 'GET' | 'POST', path: string, body?: object): Promise<Answer> {
    return (await this.#askSandbox<Answer>(method, path, body)).answer;
  }

  /** Says something as a person; gives how often that was repeated because there was no answer. */
  async say(waId: string, body: string): Promise<{ unanswered: number }> {
    const to = this.ready.displayPhoneNumber.replace(/\D/g, '');
    return this.#askSandbox('POST', `/people/${waId}/messages`, { to, type: 'text', text: { body } });
  }

  async #askSandbox<Answer>(
    method: string,
    path: string,
    body?: object,
  ): Promise<{ answer: Answer; unanswered: number }> {
    for (let unanswered = 0; ; unanswered += 1) {
      const response = await fetch(this.ready.sandbox + path, {
        method,
        headers: { authorization: `Bearer ${this.ready.sandboxToken}`, 'content-type': 'application/json' },
        ...(body && { body: JSON.stringify(body) }),
      }).catch(() => null);
      if (response?.ok) return { answer: (await response.json()) as Answer, unanswered };
      if (response && response.status < 500)
        throw new Error(`The sandbox answered ${response.status} to ${path}: ${await response.text()}`);
      if (unanswered === 400) throw new Error(`The sandbox does not answer to ${path}.`);
      await delay(50);
    }
  }

  async inbox(waId: string): Promise<InboxItem[]> {
    const answer = await this.sandbox<InboxItem[] | { messages: InboxItem[] }>('GET', `/people/${waId}/inbox`);
    return Array.isArray(answer) ? answer : answer.messages;
  }

  /** The process ids of a system of this program. */
  pidsOf(system: string): number[] {
    return descendants(this.pid).filter((pid) => commandLine(pid).includes(system));
  }

  async stop(): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      this.child.kill('SIGINT');
      await once(this.child, 'exit');
    }
  }

  /** Stops and removes the folder. */
  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.dataDir, { recursive: true, force: true });
  }
}

export function newFolder(): string {
  return mkdtempSync(join(tmpdir(), 'postern-test-'));
}

/** A customer's webhook endpoint: keeps what is signed well, in the order it came. */
export class WebhookReceiver {
  readonly updates: Update[] = [];
  readonly bodies: string[] = [];
  badSignatures = 0;
  appSecret = '';
  /** What it answers to a delivery. */
  status = 200;
  readonly #server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    if (request.method === 'GET') {
      response.end(url.searchParams.get('hub.challenge') ?? '');
      return;
    }
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      if (this.status === 200) this.#take(Buffer.concat(chunks), String(request.headers['x-hub-signature-256']));
      response.writeHead(this.status).end();
    });
  });

  async listen(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/webhook`;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #take(bytes: Buffer, signature: string): void {
    if (signature !== `sha256=${createHmac('sha256', this.appSecret).update(bytes).digest('hex')}`) {
      this.badSignatures += 1;
      return;
    }
    this.bodies.push(bytes.toString());
    interface Value {
      messages?: { id: string; text?: { body: string } }[];
      statuses?: { id: string; status: string }[];
    }
    const { entry } = JSON.parse(bytes.toString()) as { entry: { changes: { value: Value }[] }[] };
    for (const { value } of entry.flatMap(({ changes }) => changes)) {
      for (const { id, text } of value.messages ?? [])
        this.updates.push({ kind: 'message', id, body: text?.body ?? '' });
      for (const { id, status } of value.statuses ?? []) this.updates.push({ kind: 'status', id, status });
    }
  }
}

/** Waits until something holds; what it is stands in the error when it does not within the limit. */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  limitMs = 30_000,
): Promise<void> {
  const deadline = Date.now() + limitMs;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`It did not come to this: ${what}`);
    await delay(20);
  }
}

function descendants(ancestor: number): number[] {
  const parents = new Map<number, number>();
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      const stat = readFileSync(`/proc/${entry}/stat`, 'utf8');
      parents.set(Number(entry), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]));
    } catch {
      // The process ended while we looked.
    }
  }
  const within = (pid: number): boolean =>
    pid === ancestor || (parents.has(pid) && pid > 1 && within(parents.get(pid) ?? 0));
  return [...parents.keys()].filter((pid) => pid !== ancestor && within(pid));
}

function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}
