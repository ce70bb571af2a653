import type { Database } from '@postern/postgres';
import { limits, type Clock } from '@postern/protocol';
import type { Logger } from '@postern/service';

interface SealRefusalsOptions {
  readonly db: Database;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Counts sealed records that were refused, by table and day, and raises the alarm: such a record was damaged, or
 * somebody moved it. The count is kept in the database, where every process and `postern verify` see it.
 */
export class SealRefusals {
  readonly #options: SealRefusalsOptions;
  readonly #pending = new Map<string, number>();
  #writing: Promise<void> | null = null;

  constructor(options: SealRefusalsOptions) {
    this.#options = options;
  }

  /** Counts one; logged at once, stored soon. */
  count(table: string): void {
    this.#options.logger.error(
      { alarm: 'seal-refused', table },
      'a sealed record was refused: damaged or out of place',
    );
    this.#pending.set(table, (this.#pending.get(table) ?? 0) + 1);
    this.#writing ??= this.#write().finally(() => {
      this.#writing = null;
    });
  }

  /** Waits until all is stored that was counted. */
  async settled(): Promise<void> {
    await this.#writing;
  }

  async #write(): Promise<void> {
    const { db, clock, logger } = this.#options;
    // One turn later, so that a batch of refusals is one statement each table.
    await new Promise(setImmediate);
    const day = Math.floor(clock.now() / (24 * limits.hourMs));
    for (const [table, count] of this.#pending) {
      this.#pending.delete(table);
      try {
        await db.execute(
          `INSERT INTO seal_refusals AS r (in_table, day, count) VALUES ($1, $2, $3)
           ON CONFLICT (in_table, day) DO UPDATE SET count = r.count + EXCLUDED.count`,
          [table, day, count],
        );
      } catch (error) {
        logger.error({ err: error, table, count }, 'the count of refused records could not be stored');
      }
    }
  }
}
