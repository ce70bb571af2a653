import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ClientsRig } from './clients-rig.ts';
import { callGraph } from './graph-call.ts';

/** What well-known applications ask before they do anything: who they are, and for how long their token is good. */
export function testApplicationTraps(getClients: () => ClientsRig): void {
  describe('what applications ask when they are set up', () => {
    it('an app gets its own token by its id and secret, and with that sets its webhooks', async () => {
      const { bot, ready } = getClients();
      const { appId, appSecret, verifyToken } = ready;
      const credentials = `grant_type=client_credentials&client_id=${appId}&client_secret=${appSecret}`;
      for (const version of ['', '/v21.0']) {
        const { body } = await callGraph(ready, `${version}/oauth/access_token?${credentials}`, { token: null });
        assert.equal(body.token_type, 'bearer', JSON.stringify(body));
        const listed = await callGraph(ready, `/v21.0/${appId}/subscriptions`, { token: body.access_token });
        assert.partialDeepStrictEqual(listed.body, { data: [{ callback_url: bot.url }] });
        const set = await callGraph(ready, `/v21.0/${appId}/subscriptions`, {
          method: 'POST',
          token: body.access_token,
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({
            object: 'whatsapp_business_account',
            callback_url: bot.url,
            verify_token: verifyToken,
            fields: 'messages',
          }),
        });
        assert.deepEqual(set, { status: 200, body: { success: true } });
      }
    });

    it('a token that never expires says so, to itself and to the token of its app', async () => {
      const { ready } = getClients();
      const { accessToken, appId, appSecret, businessAccountId } = ready;
      for (const token of [accessToken, `${appId}|${appSecret}`]) {
        const { body } = await callGraph(ready, `/debug_token?input_token=${accessToken}`, { token });
        assert.partialDeepStrictEqual(body.data, { app_id: appId, is_valid: true, expires_at: 0 });
        const scope = 'whatsapp_business_management';
        assert.ok(body.data.scopes.includes(scope));
        const granular = body.data.granular_scopes.find((each: { scope: string }) => each.scope === scope);
        assert.ok(granular.target_ids.includes(businessAccountId));
      }
    });

    it('an application finds its accounts and numbers from its token alone', async () => {
      const { ready } = getClients();
      const me = await callGraph(ready, '/v23.0/me?fields=id,name');
      assert.equal(me.status, 200, JSON.stringify(me.body));
      const businesses = await callGraph(ready, '/v23.0/me/businesses');
      const businessId = businesses.body.data[0].id;
      const accounts = await callGraph(ready, `/v23.0/${businessId}/owned_whatsapp_business_accounts`);
      assert.equal(accounts.body.data[0].id, ready.businessAccountId, JSON.stringify(accounts.body));
      const numbers = await callGraph(ready, `/v23.0/${ready.businessAccountId}/phone_numbers?fields=id,health_status`);
      assert.partialDeepStrictEqual(numbers.body.data, [
        { id: ready.phoneNumberId, health_status: { can_send_message: 'AVAILABLE' } },
      ]);
    });
  });
}
