import type { Transaction } from '@postern/postgres';
import { limits } from '@postern/protocol';
import { makeAdminChange } from '../admin-log/admin-change.ts';
import type { BusinessManager } from '../business-manager.ts';
import { findBusiness } from '../directory/businesses.ts';
import { lockWhatsappBusinessAccount } from '../directory/whatsapp-business-accounts.ts';
import type { Refusal } from '../refusal.ts';

/** That a business may grant the account of another one to its own apps and users. */
interface Sharing {
  wabaId: string;
  businessId: string;
}

/** Shares an account with a business; to do it again changes nothing. */
export function shareAccount(manager: BusinessManager, { wabaId, businessId }: Sharing): Promise<Sharing | Refusal> {
  return makeAdminChange(manager, 'account.shared', async (tx, atMs) => {
    const account = await lockWhatsappBusinessAccount(tx, wabaId);
    if (!account) return 'no_such_business_account';
    if (!(await findBusiness(tx, businessId))) return 'no_such_business';
    if (account.businessId === businessId) return 'owns_it_already';
    const shared = await tx.execute(
      `INSERT INTO account_businesses (waba_id, business_id, is_owner, created_at_ms)
       VALUES ($1, $2, false, $3) ON CONFLICT DO NOTHING`,
      [wabaId, businessId, atMs],
    );
    if (shared > 0 && (await countBusinesses(tx, wabaId)) > limits.maxBusinessesPerAccount)
      return 'too_many_businesses';
    return { value: { wabaId, businessId }, ids: shared > 0 ? { wabaId, businessId } : null };
  });
}

/** Ends it: every grant to apps, users and tokens of that business goes with it, at once. */
export function unshareAccount(manager: BusinessManager, { wabaId, businessId }: Sharing): Promise<Sharing | Refusal> {
  return makeAdminChange(manager, 'account.unshared', async (tx) => {
    const account = await lockWhatsappBusinessAccount(tx, wabaId);
    if (!account) return 'no_such_business_account';
    if (account.businessId === businessId) return 'owns_it_already';
    for (const table of ['token_grants', 'app_grants', 'account_users', 'account_businesses'])
      await tx.execute(`DELETE FROM ${table} WHERE waba_id = $1 AND business_id = $2`, [wabaId, businessId]);
    return { value: { wabaId, businessId }, ids: { wabaId, businessId } };
  });
}

async function countBusinesses(tx: Transaction, wabaId: string): Promise<number> {
  const [row] = await tx.query<{ count: number }>(
    'SELECT count(*)::int AS count FROM account_businesses WHERE waba_id = $1 AND NOT is_owner',
    [wabaId],
  );
  return row?.count ?? 0;
}
