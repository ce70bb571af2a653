import type { Queryable } from '@postern/postgres';
import { makeAdminChange } from '../admin-log/admin-change.ts';
import type { BusinessManager } from '../business-manager.ts';
import type { Refusal } from '../refusal.ts';
import { takeGraphId } from './graph-ids.ts';
import { listPage, type Page, type PageRequest } from './pages.ts';

export interface Business {
  id: string;
  name: string;
  createdAtMs: number;
}

const columns = 'id, name, created_at_ms AS "createdAtMs"';

export function createBusiness(
  manager: BusinessManager,
  { name }: Pick<Business, 'name'>,
): Promise<Business | Refusal> {
  return makeAdminChange(manager, 'business.created', async (tx, createdAtMs) => {
    const id = await takeGraphId(tx);
    await tx.execute('INSERT INTO businesses (id, name, created_at_ms) VALUES ($1, $2, $3)', [id, name, createdAtMs]);
    return { value: { id, name, createdAtMs }, ids: { businessId: id } };
  });
}

export async function findBusiness(q: Queryable, id: string): Promise<Business | null> {
  const [business] = await q.query<Business>(`SELECT ${columns} FROM businesses WHERE id = $1`, [id]);
  return business ?? null;
}

export function listBusinesses(q: Queryable, page: PageRequest): Promise<Page<Business>> {
  return listPage(q, { table: 'businesses', columns }, page);
}
