/** Waits that double from one attempt to the next, up to a maximum, with up to a quarter of jitter. */
export class Backoff {
  readonly #minMs: number;
  readonly #maxMs: number;
  readonly #random: () => number;
  #attempt = 0;

  constructor({ minMs, maxMs, random = Math.random }: { minMs: number; maxMs: number; random?: () => number }) {
    this.#minMs = minMs;
    this.#maxMs = maxMs;
    this.#random = random;
  }

  /** How long to wait before the next attempt, in milliseconds. */
  next(): number {
    const waitMs = Math.min(this.#maxMs, this.#minMs * 2 ** this.#attempt);
    this.#attempt += 1;
    return waitMs * (1 - this.#random() / 4);
  }

  /** An attempt succeeded: start from the shortest wait again. */
  reset(): void {
    this.#attempt = 0;
  }
}
