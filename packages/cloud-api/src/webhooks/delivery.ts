import type { Database } from '@postern/postgres';
import { limits, type Clock } from '@postern/protocol';
import type { Logger } from '@postern/service';
import type { EndpointFetcher } from './endpoint.ts';
import { WebhookEventStore } from './event-store.ts';
import { FairSlots } from './fair-slots.ts';
import { Lane, type LaneOptions, type SigningSecrets, type StepOutcome } from './lane.ts';
import type { MessageOpener } from './message-opener.ts';
import type { FoundLane, LaneName } from './webhook-event.ts';

export interface WebhookDeliveryOptions {
  readonly db: Database;
  readonly messages: MessageOpener;
  readonly secrets: SigningSecrets;
  readonly fetcher: EndpointFetcher;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly random?: () => number;
}

const beforeAllLanes: LaneName = { ownerId: '', appId: '' };

/**
 * Sends the rows of `webhook_events` to the apps they are for: in order per number or account, and app (a lane), one
 * request at a time in each, at least once. A lane is in memory only while it has events to send now; those whose endpoint fails
 * wait in the database. Endpoints that fail have slots of their own, and every app has its share, so none holds
 * another up. One delivery at a time may run on a database.
 */
export class WebhookDelivery {
  readonly #options: LaneOptions;
  readonly #store: WebhookEventStore;
  readonly #lanes = new Map<string, Lane>();
  /** Owners whose lanes are being looked up; true when they were woken once more since. */
  readonly #woken = new Map<string, boolean>();
  readonly #underWay = new Set<Promise<void>>();
  readonly #slots = new FairSlots({
    total: limits.maxWebhooksInFlight - limits.maxTroubledWebhooksInFlight,
    perKey: limits.maxWebhooksInFlightPerApp,
  });
  readonly #troubledSlots = new FairSlots({
    total: limits.maxTroubledWebhooksInFlight,
    perKey: limits.maxTroubledWebhooksInFlightPerApp,
  });
  /** Lanes may have been left behind, so all must be looked at, from the first on. */
  #mustLookAtAll = true;
  /** Where the present look at all lanes goes on; null when none is under way. */
  #lookAfter: LaneName | null = null;
  /** Something of ours was down since the last look. */
  #wasHeldUp = false;
  #lookWaitMs: number = limits.webhookLookMs;
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;

  constructor({ db, random = Math.random, ...options }: WebhookDeliveryOptions) {
    this.#store = new WebhookEventStore(db);
    this.#options = { ...options, random, store: this.#store };
  }

  /** Takes up what was left, and goes on looking for retries that are due. A database that is down is waited for. */
  async start(): Promise<void> {
    await this.#track(this.#look());
  }

  /** Events of this number or account have been committed. */
  wake(ownerId: string): void {
    if (this.#isStopped) return;
    if (this.#woken.has(ownerId)) this.#woken.set(ownerId, true);
    else void this.#track(this.#findLanesOf(ownerId));
  }

  /** Events of nobody knows how many accounts have been committed: the next look is at all lanes. */
  wakeAll(): void {
    this.#mustLookAtAll = true;
  }

  /** Starts no more requests and waits for those in flight, which have their own limit. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    this.#slots.close();
    this.#troubledSlots.close();
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }

  #track(work: Promise<void>): Promise<void> {
    const tracked = work.finally(() => this.#underWay.delete(tracked));
    this.#underWay.add(tracked);
    return tracked;
  }

  async #findLanesOf(ownerId: string): Promise<void> {
    try {
      do {
        this.#woken.set(ownerId, false);
        const found = await this.#store.listLanesOf(ownerId, this.#options.clock.now());
        for (const lane of found) this.#startLane(lane);
      } while (this.#woken.get(ownerId) === true);
    } catch (error) {
      this.#holdUp(error);
    } finally {
      this.#woken.delete(ownerId);
    }
  }

  /** Starts lanes whose retry is due, and those that were left behind. Then sets the time of the next look. */
  async #look(): Promise<void> {
    try {
      const due = await this.#store.listDueLanes(this.#options.clock.now(), limits.maxWebhookLanesPerLook);
      for (const lane of due) this.#startLane(lane);
      await this.#lookAtAll();
    } catch (error) {
      this.#holdUp(error);
    }
    this.#lookWaitMs = this.#wasHeldUp ? Math.min(limits.webhookLookMaxMs, this.#lookWaitMs * 2) : limits.webhookLookMs;
    this.#wasHeldUp = false;
    if (!this.#isStopped) this.#timer = setTimeout(() => void this.#track(this.#look()), this.#lookWaitMs);
  }

  async #lookAtAll(): Promise<void> {
    if (this.#lookAfter === null && this.#mustLookAtAll) {
      this.#mustLookAtAll = false;
      this.#lookAfter = beforeAllLanes;
    }
    while (this.#lookAfter && this.#hasRoom) this.#lookAfter = await this.#lookAtPage(this.#lookAfter);
  }

  async #lookAtPage(after: LaneName): Promise<LaneName | null> {
    const limit = limits.maxWebhookLanesPerLook;
    const page = await this.#store.listLanes(after, { nowMs: this.#options.clock.now(), limit });
    for (const lane of page) if (lane.isDue) this.#startLane(lane);
    return page.length < limit ? null : (page.at(-1) ?? null);
  }

  get #hasRoom(): boolean {
    return !this.#isStopped && this.#lanes.size < limits.maxWebhookLanes;
  }

  #startLane(found: FoundLane): void {
    const key = `${found.ownerId}/${found.appId}`;
    const running = this.#lanes.get(key);
    if (running) return running.wake();
    if (!this.#hasRoom) {
      this.#mustLookAtAll = true;
      return;
    }
    const lane = new Lane(found, this.#options);
    this.#lanes.set(key, lane);
    void this.#track(this.#runLane(key, lane));
  }

  async #runLane(key: string, lane: Lane): Promise<void> {
    try {
      let outcome: StepOutcome;
      do outcome = await this.#stepInTurn(lane);
      while (outcome === 'more' || (outcome === 'empty' && lane.isWoken));
    } catch (error) {
      await this.#giveUp(lane, error);
    } finally {
      // In one turn with the last look at isWoken: whoever wakes the lane after that starts a new one.
      this.#lanes.delete(key);
    }
  }

  /** One step when it is the lane's turn. */
  async #stepInTurn(lane: Lane): Promise<StepOutcome> {
    const slots = lane.isTroubled ? this.#troubledSlots : this.#slots;
    const { appId } = lane.name;
    if (!(await slots.take(appId))) return 'waiting';
    try {
      return await lane.step();
    } finally {
      slots.give(appId);
    }
  }

  /** When waiting helps, the lane is found again by the next look. Otherwise it rests like one whose endpoint fails. */
  async #giveUp(lane: Lane, error: unknown): Promise<void> {
    if (isRetryable(error)) return this.#holdUp(error);
    this.#options.logger.error({ ...lane.name, err: error }, 'a webhook could not be made');
    await lane.rest('internal').catch((failure: unknown) => this.#holdUp(failure));
  }

  #holdUp(error: unknown): void {
    this.#wasHeldUp = true;
    this.#mustLookAtAll = true;
    this.#options.logger.warn({ err: error }, 'webhooks are held up; they go on by themselves');
  }
}

function isRetryable(error: unknown): boolean {
  return (error as { retryable?: unknown } | null)?.retryable === true;
}
