import type { Clock } from '@postern/protocol';

interface Kept<Value> {
  value: Value;
  freshUntilMs: number;
}

interface FreshCacheOptions<Value> {
  clock: Clock;
  /** Beyond it the one that was used longest ago is forgotten. */
  maxEntries: number;
  /** Until when a value that was asked for at a time may be used. */
  freshUntilMs: (value: Value, askedAtMs: number) => number;
}

/** A bounded cache that never gives a value beyond its time. Those who ask for one key at once share one load. */
export class FreshCache<Value> {
  readonly #options: FreshCacheOptions<Value>;
  readonly #kept = new Map<string, Kept<Value>>();
  readonly #loading = new Map<string, Promise<Value>>();

  constructor(options: FreshCacheOptions<Value>) {
    this.#options = options;
  }

  /** How many loads are under way. */
  get loading(): number {
    return this.#loading.size;
  }

  find(key: string): Value | null {
    const kept = this.#kept.get(key);
    if (!kept) return null;
    this.#kept.delete(key);
    if (kept.freshUntilMs <= this.#options.clock.now()) return null;
    // A Map keeps the order of insertion, so the one used last stands last.
    this.#kept.set(key, kept);
    return kept.value;
  }

  /** Drops what these keys have; loads that are under way are not remembered either. */
  forget(isConcerned: (key: string) => boolean): void {
    for (const key of [...this.#kept.keys()].filter(isConcerned)) this.#kept.delete(key);
    for (const key of [...this.#loading.keys()].filter(isConcerned)) this.#loading.delete(key);
  }

  /** The load for this key that is under way, or else a new one. */
  load(key: string, load: () => Promise<Value>): Promise<Value> {
    const underWay = this.#loading.get(key);
    if (underWay) return underWay;
    const loading: Promise<Value> = this.#load(key, load, () => this.#loading.get(key) === loading).finally(() => {
      if (this.#loading.get(key) === loading) this.#loading.delete(key);
    });
    this.#loading.set(key, loading);
    return loading;
  }

  async #load(key: string, load: () => Promise<Value>, isWanted: () => boolean): Promise<Value> {
    const { clock, maxEntries, freshUntilMs } = this.#options;
    // The answer may be as old as the question.
    const askedAtMs = clock.now();
    const value = await load();
    if (!isWanted()) return value;
    this.#kept.set(key, { value, freshUntilMs: freshUntilMs(value, askedAtMs) });
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > maxEntries && oldest !== undefined) this.#kept.delete(oldest);
    return value;
  }
}
