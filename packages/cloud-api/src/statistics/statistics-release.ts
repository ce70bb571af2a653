import type { Database } from '@postern/postgres';
import { limits, type Clock } from '@postern/protocol';
import type { Logger } from '@postern/service';
import type { Sealer } from '../sealing/sealer.ts';
import type { UpkeepTask } from '../upkeep.ts';
import { dayOf, ensureSalt, isCounting } from './contributions.ts';
import { secureUniformBelow } from './noise.ts';
import { releaseDay } from './release-day.ts';

interface StatisticsReleaseOptions {
  readonly db: Database;
  readonly sealer: Sealer;
  readonly region: string;
  /** The longest time for which anything may be kept here. */
  readonly maxRetentionHours: number;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Releases each day's statistics once, a day after its end. Of several workers the first one does it. */
export class StatisticsRelease implements UpkeepTask {
  readonly name = 'statistics';
  readonly #options: StatisticsReleaseOptions;

  constructor(options: StatisticsReleaseOptions) {
    this.#options = options;
  }

  /** @throws ClockSuspectError: a day that was released too early cannot be taken back */
  async run(): Promise<void> {
    const { db, sealer, clock, logger, maxRetentionHours } = this.#options;
    sealer.checkClock();
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
