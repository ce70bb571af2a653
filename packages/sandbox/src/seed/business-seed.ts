import { randomInt } from 'node:crypto';
import type { PhoneNumber } from '@postern/protocol';
import type { Business } from '../state-file.ts';
import type { BusinessManager } from './business-manager.ts';

const businessName = 'Postern Sandbox';
const scopes = ['whatsapp_business_messaging', 'whatsapp_business_management'];

interface Item {
  id: string;
  name: string;
}

/**
 * Makes the business, its app, account, number and a token that never expires. Found again instead of made again
 * when an earlier attempt was cut short; only the token, which can be read once, is always a new one.
 */
export async function seedBusiness(manager: BusinessManager, phoneNumber: PhoneNumber): Promise<Business> {
  const { id: businessId } = await manager.ensure<Item>('businesses', { name: businessName });
  const business = `businesses/${businessId}`;
  const [app, waba, user] = await Promise.all([
    ensureApp(manager, business),
    manager.ensure<Item>(`${business}/whatsapp-business-accounts`, { name: businessName }),
    manager.ensure<Item>(`${business}/system-users`, { name: 'Sandbox' }),
  ]);
  const [phone] = await Promise.all([
    ensurePhoneNumber(manager, waba.id, phoneNumber),
    manager.put(`apps/${app.id}/whatsapp-business-accounts/${waba.id}`),
  ]);
  const { token } = await manager.create<{ token: string }>(`system-users/${user.id}/tokens`, {
    appId: app.id,
    label: 'sandbox',
    scopes,
    wabaIds: [waba.id],
  });
  return {
    businessId,
    appId: app.id,
    appSecret: app.secret,
    wabaId: waba.id,
    phoneNumberId: phone.id,
    phoneNumber,
    accessToken: token,
    pin: String(randomInt(1_000_000)).padStart(6, '0'),
  };
}

async function ensureApp(manager: BusinessManager, business: string): Promise<{ id: string; secret: string }> {
  const name = 'Sandbox';
  const known = await manager.find<Item>(`${business}/apps`, { name });
  // The secret is shown when it is made; of an app whose secret went unseen, the next one is taken.
  return known ? manager.create(`apps/${known.id}/secret`, {}) : manager.create(`${business}/apps`, { name });
}

async function ensurePhoneNumber(
  manager: BusinessManager,
  wabaId: string,
  phoneNumber: PhoneNumber,
): Promise<{ id: string }> {
  const path = `whatsapp-business-accounts/${wabaId}/phone-numbers`;
  const known = await manager.find<{ id: string; phoneNumber: string }>(path, { phoneNumber });
  return known ?? manager.create(path, { phoneNumber, verifiedName: businessName });
}
