import type { Queryable, Transaction } from '@postern/postgres';
import { limits } from '@postern/protocol';
import { makeAdminChange } from '../admin-log/admin-change.ts';
import type { BusinessManager } from '../business-manager.ts';
import { findSystemUser } from '../directory/system-users.ts';
import type { Refusal } from '../refusal.ts';

interface Assignment {
  wabaIds: readonly string[];
  systemUserId: string;
  /** The user's business; it must be one that the accounts belong to or are shared with. */
  businessId: string;
  atMs: number;
}

/** Assigns a user to accounts, with every task; where they are assigned already nothing changes. */
export async function assignUser(
  tx: Transaction,
  { wabaIds, systemUserId, businessId, atMs }: Assignment,
): Promise<void> {
  await tx.execute(
    `INSERT INTO account_users (waba_id, system_user_id, business_id, tasks, created_at_ms)
     SELECT unnest($1::text[]), $2, $3, ARRAY['MANAGE'], $4 ON CONFLICT DO NOTHING`,
    [wabaIds, systemUserId, businessId, atMs],
  );
}

/** A system user that is assigned to an account. */
interface AccountUser {
  id: string;
  name: string;
  tasks: string[];
}

/** Lists the users of one business that are assigned to the account; limits.maxUsersPerAccount at most. */
export function listAccountUsers(
  q: Queryable,
  { wabaId, businessId }: { wabaId: string; businessId: string },
): Promise<AccountUser[]> {
  return q.query<{ id: string; name: string; tasks: string[] }>(
    `SELECT users.id, users.name, assigned.tasks
     FROM account_users AS assigned JOIN system_users AS users ON users.id = assigned.system_user_id
     WHERE assigned.waba_id = $1 AND assigned.business_id = $2
     ORDER BY assigned.created_at_ms, users.id LIMIT $3`,
    [wabaId, businessId, limits.maxUsersPerAccount],
  );
}

interface AccountUserChange {
  wabaId: string;
  userId: string;
  /** The business of whoever wants it: nobody assigns users of another one. */
  businessId: string;
  actor: string;
}

/** Assigns a user to an account with these tasks instead of any before: tokens of the user that name the account reach it. */
export function assignAccountUser(
  manager: BusinessManager,
  { wabaId, userId, businessId, actor, tasks }: AccountUserChange & { tasks: string[] },
): Promise<AccountUser | Refusal> {
  const assign = async (tx: Transaction, atMs: number) => {
    const user = await findSystemUser(tx, userId);
    if (user?.businessId !== businessId) return 'no_such_system_user';
    await tx.execute(
      `INSERT INTO account_users (waba_id, system_user_id, business_id, tasks, created_at_ms)
       VALUES ($1, $2, $3, $4, $5) ON CONFLICT (waba_id, system_user_id) DO UPDATE SET tasks = EXCLUDED.tasks`,
      [wabaId, userId, businessId, tasks, atMs],
    );
    if ((await listAccountUsers(tx, { wabaId, businessId })).length >= limits.maxUsersPerAccount)
      return 'too_many_users';
    return { value: { id: userId, name: user.name, tasks }, ids: { wabaId, systemUserId: userId } };
  };
  return makeAdminChange(manager, 'account_user.assigned', assign, actor);
}

/** Takes the account from a user: the user's tokens stop reaching it at once. */
export function removeAccountUser(
  manager: BusinessManager,
  { wabaId, userId, businessId, actor }: AccountUserChange,
): Promise<{ id: string } | Refusal> {
  const remove = async (tx: Transaction) => {
    const removed = await tx.execute(
      'DELETE FROM account_users WHERE waba_id = $1 AND system_user_id = $2 AND business_id = $3',
      [wabaId, userId, businessId],
    );
    if (removed === 0) return 'no_such_system_user';
    return { value: { id: userId }, ids: { wabaId, systemUserId: userId } };
  };
  return makeAdminChange(manager, 'account_user.removed', remove, actor);
}
