import { setTimeout as sleep } from 'node:timers/promises';
import { limits, type Clock } from '@postern/protocol';
import { DatabaseUnavailableError, type Database, type Transaction } from '@postern/postgres';
import type { Logger } from '@postern/service';
import type { Address } from '../address.ts';
import type { MailboxItem, OutgoingEnvelope } from './mailbox-item.ts';
import { FencedError, holdWriting } from './mailbox-store.ts';
import type { MailboxSizes } from './mailbox-sizes.ts';
import {
  toAcknowledgeWrites,
  toStoreWrite,
  writeGroup,
  type AcknowledgedPositions,
  type AcknowledgeWrite,
  type CommittedGroup,
  type Rejected,
  type Sender,
  type StoreWrite,
} from './writes.ts';

/** Nothing of the request was stored; the same request may be sent again. */
export class WriteRefusedError extends Error {
  override readonly name = 'WriteRefusedError';
  readonly retryable = true;
}

/** A transaction of its own, in its turn among the other writes. */
interface ExclusiveWrite {
  readonly kind: 'exclusive';
  readonly rows: 1;
  readonly bytes: 0;
  /** Must not throw: it settles its caller's promise. Answers whether the store failed. */
  readonly run: () => Promise<boolean>;
  readonly refuse: (error: Error) => void;
}

type GroupedWrite = StoreWrite | AcknowledgeWrite;
type Write = GroupedWrite | ExclusiveWrite;

export interface WriteQueueOptions {
  db: Database;
  generation: number;
  sizes: MailboxSizes;
  maxMailboxEnvelopes: number;
  clock: Clock;
  logger: Logger;
  /** Hears of acknowledgements once they are durable. */
  onAcknowledged: (writes: readonly AcknowledgeWrite[]) => void;
  /** Hears of what was stored once it is durable, after the senders had their answers. */
  onStored: (items: readonly MailboxItem[]) => void;
  /** A group failed, and perhaps only its answer was lost: what it should have stored may be in the table. */
  onDoubt: () => void;
  /** Another process writes now; this one must end. */
  onFenced: () => void;
}

/**
 * The one writer of all mailboxes. What waits at the moment shares one transaction, so that many requests cost one
 * commit. There is one writer because positions then become visible in the order in which they were given out: a
 * reader that has seen position n can never miss a smaller one that commits later.
 */
export class WriteQueue {
  readonly #options: WriteQueueOptions;
  readonly #waiting: Write[] = [];
  readonly #stopping = new AbortController();
  #waitingRows = 0;
  #waitingBytes = 0;
  #working: Promise<void> | null = null;

  constructor(options: WriteQueueOptions) {
    this.#options = options;
  }

