import { setTimeout as delay } from 'node:timers/promises';
import { parseEnvelopeId } from '@postern/client';
import { parsePhoneNumber, type EnvelopeId } from '@postern/protocol';
import type { Ready } from '../instance/ready.ts';
import type { BenchPeople } from './bench-people.ts';
import { HttpLoad } from './http-load.ts';
import { percentile } from './percentile.ts';
import type { WebhookCounter } from './webhook-count.ts';

interface LoadOptions {
  readonly ready: Ready;
  readonly people: BenchPeople;
  readonly arrivals: Set<(envelopeId: string) => void>;
  readonly text: string;
  readonly seconds: number;
  readonly outstanding: number;
  readonly webhooks: WebhookCounter;
  readonly onProgress: (step: string, share: number) => void;
}

export interface LoadFigures {
  readonly acceptedPerSecond: number;
  /** In the recipient's mailbox and durable, counted when it reaches the recipient's socket. */
  readonly sentPerSecond: number;
  readonly acceptMsP50: number | null;
  readonly acceptMsP99: number | null;
  readonly endToEndMsP50: number | null;
  readonly endToEndMsP99: number | null;
  /** Statuses that signed webhooks told, and requests that told them. */
  readonly webhookUpdatesPerSecond: number;
  readonly webhookRequestsPerSecond: number;
  readonly errors: number;
}

const warmUpMs = 3_000;
const connections = 64;
const setUpLimitMs = 600_000;

/** Posts messages to the people in turn, and times each from its request to the answer and to its arrival. */
export class LoadRun {
  readonly #options: LoadOptions;
  readonly #http: HttpLoad;
  /** When each message under way was posted, by the message id that its wamid and its envelope carry. */
  readonly #postedAt = new Map<string, number>();
  /** Arrived before the answer to its request was read. */
  readonly #arrivedEarly = new Map<string, number>();
  #next = 0;
  #accepted = 0;
  #arrived = 0;
  #errors = 0;
  #acceptMs: number[] = [];
  #endToEndMs: number[] = [];
  #unanswered = 0;
  #stopped = true;

  constructor(options: LoadOptions) {
    const { ready } = options;
    const url = `${ready.cloudApi}/v25.0/${ready.phoneNumberId}/messages`;
    this.#options = options;
    this.#http = new HttpLoad({ url, token: ready.accessToken, connections });
    options.arrivals.add((envelopeId) => this.#noteArrival(envelopeId as EnvelopeId));
  }

  /** Accepted and not yet arrived. */
  get underWay(): number {
    return this.#postedAt.size;
  }

  close(): void {
    this.#http.close();
  }

  #noteArrival(envelopeId: EnvelopeId): void {
    const messageId = parseEnvelopeId(envelopeId)?.messageId;
    if (!messageId) return;
    this.#arrived += 1;
    const postedAt = this.#postedAt.get(messageId);
    if (postedAt === undefined) this.#arrivedEarly.set(messageId, performance.now());
    else this.#finish(messageId, performance.now() - postedAt);
    this.#fill();
  }

  /** One message from each person opens the session with them, and the business's window. */
  async openSessions(): Promise<void> {
    const { people, ready, onProgress } = this.#options;
    const deadline = performance.now() + setUpLimitMs;
    const businessNumber = parsePhoneNumber(ready.displayPhoneNumber.replace('+', ''));
    if (!businessNumber) throw new Error('The instance has no number.');
    await people.writeTo(businessNumber);
    while (people.withSession < people.phoneNumbers.length) {
      if (performance.now() > deadline) throw new Error('The sessions did not open in time.');
      onProgress('opening sessions', people.withSession / people.phoneNumbers.length);
      await delay(50);
    }
  }

  /** Keeps a fixed number of messages under way; the first three seconds warm up and do not count. */
  async measure(): Promise<LoadFigures> {
    const { seconds, webhooks, onProgress } = this.#options;
    this.#stopped = false;
    this.#fill();
    onProgress('warming up', 0);
    await delay(warmUpMs);
    this.#acceptMs = [];
    this.#endToEndMs = [];
    const before = { at: performance.now(), accepted: this.#accepted, arrived: this.#arrived, told: webhooks.count };
    for (let second = 0; second < seconds; second += 1) {
      onProgress('measuring', second / seconds);
      await delay(1_000);
    }
    const tookSeconds = (performance.now() - before.at) / 1_000;
    this.#stopped = true;
    const round = (value: number | null) => (value === null ? null : Math.round(value * 10) / 10);
    return {
      acceptedPerSecond: Math.round((this.#accepted - before.accepted) / tookSeconds),
      sentPerSecond: Math.round((this.#arrived - before.arrived) / tookSeconds),
      acceptMsP50: round(percentile(this.#acceptMs, 50)),
      acceptMsP99: round(percentile(this.#acceptMs, 99)),
      endToEndMsP50: round(percentile(this.#endToEndMs, 50)),
      endToEndMsP99: round(percentile(this.#endToEndMs, 99)),
      webhookUpdatesPerSecond: Math.round((webhooks.count.updates - before.told.updates) / tookSeconds),
      webhookRequestsPerSecond: Math.round((webhooks.count.requests - before.told.requests) / tookSeconds),
      errors: this.#errors,
    };
  }

  /** Waits until everything accepted has arrived. */
  async settle(): Promise<void> {
    while (this.underWay > 0 || this.#unanswered > 0) await delay(20);
  }

  /** Has so many messages accepted, as fast as the connections allow. */
  async postBacklog(messages: number): Promise<void> {
    for (let posted = 0; posted < messages; posted += 1) {
      while (!this.#http.hasRoom) await delay(1);
      void this.#post();
    }
    while (this.#unanswered > 0) await delay(1);
  }

  #fill(): void {
    while (!this.#stopped && this.#http.hasRoom && this.#postedAt.size < this.#options.outstanding) void this.#post();
  }

  async #post(): Promise<void> {
    const { people, text } = this.#options;
    const to = people.phoneNumbers[this.#next % people.phoneNumbers.length];
    this.#next += 1;
    const postedAt = performance.now();
    const body = JSON.stringify({ messaging_product: 'whatsapp', to, type: 'text', text: { body: text } });
    this.#unanswered += 1;
    const { status, messageId } = await this.#http.post(body);
    this.#unanswered -= 1;
    if (status === 200 && messageId) this.#answered(messageId, postedAt);
    else this.#errors += 1;
    this.#fill();
  }

  #answered(messageId: string, postedAt: number): void {
    this.#accepted += 1;
    this.#acceptMs.push(performance.now() - postedAt);
    const arrivedAt = this.#arrivedEarly.get(messageId);
    if (arrivedAt === undefined) this.#postedAt.set(messageId, postedAt);
    else {
      this.#arrivedEarly.delete(messageId);
      this.#finish(messageId, arrivedAt - postedAt);
    }
  }

  #finish(messageId: string, tookMs: number): void {
    this.#postedAt.delete(messageId);
    this.#endToEndMs.push(tookMs);
  }
}
