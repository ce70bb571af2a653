interface RateLimiterOptions {
  /** How many may come at once after a pause. */
  readonly burst: number;
  /** For how many keys it is remembered; of more, the one used longest ago is forgotten, and begins anew. */
  readonly maxKeys: number;
}

/**
 * Limits how often something happens for each key, by the generic cell rate algorithm: one number for each key says until
 * when what has happened is paid for. The interval between two is given with each call, since it may change.
 */
export class RateLimiter {
  readonly #options: RateLimiterOptions;
  readonly #paidUntilMs = new Map<string, number>();

  constructor(options: RateLimiterOptions) {
    this.#options = options;
  }

  /** Whether one more may happen now. */
  allows(key: string, { intervalMs, nowMs }: { intervalMs: number; nowMs: number }): boolean {
    return (this.#paidUntilMs.get(key) ?? 0) - nowMs <= (this.#options.burst - 1) * intervalMs;
  }

  /** So many have happened; more than a whole burst is not held against anybody. */
  note(key: string, { count, intervalMs, nowMs }: { count: number; intervalMs: number; nowMs: number }): void {
    const { burst, maxKeys } = this.#options;
    const paidUntilMs = Math.max(this.#paidUntilMs.get(key) ?? 0, nowMs) + count * intervalMs;
    this.#paidUntilMs.delete(key);
    this.#paidUntilMs.set(key, Math.min(paidUntilMs, nowMs + burst * intervalMs));
    const [oldest] = this.#paidUntilMs.keys();
    if (this.#paidUntilMs.size > maxKeys && oldest !== undefined) this.#paidUntilMs.delete(oldest);
  }
}