  /**
   * Stores envelopes; resolves with those that were not when the others are durable.
   * @throws WriteRefusedError when nothing was stored
   */
  store(sender: Sender, envelopes: readonly OutgoingEnvelope[]): Promise<readonly Rejected[]> {
    return new Promise((resolve, reject) => {
      const write = toStoreWrite(sender, envelopes, { resolve, reject });
      if (!this.#add(write)) reject(new WriteRefusedError('Too many writes are waiting.'));
    });
  }

  /**
   * Removes acknowledged positions, trying until the store answers. Returns false when too much is waiting: then
   * nothing will be done.
   */
  acknowledge(owner: Address, acknowledged: AcknowledgedPositions): boolean {
    return toAcknowledgeWrites(owner, acknowledged).every((write) => this.#add(write));
  }

  /**
   * Runs a transaction that no other write overlaps.
   * @throws WriteRefusedError when it was not run; what the work throws
   */
  run<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const run = () =>
        this.#transaction(work).then(
          (result) => {
            resolve(result);
            return false;
          },
          (error: Error) => {
            reject(error);
            return this.#storeFailed(error);
          },
        );
      const write: ExclusiveWrite = { kind: 'exclusive', rows: 1, bytes: 0, run, refuse: reject };
      if (!this.#add(write)) reject(new WriteRefusedError('Too many writes are waiting.'));
    });
  }

  /** Finishes what is waiting, or gives it up when the store does not answer. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#working;
  }

  #add(write: Write): boolean {
    const rows = this.#waitingRows + write.rows;
    const bytes = this.#waitingBytes + write.bytes;
    const tooMuch = rows > limits.maxWritesWaiting || bytes > limits.maxWriteBytesWaiting;
    if (this.#stopping.signal.aborted || tooMuch) return false;
    this.#waitingRows = rows;
    this.#waitingBytes = bytes;
    this.#waiting.push(write);
    this.#working ??= this.#work();
    return true;
  }

  async #work(): Promise<void> {
    // Lets the requests of one turn of the event loop share a transaction.
    await new Promise(setImmediate);
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      const failed = next.kind === 'exclusive' ? await this.#runExclusive(next) : await this.#runGroup();
      if (failed) await this.#pause();
    }
    this.#working = null;
  }

  #take(): void {
    const write = this.#waiting.shift();
    this.#waitingRows -= write?.rows ?? 0;
    this.#waitingBytes -= write?.bytes ?? 0;
  }

  #runExclusive(write: ExclusiveWrite): Promise<boolean> {
    this.#take();
    return write.run();
  }

  #takeGroup(): GroupedWrite[] {
    const group: GroupedWrite[] = [];
    let rows = 0;
    let bytes = 0;
    for (let next = this.#waiting[0]; next !== undefined && next.kind !== 'exclusive'; next = this.#waiting[0]) {
      rows += next.rows;
      bytes += next.bytes;
      if (group.length > 0 && (rows > limits.maxWritesInBatch || bytes > limits.maxWriteBatchBytes)) break;
      group.push(next);
      this.#take();
    }
    return group;
  }

  /** Writes what is waiting, up to a bound; answers whether the store failed. */
  async #runGroup(): Promise<boolean> {
    const group = this.#takeGroup();
    const { sizes, maxMailboxEnvelopes, clock } = this.#options;
    try {
      const settings = { sizes, maxMailboxEnvelopes, nowMs: clock.now() };
      // crash point: transport.before-store
      const committed = await this.#transaction((tx) => writeGroup(tx, group, settings));
      this.#settle(group, committed);
      return false;
    } catch (error) {
      this.#options.logger.warn({ err: error, writes: group.length }, 'a group of writes failed');
      this.#giveBack(group);
      sizes.forgetAll();
      this.#options.onDoubt();
      this.#storeFailed(error as Error);
      return true;
    }
  }

  #transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    return this.#options.db.transaction(async (tx) => {
      await holdWriting(tx, this.#options.generation);
      return work(tx);
    });
  }

  #count({ removed, counted, stored }: CommittedGroup): void {
    const { sizes } = this.#options;
    for (const { owner } of removed) sizes.add(owner, -1);
    for (const { address, size } of counted) sizes.set(address, size);
    for (const { owner } of stored) sizes.add(owner, 1);
  }

  #settle(group: readonly GroupedWrite[], committed: CommittedGroup): void {
    this.#count(committed);
    for (const [store, rejected] of committed.rejected) {
      // crash point: transport.stored
      store.resolve(rejected);
    }
    const acknowledged = group.filter((write) => write.kind === 'acknowledge');
    if (acknowledged.length > 0) {
      // crash point: transport.acked
      this.#options.onAcknowledged(acknowledged);
    }
    this.#options.onStored(committed.stored);
  }

  /** Refuses envelopes, whose sender tries again; keeps acknowledgements, which nobody repeats. */
  #giveBack(group: readonly GroupedWrite[]): void {
    const kept: AcknowledgeWrite[] = [];
    for (const write of group) {
      if (write.kind === 'acknowledge') kept.push(write);
      else write.reject(new WriteRefusedError('The store does not answer.'));
    }
    this.#waiting.unshift(...kept);
    this.#waitingRows += kept.reduce((sum, { rows }) => sum + rows, 0);
  }

  #storeFailed(error: Error): boolean {
    if (error instanceof FencedError) {
      this.#stopping.abort();
      this.#options.onFenced();
      return true;
    }
    return error instanceof DatabaseUnavailableError;
  }

  /** Waits before the next try; when stopping, drops what still waits. */
  async #pause(): Promise<void> {
    const { signal } = this.#stopping;
    await sleep(limits.storeRetryMs, undefined, { signal }).catch(() => undefined);
    if (!signal.aborted) return;
    for (const write of this.#waiting.splice(0)) {
      if (write.kind === 'store') write.reject(new WriteRefusedError('The transport is stopping.'));
      if (write.kind === 'exclusive') write.refuse(new WriteRefusedError('The transport is stopping.'));
    }
  }
}
