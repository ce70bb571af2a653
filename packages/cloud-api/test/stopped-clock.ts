import { MovableClock } from '@postern/protocol';

/**
 * A clock that stands until it is set, so that a test can be one second before something however slow the machine is.
 * It can be set back, as a machine's can.
 */
export class StoppedClock extends MovableClock {
  #atMs: number;
  #unannouncedMs = 0;

  constructor(atMs: number) {
    super();
    this.#atMs = atMs;
  }

  override now(): number {
    return this.#atMs;
  }

  /** How far it was moved on purpose; what it has jumped is not told. */
  override get offsetMs(): number {
    return this.#atMs - this.#unannouncedMs - Date.now();
  }

  /** Moves it on purpose, as the sandbox does. */
  set(atMs: number): void {
    this.#atMs = atMs;
  }

  /** Moves it as a broken clock would move. */
  jump(byMs: number): void {
    this.#atMs += byMs;
    this.#unannouncedMs += byMs;
  }
}
