import type { Database } from '@postern/postgres';
import { limits, type Clock } from '@postern/protocol';
import type { UpkeepTask } from '../upkeep.ts';
import { halfHourOf } from './message-counts.ts';

const halfHoursPerDay = 48;

/** Adds half hours up to days when they are old, and removes days when they are older. */
export class CountUpkeep implements UpkeepTask {
  readonly name = 'message counts';
  readonly #db: Database;
  readonly #clock: Clock;
  #seenHalfHour = 0;

  constructor({ db, clock }: { db: Database; clock: Clock }) {
    this.#db = db;
    this.#clock = clock;
  }

  async run(): Promise<void> {
    const nowMs = this.#clock.now();
    const halfHour = halfHourOf(nowMs);
    if (halfHour === this.#seenHalfHour) return;
    while ((await this.#fold(startOfDay(nowMs - limits.halfHourCountsKeptMs))) === limits.maxRowsPerRetentionSweep);
    while ((await this.#remove(startOfDay(nowMs - limits.messageCountsKeptMs))) === limits.maxRowsPerRetentionSweep);
    this.#seenHalfHour = halfHour;
  }

  /** Makes one cell of those of each day before this half hour, a part of them at a time. */
  async #fold(before: number): Promise<number> {
    const [folded] = await this.#db.query<{ count: number }>(
      `WITH halves AS (
         DELETE FROM message_counts WHERE ctid = ANY(ARRAY(
           SELECT ctid FROM message_counts WHERE half_hours = 1 AND half_hour < $1 LIMIT $2))
         RETURNING *
       ), days AS (
         INSERT INTO message_counts AS c (phone_number_id, half_hour, half_hours, happened, category, country,
           template_id, button, waba_id, count)
         SELECT phone_number_id, half_hour - half_hour % $3, $3, happened, category, country, template_id, button,
           min(waba_id), sum(count)
         FROM halves GROUP BY 1, 2, 4, 5, 6, 7, 8
         ON CONFLICT (phone_number_id, half_hour, half_hours, happened, category, country, template_id, button)
         DO UPDATE SET count = c.count + EXCLUDED.count
       )
       SELECT count(*)::int AS count FROM halves`,
      [before, limits.maxRowsPerRetentionSweep, halfHoursPerDay],
    );
    return folded?.count ?? 0;
  }

  #remove(before: number): Promise<number> {
    return this.#db.execute(
      `DELETE FROM message_counts WHERE ctid = ANY(ARRAY(
         SELECT ctid FROM message_counts WHERE half_hour < $1 LIMIT $2))`,
      [before, limits.maxRowsPerRetentionSweep],
    );
  }
}

/** The first half hour of the day in UTC. */
function startOfDay(atMs: number): number {
  const halfHour = halfHourOf(atMs);
  return halfHour - (halfHour % halfHoursPerDay);
}
