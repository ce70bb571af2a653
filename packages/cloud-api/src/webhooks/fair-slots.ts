/**
 * A limited number of slots, shared fairly: those who wait are served in turn by key, in order within a key, and no
 * key holds more than its share.
 */
export class FairSlots {
  readonly #perKey: number;
  readonly #held = new Map<string, number>();
  /** Who waits, by key; the key served last stands last. */
  readonly #waiting = new Map<string, ((isGranted: boolean) => void)[]>();
  #free: number;
  #isClosed = false;

  constructor({ total, perKey }: { total: number; perKey: number }) {
    this.#free = total;
    this.#perKey = perKey;
  }

  /** Waits for a slot. False when there will be none, because the slots were closed. */
  take(key: string): Promise<boolean> {
    if (this.#isClosed) return Promise.resolve(false);
    return new Promise((resolve) => {
      const waiting = this.#waiting.get(key) ?? [];
      waiting.push(resolve);
      this.#waiting.set(key, waiting);
      this.#grant();
    });
  }

  /** Gives a slot back. */
  give(key: string): void {
    const held = (this.#held.get(key) ?? 0) - 1;
    if (held > 0) this.#held.set(key, held);
    else this.#held.delete(key);
    this.#free += 1;
    this.#grant();
  }

  /** Grants nothing more; whoever waits is told so. */
  close(): void {
    this.#isClosed = true;
    const waiting = [...this.#waiting.values()].flat();
    this.#waiting.clear();
    for (const resolve of waiting) resolve(false);
  }

  #grant(): void {
    for (let key = this.#nextKey(); key !== null && this.#free > 0; key = this.#nextKey()) {
      const waiting = this.#waiting.get(key) ?? [];
      const resolve = waiting.shift();
      this.#waiting.delete(key);
      if (waiting.length > 0) this.#waiting.set(key, waiting);
      this.#free -= 1;
      this.#held.set(key, (this.#held.get(key) ?? 0) + 1);
      resolve?.(true);
    }
  }

  #nextKey(): string | null {
    for (const key of this.#waiting.keys()) if ((this.#held.get(key) ?? 0) < this.#perKey) return key;
    return null;
  }
}
