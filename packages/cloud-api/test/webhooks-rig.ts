import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Queryable } from '@postern/postgres';
import { createTestDatabase } from '@postern/postgres/testing';
import {
  ContentSchema,
  encode,
  encodeWamid,
  MovableClock,
  type MessageId,
  type MessageInitShape,
  type MessageSchema,
  type PhoneNumber,
} from '@postern/protocol';
import { createLogger } from '@postern/service';
import { newMessageId } from '../src/messages/message-id.ts';
import type { MessageRecord } from '../src/messages/message-record.ts';
import { MessageReader } from '../src/messages/message-reader.ts';
import { ensurePartitions } from '../src/messages/partitions.ts';
import { migrationsDir } from '../src/migrations.ts';
import { WebhookDelivery, type WebhookDeliveryOptions } from '../src/webhooks/delivery.ts';
import { EndpointFetcher } from '../src/webhooks/endpoint.ts';
import { atAnyTime, openTestStorage, storeSealed } from './storage-rig.ts';
import { queueWebhookEvents, type NewWebhookEvent, type WebhookEventKind } from '../src/webhooks/events.ts';

export const person = '15550002222' as PhoneNumber;
export const appSecret = 'the secret of the app';

/** Waits for a condition that shows only by looking. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const limit = AbortSignal.timeout(15_000);
  while (!(await condition())) {
    if (limit.aborted) throw new Error('the condition never came true');
    await delay(5);
  }
}

export interface ReceivedPost {
  readonly headers: IncomingHttpHeaders;
  readonly raw: string;
  readonly changes: readonly Change[];
}

interface Change {
  field: string;
  value: {
    messaging_product: string;
    metadata: object;
    contacts: object[];
    messages?: { id: string; text?: { body: string } }[];
    statuses?: { id: string; status: string }[];
  };
}

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** A business's webhook endpoint on loopback. It keeps what it was sent, whatever it answers. */
export class Receiver {
  readonly posts: ReceivedPost[] = [];
  /** Requests that are under way, and the most there ever were at once. */
  inFlight = 0;
  maxInFlight = 0;
  answer: Handler = (_request, response) => response.end('ok');
  /** Deals with a request instead of it being read and kept. */
  instead: Handler | null = null;
  readonly #server = createServer((request, response) => void this.#take(request, response));

