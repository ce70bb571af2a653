import type { Queryable } from '@postern/postgres';
import { findBusiness, type Business } from '../directory/businesses.ts';
import type { App } from '../directory/apps.ts';
import { findPhoneNumber, type BusinessPhoneNumber } from '../directory/phone-numbers.ts';
import { findWhatsappBusinessAccount, type WhatsappBusinessAccount } from '../directory/whatsapp-business-accounts.ts';
import { listAppsOfAccount } from './app-grants.ts';

/** A phone number with all it belongs to. */
interface OwnedPhoneNumber extends Omit<BusinessPhoneNumber, 'wabaId'> {
  whatsappBusinessAccount: WhatsappBusinessAccount;
  business: Business;
  /** The apps that may act on its account. */
  apps: Pick<App, 'id' | 'name'>[];
}

/** Finds a phone number, its account, its business and the apps that may act for it. */
export async function findOwnedPhoneNumber(q: Queryable, id: string): Promise<OwnedPhoneNumber | null> {
  const found = await findPhoneNumber(q, id);
  if (!found) return null;
  const { wabaId, ...phone } = found;
  const whatsappBusinessAccount = await findWhatsappBusinessAccount(q, wabaId);
  const business = whatsappBusinessAccount && (await findBusiness(q, whatsappBusinessAccount.businessId));
  if (!business) return null;
  return { ...phone, whatsappBusinessAccount, business, apps: await listAppsOfAccount(q, wabaId) };
}
