import { limits, type Clock } from '@postern/protocol';
import type { Logger } from '@postern/service';
import { isTaken } from '../contract/gaps.ts';
import type { Attempt } from './delivery-statements.ts';
import { EndpointUnreachableError, type EndpointFetcher } from './endpoint.ts';
import { ForbiddenUrlError } from '../outside/address-guard.ts';
import type { WebhookEventStore } from './event-store.ts';
import { isOverridable } from './fields.ts';
import type { MessageOpener } from './message-opener.ts';
import { loggedUntilMs, openEvents, type OpenedEvents } from './opened-events.ts';
import { signWebhook } from './signature.ts';
import { encodeFitting, type EncodedWebhook } from './webhook-body.ts';
import type { FoundLane, LaneName, LaneTarget, WebhookEvent } from './webhook-event.ts';

/** Gives the secrets that webhooks are signed with; null for an app that may not act on the account any more. */
export interface SigningSecrets {
  signingSecret(appId: string, wabaId: string): Promise<string | null>;
}

export interface LaneOptions {
  readonly store: WebhookEventStore;
  readonly messages: MessageOpener;
  readonly secrets: SigningSecrets;
  readonly fetcher: EndpointFetcher;
  readonly clock: Clock;
  readonly logger: Logger;
  /** At least 0 and below 1, for the jitter of retries. */
  readonly random: () => number;
}

/** What a step of a lane came to: there is more to send, it had all there was when it looked, or it must wait. */
export type StepOutcome = 'more' | 'empty' | 'waiting';

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
    const { store, messages, secrets } = this.#options;
    this.#isWoken = false;
    const target = await store.findTarget(this.name);
    if (!target || !wantsAnything(target)) return this.#dropAll();
    const secret = await secrets.signingSecret(this.name.appId, target.wabaId);
    if (secret === null) return this.#dropAll();
    const waiting = await store.loadEvents(this.name, limits.maxUpdatesPerWebhook);
    // What was tried for too long goes at once.
    const events = this.isTroubled ? waiting : firstToSend(waiting);
    const opened = await openEvents(messages, { target, events, tooOldMs: this.#tooOldMs });
    await this.#drop(target, opened);
    const isLast = events.length === waiting.length && waiting.length < limits.maxUpdatesPerWebhook;
    if (opened.updates.length === 0) {
      // Nothing is left to be in trouble with.
      if (events.length === 0) await this.#endTrouble();
      return isLast ? 'empty' : 'more';
    }
    const webhook = encodeFitting(target, firstToSend(opened.updates));
    const attempt = await this.#send(target, webhook, secret);
    if (!isTakenAttempt(attempt)) return this.rest(attempt.failure ?? `HTTP ${attempt.httpStatus}`, attempt);
    await this.#settle(attempt);
    return isLast && webhook.updates.length === opened.updates.length ? 'empty' : 'more';
  }

  /** Notes that the events must wait, longer from time to time, and says why in the log. */
  async rest(reason: string, attempt: Attempt | null = null): Promise<StepOutcome> {
    const { store, clock, logger, random } = this.#options;
    const attempts = this.#attempts + 1;
    const nowMs = clock.now();
    const waitMs = retryWaitMs(attempts, random);
    await store.noteTrouble(this.name, { attempts, nowMs, nextAttemptAtMs: nowMs + waitMs }, attempt);
    this.#attempts = attempts;
    logger.warn({ ...this.name, attempts, waitMs, reason }, 'a webhook was not taken; it will be sent again');
    return 'waiting';
  }

  /** Every event is sent once at least: only those of an endpoint that fails become too old. */
  get #tooOldMs(): number {
    return this.isTroubled ? this.#options.clock.now() - limits.webhookRetryForMs : -Infinity;
  }

  /** Posts the updates. What comes of it, whatever that is, is for the log. */
  async #send(target: LaneTarget, { body, updates }: EncodedWebhook, secret: string): Promise<Attempt> {
    const { fetcher, clock } = this.#options;
    const signature = signWebhook(body, secret);
    const startedMs = performance.now();
    const atMs = clock.now();
    // crash point: webhook.before-post
    const answer = await post(fetcher, target.callbackUrl, { body, signature });
    // crash point: webhook.posted
    return {
      wabaId: target.wabaId,
      callbackUrl: target.callbackUrl,
      events: updates.map(({ event }) => event),
      bodyBytes: body.length,
      atMs,
      durationMs: Math.round(performance.now() - startedMs),
      ...answer,
      expiresAtMs: loggedUntilMs(atMs, updates),
    };
  }

  async #settle(attempt: Attempt): Promise<void> {
    const { store, logger } = this.#options;
    await store.settleEvents(this.name, idsOf(attempt.events), attempt);
    // crash point: webhook.deleted
    if (this.isTroubled) logger.info({ ...this.name, attempts: this.#attempts }, 'webhooks are taken again');
    this.#attempts = 0;
  }

  async #endTrouble(): Promise<void> {
    await this.#options.store.endTrouble(this.name);
    this.#attempts = 0;
  }

  /** Deletes what will not be sent; what was tried for too long is kept in the log, from where it can be sent once more. */
  async #drop({ wabaId, callbackUrl }: LaneTarget, { gone, tooOld }: OpenedEvents): Promise<void> {
    const { store, clock, logger } = this.#options;
    const dropped = gone.length + tooOld.length;
    if (dropped === 0) return;
    if (gone.length > 0) await store.dropEvents(this.name, idsOf(gone));
    if (tooOld.length > 0) {
      const atMs = clock.now();
      const events = tooOld.map(({ event }) => event);
      const log = { wabaId, callbackUrl, events, atMs, expiresAtMs: loggedUntilMs(atMs, tooOld) };
      await store.giveUpEvents(this.name, idsOf(events), log);
    }
    logger.warn(
      { ...this.name, dropped },
      'webhook events were dropped: too old, not wanted, or their message is gone',
    );
  }

  async #dropAll(): Promise<StepOutcome> {
    const { store, logger } = this.#options;
    const dropped = await store.dropLane(this.name);
    if (dropped > 0) {
      logger.info(
        { ...this.name, dropped },
        'webhook events were dropped: their app does not want them, or lost the account',
      );
    }
    return dropped < limits.maxWebhookEventsPerDelete ? 'empty' : 'more';
  }
}

