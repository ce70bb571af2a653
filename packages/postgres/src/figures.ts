import type { Queryable } from './database.ts';

/** One row of a system's view `operator.figures`. */
export interface Figure {
  /** What is counted, for example `outbox`. */
  readonly figure: string;
  /** Which part of it, for example `queued`; empty when it has no parts. */
  readonly part: string;
  readonly value: number;
}

/** The figures of a migrated system, at most so many: how much there is of what, and since when the oldest waits. */
export function listFigures(db: Queryable, limit: number): Promise<Figure[]> {
  return db.query<Figure>('SELECT figure, part, value FROM operator.figures ORDER BY figure, part LIMIT $1', [limit]);
}
