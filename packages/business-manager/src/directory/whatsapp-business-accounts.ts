import { randomUUID } from 'node:crypto';
import type { Queryable, Transaction } from '@postern/postgres';
import { makeAdminChange } from '../admin-log/admin-change.ts';
import type { BusinessManager } from '../business-manager.ts';
import type { Refusal } from '../refusal.ts';
import { findBusiness } from './businesses.ts';
import { takeGraphId } from './graph-ids.ts';
import { listPage, type Page, type PageRequest } from './pages.ts';

export interface WhatsappBusinessAccount {
  id: string;
  name: string;
  businessId: string;
  /** ISO 4217, such as `EUR`. */
  currency: string;
  /** The contract's number of a time zone, as text. */
  timezoneId: string;
  messageTemplateNamespace: string;
  isEnabledForInsights: boolean;
  /** Whether marketing messages may only be sent over `/marketing_messages`. */
  disablesMarketingOnCloudApi: boolean;
  createdAtMs: number;
}

/** What a business may change of its account. */
export type AccountChanges = Partial<
  Pick<WhatsappBusinessAccount, 'name' | 'timezoneId' | 'isEnabledForInsights' | 'disablesMarketingOnCloudApi'>
>;

const columns = `id, name, business_id AS "businessId", currency, timezone_id AS "timezoneId",
  message_template_namespace AS "messageTemplateNamespace", is_enabled_for_insights AS "isEnabledForInsights",
  disables_marketing_on_cloud_api AS "disablesMarketingOnCloudApi", created_at_ms AS "createdAtMs"`;

export function createWhatsappBusinessAccount(
  manager: BusinessManager,
  fields: Pick<WhatsappBusinessAccount, 'businessId' | 'name' | 'currency' | 'timezoneId'>,
): Promise<WhatsappBusinessAccount | Refusal> {
  return makeAdminChange(manager, 'whatsapp_business_account.created', async (tx, createdAtMs) => {
    const { businessId, name, currency, timezoneId } = fields;
    if (!(await findBusiness(tx, businessId))) return 'no_such_business';
    const id = await takeGraphId(tx);
    const messageTemplateNamespace = randomUUID().replaceAll('-', '_');
    await tx.execute(
      `INSERT INTO whatsapp_business_accounts
         (id, business_id, name, currency, timezone_id, message_template_namespace, created_at_ms)
       VALUES ($1, $2, $3, $4, $5, $6, $7)`,
      [id, businessId, name, currency, timezoneId, messageTemplateNamespace, createdAtMs],
    );
    await tx.execute(
      'INSERT INTO account_businesses (waba_id, business_id, is_owner, created_at_ms) VALUES ($1, $2, true, $3)',
      [id, businessId, createdAtMs],
    );
    const account = await findWhatsappBusinessAccount(tx, id);
    return account ? { value: account, ids: { wabaId: id, businessId } } : 'no_such_business_account';
  });
}

/** Changes what is given of an account, in the name of an actor. */
export function updateWhatsappBusinessAccount(
  manager: BusinessManager,
  { wabaId, changes, actor }: { wabaId: string; changes: AccountChanges; actor: string },
): Promise<WhatsappBusinessAccount | Refusal> {
  const change = async (tx: Transaction) => {
    const { name, timezoneId, isEnabledForInsights, disablesMarketingOnCloudApi } = changes;
    const [account] = await tx.query<WhatsappBusinessAccount>(
      `UPDATE whatsapp_business_accounts SET name = coalesce($2, name), timezone_id = coalesce($3, timezone_id),
         is_enabled_for_insights = coalesce($4, is_enabled_for_insights),
         disables_marketing_on_cloud_api = coalesce($5, disables_marketing_on_cloud_api)
       WHERE id = $1 RETURNING ${columns}`,
      [wabaId, name, timezoneId, isEnabledForInsights, disablesMarketingOnCloudApi],
    );
    return account ? { value: account, ids: { wabaId, businessId: account.businessId } } : 'no_such_business_account';
  };
  return makeAdminChange(manager, 'whatsapp_business_account.changed', change, actor);
}

export async function findWhatsappBusinessAccount(q: Queryable, id: string): Promise<WhatsappBusinessAccount | null> {
  const [account] = await q.query<WhatsappBusinessAccount>(
    `SELECT ${columns} FROM whatsapp_business_accounts WHERE id = $1`,
    [id],
  );
  return account ?? null;
}

/** Finds the account and lets nobody else change what belongs to it before the transaction ends. */
export async function lockWhatsappBusinessAccount(
  tx: Transaction,
  id: string,
): Promise<WhatsappBusinessAccount | null> {
  await tx.query('SELECT 1 FROM whatsapp_business_accounts WHERE id = $1 FOR UPDATE', [id]);
  return findWhatsappBusinessAccount(tx, id);
}

export async function listWhatsappBusinessAccounts(
  q: Queryable,
  businessId: string,
  page: PageRequest,
): Promise<Page<WhatsappBusinessAccount> | Refusal> {
  if (!(await findBusiness(q, businessId))) return 'no_such_business';
  const parent = { column: 'business_id', id: businessId };
  return listPage<WhatsappBusinessAccount>(q, { table: 'whatsapp_business_accounts', columns, parent }, page);
}