/**
 * Many receivers read only the first update of a request, so each event is sent alone while few wait. A backlog is sent
 * in batches: what comes faster than an endpoint answers would wait longer and longer.
 */
function firstToSend<T>(waiting: readonly T[]): readonly T[] {
  return waiting.length > limits.maxWebhooksSentSingly ? waiting : waiting.slice(0, 1);
}

function idsOf(events: readonly WebhookEvent[]): number[] {
  return events.map(({ eventId }) => eventId);
}

/** The lane of a number has only events of fields that can have a URL of their own. */
function wantsAnything({ number, versions }: LaneTarget): boolean {
  return number === null || [...versions.keys()].some(isOverridable);
}

function isTakenAttempt({ httpStatus }: Attempt): boolean {
  return httpStatus !== null && isTaken(httpStatus);
}

async function post(
  fetcher: EndpointFetcher,
  url: string,
  { body, signature }: { body: Buffer; signature: string },
): Promise<Pick<Attempt, 'httpStatus' | 'failure'>> {
  try {
    return { httpStatus: await fetcher.post(url, body, { 'X-Hub-Signature-256': signature }), failure: null };
  } catch (error) {
    if (error instanceof EndpointUnreachableError) return { httpStatus: null, failure: error.reason };
    if (error instanceof ForbiddenUrlError) return { httpStatus: null, failure: error.message };
    throw error;
  }
}
