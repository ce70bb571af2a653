import type { Database } from '@postern/postgres';
import type { CountedType, Direction } from './cells.ts';

/** One cell of one day as it was released. Both counts are null where they were too small to be shown. */
export interface ReleasedCell {
  /** Days since 1970 in UTC. */
  readonly day: number;
  readonly region: string;
  readonly direction: Direction;
  readonly type: CountedType;
  readonly messages: number | null;
  readonly people: number | null;
}

/** Reads what was released, which never changes. It is all that the operator gets to see. */
export class ReleasedStatistics {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Every cell of the released days from `since` to `until`, both included, by day. */
  list({ since, until }: { readonly since: number; readonly until: number }): Promise<ReleasedCell[]> {
    return this.#db.query<ReleasedCell>(
      `SELECT day, region, direction, type, messages, people FROM released_statistics
       WHERE day BETWEEN $1 AND $2 ORDER BY day, region, direction DESC, type`,
      [since, until],
    );
  }
}
