import type { Queryable } from '@postern/postgres';
import { limits } from '@postern/protocol';
import { makeAdminChange } from '../admin-log/admin-change.ts';
import type { BusinessManager } from '../business-manager.ts';
import { findApp, type App } from '../directory/apps.ts';
import { cutPage, type Page, type PageRequest } from '../directory/pages.ts';
import { lockWhatsappBusinessAccount, type WhatsappBusinessAccount } from '../directory/whatsapp-business-accounts.ts';
import type { Refusal } from '../refusal.ts';

/** That an app may act on a WhatsApp Business Account that its business owns or that is shared with it. */
interface AppGrant {
  appId: string;
  wabaId: string;
}

/** Grants the account to the app; to do it again changes nothing. */
export function grantApp(manager: BusinessManager, { appId, wabaId }: AppGrant): Promise<AppGrant | Refusal> {
  return makeAdminChange(manager, 'app_grant.created', async (tx, atMs) => {
    const app = await findApp(tx, appId);
    if (!app) return 'no_such_app';
    const account = await lockWhatsappBusinessAccount(tx, wabaId);
    if (!account || !(await isSharedWith(tx, wabaId, app.businessId))) return 'no_such_business_account';
    const granted = await tx.execute(
      `INSERT INTO app_grants (waba_id, app_id, business_id, created_at_ms)
       VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`,
      [wabaId, appId, app.businessId, atMs],
    );
    if (granted > 0 && (await listAppsOfAccount(tx, wabaId)).length > limits.maxAppsPerBusinessAccount)
      return 'too_many_apps';
    return { value: { appId, wabaId }, ids: granted > 0 ? { appId, wabaId } : null };
  });
}

/** Whether the business owns the account or has it shared with it. */
async function isSharedWith(q: Queryable, wabaId: string, businessId: string): Promise<boolean> {
  const rows = await q.query('SELECT FROM account_businesses WHERE waba_id = $1 AND business_id = $2', [
    wabaId,
    businessId,
  ]);
  return rows.length > 0;
}

/** Takes the account from the app: its tokens stop reaching it at once. To do it again changes nothing. */
export function removeAppGrant(manager: BusinessManager, { appId, wabaId }: AppGrant): Promise<AppGrant | Refusal> {
  return makeAdminChange(manager, 'app_grant.removed', async (tx) => {
    if (!(await findApp(tx, appId))) return 'no_such_app';
    const removed = await tx.execute('DELETE FROM app_grants WHERE waba_id = $1 AND app_id = $2', [wabaId, appId]);
    return { value: { appId, wabaId }, ids: removed > 0 ? { appId, wabaId } : null };
  });
}

/** Lists the apps that may act on the account, oldest grant first; limits.maxAppsPerBusinessAccount at most. */
export function listAppsOfAccount(q: Queryable, wabaId: string): Promise<Pick<App, 'id' | 'name'>[]> {
  return q.query<{ id: string; name: string }>(
    `SELECT apps.id, apps.name FROM app_grants JOIN apps ON apps.id = app_grants.app_id
     WHERE app_grants.waba_id = $1 ORDER BY app_grants.created_at_ms, apps.id`,
    [wabaId],
  );
}

/** The app, if it may act on the account. */
export async function findGrantedApp(q: Queryable, { appId, wabaId }: AppGrant): Promise<App | null> {
  const rows = await q.query('SELECT FROM app_grants WHERE waba_id = $1 AND app_id = $2', [wabaId, appId]);
  return rows.length > 0 ? findApp(q, appId) : null;
}

/** Lists the accounts that the app may act on, in the order of their ids. */
export async function listAccountsOfApp(
  q: Queryable,
  appId: string,
  { limit, after }: PageRequest,
): Promise<Page<Pick<WhatsappBusinessAccount, 'id' | 'name'>> | Refusal> {
  if (!(await findApp(q, appId))) return 'no_such_app';
  const rows = await q.query<{ id: string; name: string }>(
    `SELECT accounts.id, accounts.name
     FROM app_grants JOIN whatsapp_business_accounts AS accounts ON accounts.id = app_grants.waba_id
     WHERE app_grants.app_id = $1 AND ($2::text IS NULL OR app_grants.waba_id > $2)
     ORDER BY app_grants.waba_id LIMIT $3`,
    [appId, after, limit + 1],
  );
  return cutPage(rows, limit);
}
