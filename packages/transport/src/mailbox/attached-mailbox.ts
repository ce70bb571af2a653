import { limits } from '@postern/protocol';
import type { Address } from '../address.ts';
import type { MailboxItem } from './mailbox-item.ts';

/** Where an attached device hears of its mailbox. Calls must not throw. */
export interface MailboxOutlet {
  /** False while the reader is slow; when that is over, it calls `resume` on the mailbox. */
  hasRoom(): boolean;
  deliver(items: readonly MailboxItem[]): void;
  drained(): void;
  replaced(): void;
  /** Ends the socket; the device is to come back. */
  reconnect(): void;
}

/** Reads the items of a mailbox after a position, in order. */
export type ReadPage = (owner: Address, page: { after: number; limit: number }) => Promise<MailboxItem[]>;

export interface AttachedMailboxOptions {
  owner: Address;
  /** How many items may be delivered and not acknowledged. */
  window: number;
  outlet: MailboxOutlet;
  readPage: ReadPage;
}

/**
 * One mailbox that a device is reading. What was just stored goes out straight from memory as long as the device
 * keeps up; once something could not go out, the mailbox is *behind* and is read from the table, page by page, as
 * the window frees. Items go out in the order of their positions, each once.
 */
export class AttachedMailbox {
  readonly owner: Address;
  readonly #window: number;
  readonly #outlet: MailboxOutlet;
  readonly #readPage: ReadPage;
  readonly #inFlight = new Set<number>();
  /** Everything up to this position has gone out. */
  #cursor = 0;
  #behind = true;
  #reading = false;
  #started = false;
  #drained = false;
  #closed = false;
  #retry: NodeJS.Timeout | null = null;
  #retryMs: number = limits.storeRetryMs;

  constructor({ owner, window, outlet, readPage }: AttachedMailboxOptions) {
    this.owner = owner;
    this.#window = window;
    this.#outlet = outlet;
    this.#readPage = readPage;
  }

  /** Begins to deliver, from the start. */
  start(): void {
    this.#started = true;
    this.resume();
  }

  /** Takes what was just stored, in the order of positions. */
  offer(items: readonly MailboxItem[]): void {
    const fresh = items.filter(({ position }) => position > this.#cursor);
    if (this.#closed || fresh.length === 0) return;
    const atOnce = this.#behind || this.#reading || !this.#outlet.hasRoom() ? 0 : this.#room();
    this.#deliver(fresh.slice(0, atOnce));
    if (fresh.length <= atOnce) return;
    this.#behind = true;
    this.resume();
  }

  /** Something was stored that is not at hand. */
  fallBehind(): void {
    this.#behind = true;
    this.resume();
  }

  /** Those of the positions that were delivered here and not yet acknowledged. */
  selectInFlight(positions: readonly number[]): number[] {
    return [...new Set(positions)].filter((position) => this.#inFlight.has(position));
  }

  /** These positions are gone from the store: their places in the window are free. */
  free(positions: readonly number[]): void {
    for (const position of positions) this.#inFlight.delete(position);
    this.resume();
  }

  /** Goes on reading from the table if there is something to read and a place to put it. */
  resume(): void {
    const ready = this.#started && this.#behind && !this.#reading && !this.#closed && this.#retry === null;
    if (ready && this.#room() > 0 && this.#outlet.hasRoom()) void this.#read();
  }

  /** Another socket reads this mailbox now. */
  replace(): void {
    this.close();
    this.#outlet.replaced();
  }

  reconnect(): void {
    this.#outlet.reconnect();
  }

  close(): void {
    this.#closed = true;
    this.#inFlight.clear();
    if (this.#retry !== null) clearTimeout(this.#retry);
  }

  #room(): number {
    return this.#window - this.#inFlight.size;
  }

  async #read(): Promise<void> {
    this.#reading = true;
    // What is stored from now on may be missing in the page: `offer` then says that there is more.
    this.#behind = false;
    try {
      const limit = Math.min(this.#room(), limits.maxDeliveriesPerBatch);
      const items = await this.#readPage(this.owner, { after: this.#cursor, limit });
      this.#retryMs = limits.storeRetryMs;
      this.#takePage(items, limit);
    } catch {
      this.#behind = true;
      this.#retryLater();
    } finally {
      this.#reading = false;
    }
    this.resume();
  }

  #takePage(items: readonly MailboxItem[], limit: number): void {
    if (this.#closed) return;
    if (items.length === limit) this.#behind = true;
    if (items.length > 0 && !this.#outlet.hasRoom()) this.#behind = true;
    else this.#deliver(items);
    if (this.#behind || this.#drained) return;
    this.#drained = true;
    this.#outlet.drained();
  }

  #deliver(items: readonly MailboxItem[]): void {
    const last = items.at(-1);
    if (last === undefined) return;
    for (const { position } of items) this.#inFlight.add(position);
    this.#cursor = last.position;
    this.#outlet.deliver(items);
  }

  #retryLater(): void {
    if (this.#closed) return;
    this.#retry = setTimeout(() => {
      this.#retry = null;
      this.resume();
    }, this.#retryMs);
    this.#retryMs = Math.min(this.#retryMs * 2, limits.storeRetryMaxMs);
  }
}
