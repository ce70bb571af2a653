import { limits, type Clock } from '@postern/protocol';
import type { Logger } from '@postern/service';
import { EndpointUnreachableError, type EndpointFetcher } from './endpoint.ts';
import { ForbiddenUrlError } from './endpoint-url.ts';
import type { FoundLane, LaneName, LaneTarget, MessageEvent, WebhookEvent, WebhookEventStore } from './event-store.ts';
import type { MessageOpener } from './message-opener.ts';
import { encodeWebhookJson, signWebhook } from './signature.ts';
import { buildWebhook, takeFitting, type WebhookUpdate } from './webhook-body.ts';

/** Gives the secrets that webhooks are signed with. */
export interface AppSecrets {
  appSecret(appId: string): Promise<string>;
}

export interface LaneOptions {
  readonly store: WebhookEventStore;
  readonly messages: MessageOpener;
  readonly secrets: AppSecrets;
  readonly fetcher: EndpointFetcher;
  readonly clock: Clock;
  readonly logger: Logger;
  /** At least 0 and below 1, for the jitter of retries. */
  readonly random: () => number;
}

/** What a step of a lane came to: there is more to send, it had all there was when it looked, or it must wait. */
export type StepOutcome = 'more' | 'empty' | 'waiting';

interface OpenedEvents {
  readonly updates: WebhookUpdate[];
  /** Events that will never be sent: their message is gone, nobody wants them, or they were retried for too long. */
  readonly gone: WebhookEvent[];
}

/** How long to wait after this many failed requests: doubling up to a maximum, less up to a quarter by chance. */
export function retryWaitMs(attempts: number, random: () => number): number {
  const waitMs = Math.min(limits.webhookRetryMaxMs, limits.webhookRetryMinMs * 2 ** (attempts - 1));
  return Math.round(waitMs * (1 - random() / 4));
}

/** The events of one number or account for one app while they are under way. From step to step it holds none of them. */
export class Lane {
  readonly name: LaneName;
  readonly #options: LaneOptions;
  #attempts: number;
  #isWoken = false;

  constructor({ ownerId, appId, attempts }: FoundLane, options: LaneOptions) {
    this.name = { ownerId, appId };
    this.#attempts = attempts;
    this.#options = options;
  }

  /** Its last request failed. */
  get isTroubled(): boolean {
    return this.#attempts > 0;
  }

  /** Events may have come since the last step began. */
  get isWoken(): boolean {
    return this.#isWoken;
  }

  wake(): void {
    this.#isWoken = true;
  }

  /**
   * Sends what is pending, in one request at most. What an endpoint does wrong is an outcome; what the database, the
   * keyring or the Business Manager throw is thrown.
   */
  async step(): Promise<StepOutcome> {
    const { store } = this.#options;
    this.#isWoken = false;
    const target = await store.findTarget(this.name);
    if (!target) return this.#dropAll();
    const events = await store.loadEvents(this.name, limits.maxUpdatesPerWebhook);
    const { updates, gone } = await this.#open(target, events);
    await this.#drop(gone);
    const sendable = takeFitting(updates);
    if (sendable.length > 0) {
      const failure = await this.#send(target, sendable);
      if (failure !== null) return this.rest(failure);
    }
    // Also when nothing was left to send: then nothing is left to be in trouble with.
    if (sendable.length > 0 || events.length === 0) await this.#settle(sendable);
    const isAll = events.length < limits.maxUpdatesPerWebhook && sendable.length === updates.length;
    return isAll ? 'empty' : 'more';
  }

  /** Notes that the events must wait, longer from time to time, and says why in the log. */
  async rest(reason: string): Promise<StepOutcome> {
    const { store, clock, logger, random } = this.#options;
    const attempts = this.#attempts + 1;
    const nowMs = clock.now();
    const waitMs = retryWaitMs(attempts, random);
    await store.noteTrouble(this.name, { attempts, nowMs, nextAttemptAtMs: nowMs + waitMs });
    this.#attempts = attempts;
    logger.warn({ ...this.name, attempts, waitMs, reason }, 'a webhook was not taken; it will be sent again');
    return 'waiting';
  }

