import { limits, type Clock } from '@postern/protocol';
import type { Database } from '@postern/postgres';
import type { Logger } from '@postern/service';
import { deleteClosedAccounts } from './accounts/account-store.ts';
import { deleteHandedOutPrekeys } from './keys/key-store.ts';
import type { AttachedMailboxes } from './mailbox/attached-mailboxes.ts';
import { expireItems } from './mailbox/mailbox-store.ts';
import type { WriteQueue } from './mailbox/write-queue.ts';
import type { Blobs } from './blobs/blobs.ts';
import type { MailboxSizes } from './mailbox/mailbox-sizes.ts';
import { deleteOldRegistrations } from './registration/registration-store.ts';

export interface ExpiryOptions {
  db: Database;
  clock: Clock;
  logger: Logger;
  writes: WriteQueue;
  mailboxes: AttachedMailboxes;
  sizes: MailboxSizes;
  blobs: Blobs;
  intervalMs: number;
}

/** Deletes what has outlived its time: at once when started, then again and again, a bounded batch at a time. */
export class Expiry {
  readonly #options: ExpiryOptions;
  #timer: NodeJS.Timeout | null = null;
  #sweeping: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(options: ExpiryOptions) {
    this.#options = options;
  }

  start(): void {
    this.#sweeping = this.#sweepAndWait();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    await this.#sweeping;
  }

  async #sweepAndWait(): Promise<void> {
    const { logger, intervalMs } = this.#options;
    try {
      await this.#sweep();
    } catch (error) {
      logger.warn({ err: error }, 'sweeping what has expired failed; it is tried again');
    }
    if (this.#stopped) return;
    this.#timer = setTimeout(() => this.start(), intervalMs);
  }

  async #sweep(): Promise<void> {
    const { db, clock, blobs } = this.#options;
    const nowMs = clock.now();
    const limit = limits.maxRowsPerSweep;
    await this.#repeat(() => this.#expireItems(nowMs, limit));
    await this.#repeat(() => deleteOldRegistrations(db, nowMs - limits.registrationKeptMs, limit));
    await this.#repeat(() => deleteHandedOutPrekeys(db, nowMs - limits.handedOutPrekeyKeptMs, limit));
    await this.#repeat(() => deleteClosedAccounts(db, nowMs - limits.mailboxTtlMs, limit));
    await this.#repeat(() => blobs.removeExpired(limit));
    await blobs.removeOrphans();
  }

  /**
   * In turn with all other writes, because it stores notices. What was handed out just before it expired has a little time
   * left to be acknowledged, so that no sender hears that it is undeliverable when it is not.
   */
  async #expireItems(nowMs: number, limit: number): Promise<number> {
    const { writes, mailboxes, sizes } = this.#options;
    const upToMs = nowMs - limits.expiredItemGraceMs;
    const { owners, noticed } = await writes.run((tx) => expireItems(tx, { upToMs, nowMs, limit }));
    for (const address of [...owners, ...noticed]) sizes.forget(address);
    mailboxes.fallBehind(noticed);
    return owners.length;
  }

  /** Repeats a bounded deletion until it found less than it might have. */
  async #repeat(deleteSome: () => Promise<number>): Promise<void> {
    while (!this.#stopped && (await deleteSome()) === limits.maxRowsPerSweep);
  }
}
