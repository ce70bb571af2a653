import type { Clock } from '@postern/protocol';

interface Bucket {
  tokens: number;
  atMs: number;
}

const minuteMs = 60_000;
/** Looking through all keys costs time: not more often than this. */
const tidyIntervalMs = 1_000;

/**
 * One token bucket per key: so many uses per minute, all of them at once at most. It fails closed: when more keys
 * are in use than it may remember, an unknown key is refused.
 */
export class Budgets {
  readonly #clock: Clock;
  readonly #perMinute: number;
  readonly #maxKeys: number;
  readonly #buckets = new Map<string, Bucket>();
  #tidiedAtMs = -Infinity;

  constructor(clock: Clock, options: { perMinute: number; maxKeys: number }) {
    this.#clock = clock;
    this.#perMinute = options.perMinute;
    this.#maxKeys = options.maxKeys;
  }

  /** How long until this many uses are left for the key, in milliseconds; 0 when they are now. Spends nothing. */
  waitMs(key: string, uses = 1): number {
    const bucket = this.#buckets.get(key);
    if (bucket === undefined) return this.#hasRoom() ? 0 : minuteMs;
    const missing = Math.min(uses, this.#perMinute) - this.#tokensOf(bucket);
    return missing <= 0 ? 0 : Math.ceil((missing * minuteMs) / this.#perMinute);
  }

  /** Spends uses that `waitMs` has just allowed. */
  spend(key: string, uses = 1): void {
    const bucket = this.#buckets.get(key) ?? { tokens: this.#perMinute, atMs: this.#clock.now() };
    bucket.tokens = this.#tokensOf(bucket) - uses;
    bucket.atMs = this.#clock.now();
    this.#buckets.set(key, bucket);
  }

  #tokensOf(bucket: Bucket): number {
    const earned = ((this.#clock.now() - bucket.atMs) * this.#perMinute) / minuteMs;
    return Math.min(this.#perMinute, bucket.tokens + Math.max(0, earned));
  }

  #hasRoom(): boolean {
    if (this.#buckets.size < this.#maxKeys) return true;
    if (this.#clock.now() - this.#tidiedAtMs < tidyIntervalMs) return false;
    this.#tidiedAtMs = this.#clock.now();
    for (const [key, bucket] of this.#buckets) {
      if (this.#tokensOf(bucket) >= this.#perMinute) this.#buckets.delete(key);
    }
    return this.#buckets.size < this.#maxKeys;
  }
}
