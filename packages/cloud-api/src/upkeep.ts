import { limits } from '@postern/protocol';
import type { Logger } from '@postern/service';

/** Something that is done from time to time, and is done again when it failed or was interrupted. */
export interface UpkeepTask {
  readonly name: string;
  run(): Promise<void>;
}

/**
 * Runs tasks one after the other: at the start, every half minute, and when it is told that there is something to do.
 * One that fails keeps none of the others from running.
 */
export class Upkeep {
  readonly #tasks: readonly UpkeepTask[];
  readonly #logger: Logger;
  #running: Promise<void> | null = null;
  #isWanted = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(tasks: readonly UpkeepTask[], logger: Logger) {
    this.#tasks = tasks;
    this.#logger = logger;
  }

  /** Runs everything once, then from time to time. */
  async start(): Promise<void> {
    this.#timer = setInterval(() => this.wake(), limits.upkeepIntervalMs);
    this.wake();
    await this.#running;
  }

  /** There may be something to do: time has moved, or somebody asked. */
  wake(): void {
    this.#isWanted = true;
    this.#running ??= this.#run().finally(() => {
      this.#running = null;
    });
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#isWanted = false;
    await this.#running;
  }

  async #run(): Promise<void> {
    while (this.#isWanted) {
      this.#isWanted = false;
      for (const task of this.#tasks) {
        try {
          await task.run();
        } catch (error) {
          this.#logger.warn({ err: error, task: task.name }, 'a task of the upkeep failed; will be tried again');
        }
      }
    }
  }
}
