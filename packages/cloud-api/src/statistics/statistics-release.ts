import type { Database } from '@postern/postgres';
import { limits, type Clock } from '@postern/protocol';
import type { Logger } from '@postern/service';
import { dayOf, ensureSalt, isCounting } from './contributions.ts';
import { secureUniformBelow } from './noise.ts';
import { releaseDay } from './release-day.ts';

interface StatisticsReleaseOptions {
  readonly db: Database;
  readonly region: string;
  /** The longest time for which anything may be kept here. */
  readonly maxRetentionHours: number;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Releases each day's statistics once, a day after its end; looks at its start, every ten minutes, and when it is told
 * that time has moved. One look at a time; of several workers the first one does it.
 */
export class StatisticsRelease {
  readonly #options: StatisticsReleaseOptions;
  #running: Promise<void> | null = null;
  #isWanted = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: StatisticsReleaseOptions) {
    this.#options = options;
  }

  /** Looks once, then from time to time. */
  async start(): Promise<void> {
    this.#timer = setInterval(() => this.wake(), limits.statisticsLookMs);
    this.wake();
    await this.#running;
  }

  /** Time has passed, or has moved. */
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
      try {
        await this.#look();
      } catch (error) {
        this.#options.logger.warn({ err: error }, 'the release of statistics failed; will be tried again');
      }
    }
  }

  async #look(): Promise<void> {
    const { db, clock, logger, maxRetentionHours } = this.#options;
    const nowMs = clock.now();
    // A day is released whether anything happened on it or not, so that its release says nothing.
    if (isCounting(maxRetentionHours)) await ensureSalt(db, dayOf(nowMs));
    for (let looks = 0; looks < limits.maxStatisticsDaysPerLook; looks += 1) {
      const day = await this.#releaseNext(nowMs);
      if (day === null) return;
      logger.info({ day }, 'a day of statistics was released');
    }
  }

  /** Releases the earliest day that is due; null when there is none. */
  #releaseNext(nowMs: number): Promise<number | null> {
    const { db, region } = this.#options;
    return db.transaction(async (tx) => {
      await tx.query("SELECT pg_advisory_xact_lock(hashtext('statistics release'))");
      const [row] = await tx.query<{ day: number | null }>(
        `SELECT coalesce((SELECT max(day) + 1 FROM statistics_budget), (SELECT min(day) FROM statistics_days)) AS day`,
      );
      const day = row?.day ?? null;
      if (day === null || day > dayOf(nowMs - limits.statisticsCountedHours * limits.hourMs)) return null;
      await releaseDay(tx, { day, region, nowMs, uniformBelow: secureUniformBelow });
      return day;
    });
  }
}
