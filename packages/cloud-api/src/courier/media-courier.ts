import type { Database } from '@postern/postgres';
import { limits } from '@postern/protocol';
import type { Logger } from '@postern/service';
import { Looks } from '../looks.ts';
import { waitingMediaChannel } from '../messages/accept-queue.ts';
import { errorCodeOf } from '../errors/message-errors.ts';
import { LinkFailedError } from '../media/link-fetcher.ts';
import { MediaTooLargeError } from '../media/measured.ts';
import { MediaRefusedError } from '../media/media-refused.ts';
import { ForbiddenUrlError } from '../outside/address-guard.ts';
import type { SealedStorage } from '../sealed-storage.ts';
import type { AttachmentMaker, Maker } from './attachment-maker.ts';
import { fillContent } from './filled-content.ts';
import { Outcomes } from './outcomes.ts';
import {
  listWaitingNumbers,
  loadWaiting,
  openCredential,
  type WaitingMessage,
  type WaitingNumber,
} from './waiting-messages.ts';

/** Media upload error (contract section 6.8). */
const mediaErrorCode = 131053;

export interface MediaCourierOptions {
  readonly db: Database;
  readonly storage: SealedStorage;
  readonly maker: Pick<AttachmentMaker, 'make'>;
  readonly logger: Logger;
  /** The worker whose numbers it works for. */
  readonly workerId: number;
  /** Something was committed for this number that its webhooks may tell. */
  readonly onCommitted: (phoneNumberId: string) => void;
}

/** What is under way for one number, and since when it had to wait. */
interface Lane {
  readonly underWay: Set<number>;
  failures: number;
  pausedUntilMs: number;
}

/**
 * Gets the media of messages that wait for them, fills them in and hands the messages to the pump. Several at once, of each
 * number so many, so that neither a slow link nor a busy number holds up others. What cannot be had fails its message; what
 * the transport or the database cannot do now is tried again for as long as the message is to be sent.
 */
export class MediaCourier {
  readonly #options: MediaCourierOptions;
  readonly #outcomes: Outcomes;
  readonly #lanes = new Map<string, Lane>();
  readonly #jobs = new Set<Promise<void>>();
  readonly #stopping = new AbortController();
  readonly #looks = new Looks(() => this.#look());
  #timer: NodeJS.Timeout | undefined;

  constructor(options: MediaCourierOptions) {
    this.#options = options;
    this.#outcomes = new Outcomes({ db: options.db, ...options.storage });
  }

  async start(): Promise<void> {
    await this.#options.db.listen(waitingMediaChannel, () => this.wake());
    // For numbers that were claimed and messages that ran out since.
    this.#timer = setInterval(() => this.wake(), limits.mediaLookMs);
    this.wake();
  }

  /** There may be something to do. */
  wake(): void {
    this.#looks.wake();
  }

  /** Gives up what is under way; it waits on in the database. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#stopping.abort(new Error('The courier stops.'));
    await this.#looks.stop();
    await Promise.all(this.#jobs);
  }

  async #look(): Promise<void> {
    const { db, workerId, logger } = this.#options;
    try {
      const numbers = await listWaitingNumbers(db, workerId);
      for (const number of startAnywhere(numbers)) await this.#takeMore(number);
    } catch (error) {
      logger.warn({ err: error }, 'messages that wait for media could not be loaded; will be tried again');
    }
  }

  async #takeMore(number: WaitingNumber): Promise<void> {
    const { db, storage } = this.#options;
    const { phoneNumberId } = number;
    const lane = this.#laneOf(phoneNumberId);
    const limit = Math.min(limits.maxMediaJobsPerNumber - lane.underWay.size, limits.maxMediaJobs - this.#jobs.size);
    if (limit <= 0 || performance.now() < lane.pausedUntilMs) return;
    const except = [...lane.underWay];
    const waiting = await loadWaiting(db, storage.stored, { phoneNumberId, except, limit });
    if (waiting.length === 0) return;
    const maker = { ...number, credential: openCredential(storage.sealer, number) };
    for (const message of waiting) this.#begin(maker, message, lane);
  }

  #begin(maker: Maker & WaitingNumber, message: WaitingMessage, lane: Lane): void {
    lane.underWay.add(message.outboxId);
    const job: Promise<void> = this.#carry(maker, message, lane).finally(() => {
      lane.underWay.delete(message.outboxId);
      this.#jobs.delete(job);
      if (lane.underWay.size === 0 && lane.failures === 0) this.#lanes.delete(maker.phoneNumberId);
      this.wake();
    });
    this.#jobs.add(job);
  }

  async #carry(maker: Maker & WaitingNumber, message: WaitingMessage, lane: Lane): Promise<void> {
    const { phoneNumberId } = maker;
    try {
      await this.#deliver(maker, message);
      lane.failures = 0;
      this.#options.onCommitted(phoneNumberId);
    } catch (error) {
      if (this.#stopping.signal.aborted) return;
      const pauseMs = Math.min(limits.mediaRetryMaxMs, limits.mediaRetryMinMs * 2 ** lane.failures);
      lane.failures += 1;
      lane.pausedUntilMs = performance.now() + pauseMs;
      setTimeout(() => this.wake(), pauseMs).unref();
      this.#options.logger.warn({ err: error, phoneNumberId }, 'media could not be sent; will be tried again');
    }
  }

  async #deliver(maker: Maker & WaitingNumber, message: WaitingMessage): Promise<void> {
    const { record, expiresAtMs } = message;
    if (!record || this.#options.storage.clock.now() >= expiresAtMs)
      return this.#outcomes.fail(maker, message, errorCodeOf('expired'));
    try {
      const made = [];
      for (const source of record.media)
        made.push(await this.#options.maker.make(maker, source, this.#stopping.signal));
      const content = fillContent(record.content, made);
      if (!content) return await this.#outcomes.fail(maker, message, mediaErrorCode);
      await this.#outcomes.fill(maker, message, { ...record, content });
    } catch (error) {
      if (!isFinal(error)) throw error;
      await this.#outcomes.fail(maker, message, mediaErrorCode);
    }
  }

  #laneOf(phoneNumberId: string): Lane {
    const lane = this.#lanes.get(phoneNumberId) ?? { underWay: new Set(), failures: 0, pausedUntilMs: 0 };
    this.#lanes.set(phoneNumberId, lane);
    return lane;
  }
}

/** Whether it is the media that are wrong, so that trying again does not help. */
function isFinal(error: unknown): boolean {
  return [MediaRefusedError, MediaTooLargeError, LinkFailedError, ForbiddenUrlError].some(
    (kind) => error instanceof kind,
  );
}

/** The same in an order that begins with each in turn, so that none is always the last to get a place. */
function startAnywhere<Item>(items: readonly Item[]): Item[] {
  const start = Math.floor(performance.now()) % Math.max(1, items.length);
  return [...items.slice(start), ...items.slice(0, start)];
}
