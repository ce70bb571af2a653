import { addressKey, type Address } from '../address.ts';

/**
 * Roughly how many items wait in each mailbox that was lately used, so that no insert has to count. A mailbox that
 * is known here belongs to a device that exists. The least recently used are forgotten and counted anew when needed.
 */
export class MailboxSizes {
  readonly #maxMailboxes: number;
  readonly #sizes = new Map<string, number>();

  constructor(maxMailboxes: number) {
    this.#maxMailboxes = maxMailboxes;
  }

  find(address: Address): number | null {
    return this.#sizes.get(addressKey(address)) ?? null;
  }

  set(address: Address, size: number): void {
    const key = addressKey(address);
    this.#sizes.delete(key);
    this.#sizes.set(key, Math.max(0, size));
    if (this.#sizes.size <= this.#maxMailboxes) return;
    const [oldest] = this.#sizes.keys();
    if (oldest !== undefined) this.#sizes.delete(oldest);
  }

  /** Counts items that came or went; an unknown mailbox stays unknown. */
  add(address: Address, items: number): void {
    const size = this.find(address);
    if (size !== null) this.set(address, size + items);
  }

  forgetAll(): void {
    this.#sizes.clear();
  }

  forget(address: Address): void {
    this.#sizes.delete(addressKey(address));
  }
}
