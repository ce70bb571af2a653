import type { Queryable, StatementResult } from './database.ts';

const maxRowsPerStatement = 256;
/** PostgreSQL's protocol counts parameters with 16 bits. */
const maxParametersPerStatement = 60_000;

export interface RowColumn {
  name: string;
  /** An SQL type, for example `bytea`; every parameter is cast to it. */
  type: string;
}

/** An INSERT of many rows. Make it once, at module level: its statements are kept with it. */
export interface InsertSpec {
  /** Names the prepared statements; unique in the program, at most 50 bytes. */
  name: string;
  /** The table. */
  into: string;
  columns: readonly RowColumn[];
  /** What follows the rows: `ON CONFLICT …`, `RETURNING …`. */
  suffix?: string;
}

/** A change that reads many rows as a table `v`. Make it once, at module level: its statements are kept with it. */
export interface UpdateSpec {
  /** Names the prepared statements; unique in the program, at most 50 bytes. */
  name: string;
  columns: readonly RowColumn[];
  /** For example `UPDATE t SET a = v.a FROM v WHERE t.id = v.id` or `DELETE FROM t USING v WHERE t.id = v.id`. */
  tail: string;
  /** Set, and seen by the compiler (`UpdateSpec & { returning: true }`), when the tail ends with RETURNING. */
  returning?: boolean;
}

interface RowsSpec {
  name: string;
  columns: readonly RowColumn[];
}

interface PreparedText {
  name: string;
  text: string;
}

const preparedTexts = new WeakMap<RowsSpec, Map<number, PreparedText>>();

/**
 * Inserts rows, each an array of values in the order of the spec's columns, and gives what RETURNING gave. Large batches
 * become several statements: pass a transaction where all or nothing must be kept.
 * @throws RangeError when a row has not one value per column
 */
export async function insertRows<Row extends object = Record<string, unknown>>(
  queryable: Queryable,
  spec: InsertSpec,
  rows: readonly (readonly unknown[])[],
): Promise<Row[]> {
  const results = await runInChunks<Row>({ queryable, spec, rows, textFor: (count) => insertText(spec, count) });
  return results.flatMap((result) => result.rows);
}

/**
 * Runs `WITH v(…) AS (VALUES …) <tail>` over rows, each an array of values in the order of the spec's columns. Gives the
 * number of affected rows, or, for a spec with `returning: true`, the returned rows. Large batches become several statements.
 * @throws RangeError when a row has not one value per column
 */
export function updateFromRows<Row extends object = Record<string, unknown>>(
  queryable: Queryable,
  spec: UpdateSpec & { returning: true },
  rows: readonly (readonly unknown[])[],
): Promise<Row[]>;
export function updateFromRows(
  queryable: Queryable,
  spec: UpdateSpec,
  rows: readonly (readonly unknown[])[],
): Promise<number>;
export async function updateFromRows<Row extends object>(
  queryable: Queryable,
  spec: UpdateSpec,
  rows: readonly (readonly unknown[])[],
): Promise<number | Row[]> {
  const results = await runInChunks<Row>({ queryable, spec, rows, textFor: (count) => updateText(spec, count) });
  if (spec.returning === true) return results.flatMap((result) => result.rows);
  return results.reduce((sum, { affected }) => sum + affected, 0);
}

interface Chunks {
  queryable: Queryable;
  spec: RowsSpec;
  rows: readonly (readonly unknown[])[];
  textFor: (rowCount: number) => string;
}

/** Runs one statement per power of two in the number of rows, so that few different statements exist. */
async function runInChunks<Row extends object>({ queryable, spec, rows, textFor }: Chunks) {
  const results: StatementResult<Row>[] = [];
  const largest = largestChunk(spec.columns.length);
  for (let start = 0; start < rows.length;) {
    const count = Math.min(largest, powerOfTwoUpTo(rows.length - start));
    const values = flatten(rows.slice(start, start + count), spec.columns.length);
    results.push(await queryable.run<Row>({ ...preparedText(spec, count, textFor), values }));
    start += count;
  }
  return results;
}

function largestChunk(columnCount: number): number {
  return powerOfTwoUpTo(Math.min(maxRowsPerStatement, Math.floor(maxParametersPerStatement / columnCount)));
}

function powerOfTwoUpTo(count: number): number {
  return 2 ** Math.floor(Math.log2(count));
}

function flatten(rows: readonly (readonly unknown[])[], columnCount: number): unknown[] {
  if (rows.some((row) => row.length !== columnCount)) throw new RangeError(`a row must have ${columnCount} values`);
  return rows.flat();
}

function preparedText(spec: RowsSpec, rowCount: number, textFor: (rowCount: number) => string): PreparedText {
  const known = preparedTexts.get(spec) ?? new Map<number, PreparedText>();
  preparedTexts.set(spec, known);
  const prepared = known.get(rowCount) ?? { name: `${spec.name}_${rowCount}`, text: textFor(rowCount) };
  known.set(rowCount, prepared);
  return prepared;
}

function insertText({ into, columns, suffix = '' }: InsertSpec, rowCount: number): string {
  const names = columns.map(({ name }) => name).join(', ');
  return `INSERT INTO ${into} (${names}) VALUES ${valuesText(columns, rowCount)} ${suffix}`;
}

function updateText({ columns, tail }: UpdateSpec, rowCount: number): string {
  const names = columns.map(({ name }) => name).join(', ');
  return `WITH v(${names}) AS (VALUES ${valuesText(columns, rowCount)}) ${tail}`;
}

/** `($1::a, $2::b), ($3::a, $4::b), …` */
function valuesText(columns: readonly RowColumn[], rowCount: number): string {
  const row = (index: number) =>
    `(${columns.map(({ type }, at) => `$${index * columns.length + at + 1}::${type}`).join(', ')})`;
  return Array.from({ length: rowCount }, (_, index) => row(index)).join(', ');
}
