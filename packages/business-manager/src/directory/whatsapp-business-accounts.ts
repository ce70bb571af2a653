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
  createdAtMs: number;
}

const columns = `id, name, business_id AS "businessId", currency, timezone_id AS "timezoneId",
  message_template_namespace AS "messageTemplateNamespace", created_at_ms AS "createdAtMs"`;

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
    return {
      value: { id, name, businessId, currency, timezoneId, messageTemplateNamespace, createdAtMs },
      ids: { wabaId: id, businessId },
    };
  });
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
