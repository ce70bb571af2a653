import type { Queryable } from '@postern/postgres';

/** Which part of a list is wanted: up to `limit` items after the one with the id `after`. */
export interface PageRequest {
  limit: number;
  after: string | null;
}

/** Part of a list, oldest first; `next` is what to ask `after` for the rest, null at the end. */
export interface Page<Item> {
  data: Item[];
  next: string | null;
}

/** What to list. All of it is fixed text of this program, never input. */
interface Listing {
  table: string;
  columns: string;
  /** The column that names the parent, and the parent's id; absent for a list of everything. */
  parent?: { column: string; id: string };
}

/** Lists one page in the order of creation. An unknown `after` gives an empty page. */
export async function listPage<Item extends { id: string }>(
  q: Queryable,
  { table, columns, parent }: Listing,
  { limit, after }: PageRequest,
): Promise<Page<Item>> {
  const ofParent = parent ? `${parent.column} = $3` : 'true';
  const rows = await q.query<Item>(
    `SELECT ${columns} FROM ${table}
     WHERE ${ofParent}
       AND ($1::text IS NULL OR (created_at_ms, id) > (SELECT created_at_ms, id FROM ${table} WHERE id = $1))
     ORDER BY created_at_ms, id LIMIT $2`,
    [after, limit + 1, ...(parent ? [parent.id] : [])],
  );
  return cutPage(rows, limit);
}

/** Makes a page of rows that were read with one more than the limit. */
export function cutPage<Item extends { id: string }>(rows: readonly Item[], limit: number): Page<Item> {
  const data = rows.slice(0, limit);
  return { data, next: rows.length > limit ? (data.at(-1)?.id ?? null) : null };
}
