import { limits, type Clock } from '@postern/protocol';

/** How long to wait before a process that died is started again: longer each time, forgiven after a while. */
export class RestartWaits {
  readonly #clock: Clock;
  #deaths = 0;
  #startedAtMs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  started(): void {
    this.#startedAtMs = this.#clock.now();
  }

  /** Milliseconds to wait after this death. */
  died(): number {
    if (this.#clock.now() - this.#startedAtMs >= limits.systemRestartForgivenMs) this.#deaths = 0;
    const waitMs = Math.min(limits.systemRestartMaxMs, limits.systemRestartMinMs * 2 ** this.#deaths);
    this.#deaths += 1;
    return waitMs;
  }
}
