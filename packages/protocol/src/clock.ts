/** Time, passed in everywhere, so that the sandbox and the tests can move it. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
}

/** The machine's own clock. */
export const systemClock: Clock = { now: () => Date.now() };

/** A clock that runs ahead of the machine's by an offset which can be moved. Never backwards. */
export class MovableClock implements Clock {
  #offsetMs: number;
  readonly #listeners: (() => void)[] = [];

  constructor(offsetMs = 0) {
    this.#offsetMs = offsetMs;
  }

  now(): number {
    return Date.now() + this.#offsetMs;
  }

  get offsetMs(): number {
    return this.#offsetMs;
  }

  /** Sets the offset; a smaller one than the present one is ignored, because time never goes backwards here. */
  setOffset(offsetMs: number): void {
    if (offsetMs <= this.#offsetMs) return;
    this.#offsetMs = offsetMs;
    for (const listener of this.#listeners) listener();
  }

  /** Calls back after each move, for what would otherwise wait for a timer. */
  onMove(listener: () => void): void {
    this.#listeners.push(listener);
  }
}
