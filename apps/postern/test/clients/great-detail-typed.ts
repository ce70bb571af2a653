import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { experimental } from '@great-detail/whatsapp';
import type { ClientsRig } from './clients-rig.ts';

type Typed = ReturnType<typeof experimental.createClient>;
const version = { Version: 'v25.0' } as const;

/** What `@great-detail/whatsapp` 9.2.0 calls experimental: a client whose types are made from Meta's own OpenAPI files. */
export function testGreatDetailTyped(getClients: () => ClientsRig): void {
  describe('@great-detail/whatsapp 9.2.0, experimental', () => {
    let typed: Typed;
    let number = { ...version, 'Phone-Number-ID': '' };
    let account = { ...version, 'WABA-ID': '' };
    let header = { Authorization: '', 'Content-Type': 'application/json' as const };
    let viv = '';
    before(async () => {
      const { cloudApi: baseUrl, accessToken, phoneNumberId, businessAccountId } = getClients().ready;
      typed = experimental.createClient({ baseUrl });
      // Its types want a type of content from requests that have no content, too.
      header = { ...header, Authorization: `Bearer ${accessToken}` };
      number = { ...number, 'Phone-Number-ID': phoneNumberId };
      account = { ...account, 'WABA-ID': businessAccountId };
      viv = await getClients().newPerson('Viv');
    });

    it('reads a number, its settings and its profile', async () => {
      const params = { path: number, header };
      const read = await typed.GET('/{Version}/{Phone-Number-ID}', { params });
      assert.equal(read.data?.id, number['Phone-Number-ID'], JSON.stringify(read.error));
      const settings = await typed.GET('/{Version}/{Phone-Number-ID}/settings', { params });
      assert.equal(settings.response.status, 200, JSON.stringify(settings.error));
      const profile = await typed.GET('/{Version}/{Phone-Number-ID}/whatsapp_business_profile', { params });
      assert.equal(profile.response.status, 200, JSON.stringify(profile.error));
    });

    it('blocks somebody, lists whom it blocks, and unblocks them', async () => {
      const params = { path: number, header };
      const block_users = [{ user: viv }];
      const body = { messaging_product: 'whatsapp' as const, block_users };
      const path = '/{Version}/{Phone-Number-ID}/block_users';
      const blocked = await typed.POST(path, { params, body });
      assert.equal(blocked.data?.block_users?.added_users?.[0]?.wa_id, viv, JSON.stringify(blocked.error));
      const listed = await typed.GET(path, { params });
      assert.ok(JSON.stringify(listed.data).includes(viv), JSON.stringify(listed.error));
      const unblocked = await typed.DELETE(path, { params, body });
      assert.equal(unblocked.response.status, 200, JSON.stringify(unblocked.error));
    });

    it('reads an account, its numbers and its apps', async () => {
      const params = { path: account, header };
      const read = await typed.GET('/{Version}/{WABA-ID}', { params });
      assert.equal(read.data?.id, account['WABA-ID'], JSON.stringify(read.error));
      const numbers = await typed.GET('/{Version}/{WABA-ID}/phone_numbers', { params });
      assert.equal(numbers.data?.data?.[0]?.id, number['Phone-Number-ID'], JSON.stringify(numbers.error));
      const apps = await typed.GET('/{Version}/{WABA-ID}/subscribed_apps', { params });
      assert.equal(apps.response.status, 200, JSON.stringify(apps.error));
    });

    it('reads how many messages its account sent and delivered', async () => {
      const now = Math.floor(Date.now() / 1000);
      const fields = `analytics.start(${now - 86_400}).end(${now + 86_400}).granularity(DAY)`;
      const read = await typed.GET('/{Version}/{WABA-ID}', { params: { path: account, header, query: { fields } } });
      const { analytics } = read.data as { analytics?: { data_points: { sent: number; delivered: number }[] } };
      const sent = analytics?.data_points.reduce((sum, point) => sum + point.sent, 0) ?? 0;
      assert.ok(sent > 0, JSON.stringify(read.error ?? read.data));
    });

    it('reads who may use its account', async () => {
      const { body } = await getClients().rig.cloudApi('GET', 'me/businesses');
      const path = { ...version, 'WhatsApp-Business-Account-ID': account['WABA-ID'] };
      const { data, error } = await typed.GET('/{Version}/{WhatsApp-Business-Account-ID}/assigned_users', {
        params: { path, header, query: { business: String(body.data[0].id) } },
      });
      assert.ok((data?.data?.length ?? 0) > 0, JSON.stringify(error));
    });

    it('reads the accounts of its business', async () => {
      const { body } = await getClients().rig.cloudApi('GET', 'me/businesses');
      const business = { ...version, 'Business-ID': String(body.data[0].id) };
      const owned = await typed.GET('/{Version}/{Business-ID}/owned_whatsapp_business_accounts', {
        params: { path: business, header },
      });
      assert.equal(owned.data?.data?.[0]?.id, account['WABA-ID'], JSON.stringify(owned.error));
    });
  });
}
