import type { Queryable } from '@postern/postgres';
import { makeAdminChange } from '../admin-log/admin-change.ts';
import type { BusinessManager } from '../business-manager.ts';
import type { Refusal } from '../refusal.ts';
import { findBusiness } from './businesses.ts';
import { takeGraphId } from './graph-ids.ts';
import { listPage, type Page, type PageRequest } from './pages.ts';

/** A program of a business that may be given tokens. */
interface SystemUser {
  id: string;
  name: string;
  businessId: string;
  createdAtMs: number;
}

const columns = 'id, name, business_id AS "businessId", created_at_ms AS "createdAtMs"';

export function createSystemUser(
  manager: BusinessManager,
  { businessId, name }: Pick<SystemUser, 'businessId' | 'name'>,
): Promise<SystemUser | Refusal> {
  return makeAdminChange(manager, 'system_user.created', async (tx, createdAtMs) => {
    if (!(await findBusiness(tx, businessId))) return 'no_such_business';
    const id = await takeGraphId(tx);
    await tx.execute('INSERT INTO system_users (id, business_id, name, created_at_ms) VALUES ($1, $2, $3, $4)', [
      id,
      businessId,
      name,
      createdAtMs,
    ]);
    return { value: { id, name, businessId, createdAtMs }, ids: { systemUserId: id, businessId } };
  });
}

export async function findSystemUser(q: Queryable, id: string): Promise<SystemUser | null> {
  const [user] = await q.query<SystemUser>(`SELECT ${columns} FROM system_users WHERE id = $1`, [id]);
  return user ?? null;
}

export async function listSystemUsers(
  q: Queryable,
  businessId: string,
  page: PageRequest,
): Promise<Page<SystemUser> | Refusal> {
  if (!(await findBusiness(q, businessId))) return 'no_such_business';
  const parent = { column: 'business_id', id: businessId };
  return listPage<SystemUser>(q, { table: 'system_users', columns, parent }, page);
}
