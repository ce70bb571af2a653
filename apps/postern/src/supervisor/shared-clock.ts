import { setTimeout as delay } from 'node:timers/promises';
import { limits } from '@postern/protocol';
import type { ClockFile } from './clock-file.ts';
import type { SystemProcess } from './system-process.ts';

/** Moves the clock of all systems together. */
export class SharedClock {
  readonly #file: ClockFile;
  readonly #waiting = new Set<{ process: SystemProcess; offsetMs: number; done: () => void }>();

  constructor(file: ClockFile) {
    this.#file = file;
  }

  get offsetMs(): number {
    return this.#file.offsetMs;
  }

  /**
   * Moves forward and waits until every running system follows; one that does not answer is left behind for now.
   * @returns how far the clock runs ahead of the machine's
   */
  async advance(ms: number, processes: readonly SystemProcess[]): Promise<number> {
    const offsetMs = this.#file.advance(ms);
    const moved = processes.filter((process) => process.pid !== null).map((process) => this.#move(process, offsetMs));
    const limit = new AbortController();
    const timeout = delay(limits.clockMoveTimeoutMs, undefined, { signal: limit.signal }).catch(() => {});
    await Promise.race([Promise.all(moved), timeout]);
    limit.abort();
    return offsetMs;
  }

  /** A system says where its clock is. */
  followed(process: SystemProcess, offsetMs: number): void {
    for (const wait of this.#waiting) {
      if (wait.process !== process || wait.offsetMs > offsetMs) continue;
      this.#waiting.delete(wait);
      wait.done();
    }
  }

  /** A process that died is not waited for: the next one starts with the present offset. */
  ended(process: SystemProcess): void {
    this.followed(process, Infinity);
  }

  #move(process: SystemProcess, offsetMs: number): Promise<void> {
    return new Promise((done) => {
      this.#waiting.add({ process, offsetMs, done });
      process.send({ kind: 'clock', offsetMs });
    });
  }
}
