import { insertRows, type InsertSpec, type Transaction } from '@postern/postgres';
import { limits } from '@postern/protocol';
import { cells, nameOfCell, type Cell } from './cells.ts';
import { addNoise, publishable, type CellCounts } from './mechanism.ts';
import type { UniformBelow } from './noise.ts';

interface DayRelease {
  /** Days since 1970 in UTC. */
  readonly day: number;
  readonly region: string;
  readonly nowMs: number;
  readonly uniformBelow: UniformBelow;
}

const insertReleased: InsertSpec = {
  name: 'statistics.release',
  into: 'released_statistics',
  columns: [
    { name: 'day', type: 'integer' },
    { name: 'region', type: 'text' },
    { name: 'direction', type: 'text' },
    { name: 'type', type: 'text' },
    { name: 'messages', type: 'integer' },
    { name: 'people', type: 'integer' },
  ],
};

/**
 * Releases one day: spends its budget, stores every cell with noise, and deletes what was counted and the salt, all in
 * the caller's transaction. @throws StatementFailedError when the day was released before
 */
export async function releaseDay(tx: Transaction, { day, region, nowMs, uniformBelow }: DayRelease): Promise<void> {
  await tx.query('INSERT INTO statistics_budget VALUES ($1, $2, $3, $4, $5)', [
    day,
    region,
    limits.statisticsMessagesEpsilonMillis,
    limits.statisticsPeopleEpsilonMillis,
    nowMs,
  ]);
  await tx.query('DELETE FROM statistics_days WHERE day <= $1', [day]);
  const counted = await countDay(tx, day);
  await insertRows(
    tx,
    insertReleased,
    cells.map((cell) => releasedRow({ day, region, cell, counts: counted.get(nameOfCell(cell)), uniformBelow })),
  );
  // Also of earlier days: a transaction that was under way at their release may have left something.
  await tx.query('DELETE FROM statistics_contributions WHERE day <= $1', [day]);
}

/** Cell → what was counted. Each person counts as a person in the first few cells that they came to. */
async function countDay(tx: Transaction, day: number): Promise<ReadonlyMap<string, CellCounts>> {
  const rows = await tx.query<CellCounts & { cell: string }>(
    `SELECT cell, sum(messages)::integer AS messages, (count(*) FILTER (WHERE place <= $2))::integer AS people
     FROM (
       SELECT cell, count(*) AS messages, row_number() OVER (PARTITION BY person_token ORDER BY min(nth)) AS place
       FROM statistics_contributions, unnest(cells) WITH ORDINALITY AS entry (cell, nth)
       WHERE day = $1 GROUP BY person_token, cell
     ) AS of_person GROUP BY cell`,
    [day, limits.statisticsCellsPerPerson],
  );
  return new Map(rows.map((row) => [row.cell, row]));
}

function releasedRow({
  day,
  region,
  cell: { direction, type },
  counts = { messages: 0, people: 0 },
  uniformBelow,
}: Pick<DayRelease, 'day' | 'region' | 'uniformBelow'> & { cell: Cell; counts: CellCounts | undefined }): unknown[] {
  const shown = publishable(addNoise(counts, uniformBelow));
  return [day, region, direction, type, shown?.messages ?? null, shown?.people ?? null];
}
