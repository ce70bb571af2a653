/** Looks for work whenever it is woken, one look at a time: who wakes it during a look has it look once more. */
export class Looks {
  readonly #look: () => Promise<void>;
  #underWay: Promise<void> | null = null;
  #isWanted = false;
  #isStopped = false;

  /** `look` deals with its own errors. */
  constructor(look: () => Promise<void>) {
    this.#look = look;
  }

  /** There may be something to do. */
  wake(): void {
    if (this.#isStopped) return;
    this.#isWanted = true;
    this.#underWay ??= this.#run().finally(() => {
      this.#underWay = null;
      // Wanted in the moment between the last look and here.
      if (this.#isWanted) this.wake();
    });
  }

  /** Looks no more, and waits for the look that is under way. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#isWanted = false;
    await this.#underWay;
  }

  async #run(): Promise<void> {
    while (this.#isWanted) {
      this.#isWanted = false;
      await this.#look();
    }
  }
}