  async #open(target: LaneTarget, events: readonly WebhookEvent[]): Promise<OpenedEvents> {
    // Every event is sent once at least: only those of an endpoint that fails become too old.
    const tooOldMs = this.isTroubled ? this.#options.clock.now() - limits.webhookRetryForMs : -Infinity;
    const found = await this.#findUpdates(target, events);
    const updates: WebhookUpdate[] = [];
    const gone: WebhookEvent[] = [];
    for (const event of events) {
      const update = event.happenedAtMs > tooOldMs ? found.get(event) : undefined;
      if (update) updates.push(update);
      else gone.push(event);
    }
    return { updates, gone };
  }

  /** What is to be said of each event; nothing of those whose message is gone or that the app does not want. */
  async #findUpdates(
    target: LaneTarget,
    events: readonly WebhookEvent[],
  ): Promise<ReadonlyMap<WebhookEvent, WebhookUpdate>> {
    const found = new Map<WebhookEvent, WebhookUpdate>();
    const ofMessages: MessageEvent[] = [];
    for (const event of events) {
      if (event.kind !== 'account') ofMessages.push(event);
      else if (target.phoneNumberId === null && target.fields.includes(event.field)) found.set(event, { event });
    }
    if (target.phoneNumberId === null || ofMessages.length === 0) return found;
    const refs = ofMessages.map(({ messageId, acceptedS, kind }) => {
      return { messageId, acceptedS, sentByBusiness: kind !== 'message' };
    });
    const opened = await this.#options.messages.openAll(target.phoneNumberId, refs);
    for (const [index, event] of ofMessages.entries()) {
      const message = opened[index];
      if (message) found.set(event, { event, message });
    }
    return found;
  }

  /** Posts the updates. Returns why they were not taken, or null when they were. */
  async #send(target: LaneTarget, updates: readonly WebhookUpdate[]): Promise<string | null> {
    const { secrets, fetcher } = this.#options;
    const body = encodeWebhookJson(buildWebhook(target, updates));
    const signature = signWebhook(body, await secrets.appSecret(this.name.appId));
    try {
      // crash point: webhook.before-post
      const status = await fetcher.post(target.callbackUrl, body, { 'X-Hub-Signature-256': signature });
      // crash point: webhook.posted
      return status >= 200 && status < 300 ? null : `HTTP ${status}`;
    } catch (error) {
      if (error instanceof EndpointUnreachableError) return error.reason;
      if (error instanceof ForbiddenUrlError) return error.message;
      throw error;
    }
  }

  async #settle(updates: readonly WebhookUpdate[]): Promise<void> {
    const { store, logger } = this.#options;
    await store.settleEvents(
      this.name,
      updates.map(({ event }) => event.eventId),
    );
    // crash point: webhook.deleted
    if (this.isTroubled) logger.info({ ...this.name, attempts: this.#attempts }, 'webhooks are taken again');
    this.#attempts = 0;
  }

  async #drop(gone: readonly WebhookEvent[]): Promise<void> {
    if (gone.length === 0) return;
    const { store, logger } = this.#options;
    await store.dropEvents(
      this.name,
      gone.map(({ eventId }) => eventId),
    );
    logger.warn(
      { ...this.name, dropped: gone.length },
      'webhook events were dropped: too old, not wanted, or their message is gone',
    );
  }

  async #dropAll(): Promise<StepOutcome> {
    const { store, logger } = this.#options;
    const dropped = await store.dropLane(this.name);
    if (dropped > 0) {
      logger.info({ ...this.name, dropped }, 'webhook events were dropped: their app does not want them any more');
    }
    return dropped < limits.maxWebhookEventsPerDelete ? 'empty' : 'more';
  }
}