  async start(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return this.url;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/hook`;
  }

  stop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  /** What was said, in order: the text of a message, or `status` of a status; each with its id. */
  get events(): string[] {
    return this.posts.flatMap(eventsOf);
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method === 'GET') {
      response.end(new URL(request.url ?? '/', 'http://receiver').searchParams.get('hub.challenge'));
      return;
    }
    this.inFlight += 1;
    this.maxInFlight = Math.max(this.maxInFlight, this.inFlight);
    response.on('close', () => (this.inFlight -= 1));
    if (this.instead) return this.instead(request, response);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const raw = Buffer.concat(chunks).toString('latin1');
    const { entry } = JSON.parse(raw) as { entry: { changes: Change[] }[] };
    this.posts.push({ headers: request.headers, raw, changes: entry.flatMap(({ changes }) => changes) });
    this.answer(request, response);
  }
}

export function eventsOf({ changes }: ReceivedPost): string[] {
  return changes.flatMap(({ value }) => [
    ...(value.messages ?? []).map(({ id, text }) => `${text?.body} ${id}`),
    ...(value.statuses ?? []).map(({ id, status }) => `${status} ${id}`),
  ]);
}

export interface StoredMessage {
  readonly messageId: MessageId;
  readonly acceptedS: number;
  readonly wamid: string;
}

interface MessageOptions {
  readonly phoneNumberId?: string;
  readonly sentByBusiness?: boolean;
  readonly callbackData?: string;
  readonly senderName?: string;
  readonly quote?: { messageId: MessageId; fromMe: boolean };
  /** The message has a body of a kind that this version does not know. */
  readonly isUnknown?: boolean;
  /** More of the message than its text, or another body than a text. */
  readonly message?: MessageInitShape<typeof MessageSchema>;
  /** Something else than a message. */
  readonly content?: MessageInitShape<typeof ContentSchema>;
  readonly record?: Partial<MessageRecord>;
  readonly retentionHours?: number;
}

/** Webhook delivery on a real database with real sealed messages, for business account 900. */
export async function startWebhookRig() {
  const database = await createTestDatabase({ name: 'cloud_api', migrationsDir });
  const { db } = database;
  const clock = new MovableClock();
  const dir = mkdtempSync(join(tmpdir(), 'postern-webhooks-'));
  const keyringFolder = join(dir, 'keyring');
  const storage = await openTestStorage({ databaseUrl: database.url, db, clock, keyringFolder });
  await ensurePartitions(db, clock.now());
  const logged: string[] = [];
  const logger = createLogger({ system: 'test', level: 'debug', write: (line) => logged.push(line) });
  const messages = new MessageReader({ db, stored: storage.stored });
  const secrets = { signingSecret: () => Promise.resolve(appSecret) };
  const stops: (() => Promise<void> | void)[] = [];
  return {
    db,
    url: database.url,
    keyringFolder,
    audit: storage.audit,
    clock,
    logged,
    messages,
    async addNumber(phoneNumberId: string, phoneNumber: string) {
      await db.execute(
        `INSERT INTO numbers (phone_number_id, waba_id, phone_number, verified_name, state)
         VALUES ($1, '900', $2, 'Shop', 'registered')`,
        [phoneNumberId, phoneNumber],
      );
    },
    /** Subscribes an app to business account 900, its callback already verified. */
    async addApp(appId: string, callbackUrl: string, fields = ['messages'], version = 'v26.0') {
      const versions = JSON.stringify(Object.fromEntries(fields.map((field) => [field, version])));
      await db.execute('INSERT INTO app_subscriptions VALUES ($1, $2, $3, 0, $4)', [
        appId,
        callbackUrl,
        fields,
        versions,
      ]);
      await db.execute("INSERT INTO subscribed_apps VALUES ('900', $1)", [appId]);
    },
    async startReceiver(): Promise<Receiver> {
      const receiver = new Receiver();
      await receiver.start();
      stops.push(() => receiver.stop());
      return receiver;
    },
    async startDelivery(options: Partial<WebhookDeliveryOptions> & { timeoutMs?: number } = {}) {
      const { timeoutMs = 5_000, ...others } = options;
      const fetcher = new EndpointFetcher({ allowLoopback: true, timeoutMs });
      const delivery = new WebhookDelivery({ db, messages, secrets, fetcher, clock, logger, ...others });
      const stop = () => delivery.stop().then(() => fetcher.close());
      stops.push(stop);
      await delivery.start();
      return { delivery, stop, wake: (phoneNumberId = '501') => delivery.wake(phoneNumberId) };
    },
    /** Stores a message sealed as the pump and the accept queue do it. */
    async storeMessage(text: string, options: MessageOptions = {}): Promise<StoredMessage> {
      const { phoneNumberId = '501', sentByBusiness = false, callbackData = null, senderName = 'Zoë' } = options;
      const { quote = null, isUnknown = false, message = {}, record: terms = {} } = options;
      const acceptedS = Math.floor(clock.now() / 1000);
      const messageId = newMessageId(clock.now());
      const value = {
        messageId,
        senderName,
        ...(quote && { quote }),
        ...(!isUnknown && { body: { case: 'text', value: { body: text } } }),
        ...message,
      } as MessageInitShape<typeof MessageSchema>;
      const content = encode(ContentSchema, options.content ?? { body: { case: 'message', value } });
      const category = sentByBusiness ? ('service' as const) : null;
      const record = { person, accountId: null, ...atAnyTime, category, callbackData, content, ...terms };
      const kept = options.retentionHours === undefined ? {} : { retentionHours: options.retentionHours };
      await storeSealed(db, storage, { phoneNumberId, messageId, sentByBusiness, acceptedS, record, ...kept });
      return { messageId, acceptedS, wamid: encodeWamid({ phoneNumber: person, sentByBusiness, messageId }) };
    },
    eventOf(kind: WebhookEventKind, { messageId, acceptedS }: StoredMessage): NewWebhookEvent {
      return {
        kind,
        messageId,
        acceptedS,
        errorCode: kind === 'failed' ? 131026 : null,
        happenedAtMs: clock.now(),
        isArrival: kind === 'delivered',
      };
    },
    queue(events: readonly NewWebhookEvent[], phoneNumberId = '501', tx: Queryable = db): Promise<number> {
      return queueWebhookEvents(tx, { phoneNumberId, wabaId: '900' }, events);
    },
    /** Stores and queues inbound messages with these texts; returns what a receiver's `events` will say of them. */
    async receiveTexts(texts: readonly string[], phoneNumberId = '501'): Promise<string[]> {
      const stored = [];
      for (const text of texts) stored.push(await this.storeMessage(text, { phoneNumberId }));
      await this.queue(
        stored.map((message) => this.eventOf('message', message)),
        phoneNumberId,
      );
      return stored.map(({ wamid }, index) => `${texts[index]} ${wamid}`);
    },
    async countRows(table: 'webhook_events' | 'webhook_troubles'): Promise<number> {
      const [row] = await db.query<{ count: number }>(`SELECT count(*)::int AS count FROM ${table}`);
      return row?.count ?? 0;
    },
    async stop() {
      for (const stop of stops.toReversed()) await stop();
      await storage.close();
      await database.drop();
      rmSync(dir, { recursive: true });
    },
  };
}

export type WebhookRig = Awaited<ReturnType<typeof startWebhookRig>>;
