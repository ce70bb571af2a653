import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Phone } from '@postern/client';
import { type PhoneNumber } from '@postern/protocol';
import type { Running } from '@postern/service';
import { numberOf, silent } from '../../../test/rigs/real-transport.ts';
import { startCloudApiWorker } from '../src/cloud-api-worker.ts';
import { startRig } from './http-rig.ts';

/** Waits until something holds. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** A server, and what it was asked. */
async function serve(listener: RequestListener) {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    listener(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests, close };
}

interface StatusBody {
  readonly entry: readonly { changes: readonly { value: { statuses?: { errors?: { code: number }[] }[] } }[] }[];
}

/** The business's endpoint: hears which messages have failed, and with which code. */
async function startEndpoint() {
  const failures: number[] = [];
  const served = await serve((request, response) => {
    const challenge = new URL(request.url ?? '', 'http://a').searchParams.get('hub.challenge');
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      response.end(challenge ?? '');
      if (challenge !== null) return;
      const { entry } = JSON.parse(Buffer.concat(chunks).toString()) as StatusBody;
      const statuses = entry.flatMap(({ changes }) => changes.flatMap(({ value }) => value.statuses ?? []));
      for (const { errors = [] } of statuses) failures.push(...errors.map(({ code }) => code));
    });
  });
  return { ...served, failures };
}

const program = new URL('programs/worker.ts', import.meta.url).pathname;

/** Both halves of the Cloud API with all their neighbours, phones, and a server for links. */
export async function startConversation() {
  const rig = await startRig({ config: { rateLimits: false } });
  await rig.register(rig.bank);
  const dir = mkdtempSync(join(tmpdir(), 'postern-media-'));
  let worker: Running | null = null;
  const phones: Phone[] = [];
  const endpoint = await startEndpoint();
  const closes = [endpoint.close];
  const { bank } = rig;
  await rig.graph('POST', `/${bank.wabaId}/subscribed_apps`);
  await rig.graph('POST', `/${bank.appId}/subscriptions`, {
    token: `${bank.appId}|${bank.appSecret}`,
    body: {
      object: 'whatsapp_business_account',
      callback_url: endpoint.url,
      verify_token: 'token',
      fields: ['messages'],
    },
  });
  return {
    rig,
    async startWorker() {
      worker = await startCloudApiWorker({ config: rig.config, clock: rig.clock, logger: silent });
    },
    async stopWorker() {
      await worker?.stop();
      worker = null;
    },
    /** A worker as a process of its own, to be killed. */
    spawnWorker: (env: NodeJS.ProcessEnv): ChildProcess =>
      spawn(process.execPath, [program, JSON.stringify(rig.config), String(rig.clock.offsetMs)], {
        env,
        stdio: ['ignore', 'inherit', 'inherit'],
      }),
    /** A phone whose owner has just written to the bank, so that it may answer. */
    async openPhone(name: string, digits: string): Promise<Phone> {
      const phone = await Phone.open({
        dir: join(dir, digits),
        name,
        phoneNumber: numberOf(digits),
        transportUrl: rig.config.transportUrl,
        clock: rig.clock,
        log: silent,
        receiveCode: async (phoneNumber) => rig.codes.get(phoneNumber) ?? '',
      });
      phones.push(phone);
      phone.goOnline();
      phone.say({ to: numberOf(bank.phoneNumber), text: { body: 'Hello' } });
      await until(async () => (await this.receivedFrom(phone.phoneNumber)) > 0);
      return phone;
    },
    async receivedFrom(_person: PhoneNumber): Promise<number> {
      const rows = await rig.db.query<{ count: number }>(
        "SELECT count(*)::int AS count FROM messages WHERE state = 'received'",
      );
      return rows[0]?.count ?? 0;
    },
    /** Sends as the bank; gives the id of the message. */
    async send(to: Phone, message: object): Promise<string> {
      const body = { messaging_product: 'whatsapp', to: to.phoneNumber, ...message };
      const answer = await rig.graph('POST', `/${bank.phoneNumberId}/messages`, { body });
      if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
      return answer.body.messages[0].id;
    },
    /** Waits until a phone shows a message. */
    async shown(phone: Phone, id: string) {
      await until(() => phone.inbox().some((item) => item.id === id));
      const item = phone.inbox().find((each) => each.id === id);
      if (!item) throw new Error('it is gone again');
      return item;
    },
    /** Waits until the business has heard of so many failures; gives their codes. */
    async failures(count: number): Promise<number[]> {
      await until(() => endpoint.failures.length >= count);
      return [...endpoint.failures];
    },
    async serve(listener: RequestListener) {
      const served = await serve(listener);
      closes.push(served.close);
      return served;
    },
    async stop() {
      await worker?.stop();
      for (const phone of phones) await phone.close();
      closes.forEach((close) => close());
      await rig.stop();
      rmSync(dir, { recursive: true });
    },
  };
}

export type Conversation = Awaited<ReturnType<typeof startConversation>>;

/** What a phone has of the only attachment of a message. */
export async function lookAt(phone: Phone, item: { readonly type: string; readonly [member: string]: unknown }) {
  const { id } = item[item.type] as { id: string };
  const medium = await phone.media.open(id);
  if (!medium) throw new Error('there is no such medium');
  const chunks: Uint8Array[] = [];
  for await (const chunk of medium.bytes) chunks.push(chunk);
  return { bytes: Buffer.concat(chunks), filename: medium.filename, mimeType: medium.attachment.mimeType };
}
