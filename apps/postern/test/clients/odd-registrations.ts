import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ClientsRig } from './clients-rig.ts';
import { callGraph } from './graph-call.ts';

const json = { 'content-type': 'application/json' };
const form = { 'content-type': 'application/x-www-form-urlencoded' };
const success = { status: 200, body: { success: true } };

type OddBody = { readonly headers?: Record<string, string>; readonly body?: string };

/** How programs without a library say nothing. */
const nothing: Readonly<Record<string, OddBody>> = {
  'no body': {},
  'no body, although it is said to be JSON': { headers: json, body: '' },
  'an empty object': { headers: json, body: '{}' },
  'an empty form': { headers: form, body: '' },
};

/** Numbers and subscriptions with empty bodies and forms. The number is away at times, and webhooks end: it goes last. */
export function testOddRegistrations(getClients: () => ClientsRig): void {
  describe('registrations and subscriptions as programs without a library write them', () => {
    const post = (path: string, { headers = {}, body }: OddBody, token?: string) =>
      callGraph(getClients().ready, `/v23.0/${path}`, {
        method: 'POST',
        headers,
        ...(body !== undefined && { body }),
        ...(token !== undefined && { token }),
      });
    /** Proves the number by a code, with everything in the query, then registers it. */
    const bringBack = async (register: (pin: string) => OddBody) => {
      const clients = getClients();
      const { phoneNumberId } = clients.ready;
      assert.deepEqual(await post(`${phoneNumberId}/request_code?code_method=SMS&language=en_US`, {}), success);
      const code = await clients.untilCode();
      assert.partialDeepStrictEqual(await post(`${phoneNumberId}/verify_code?code=${code}`, {}), { status: 200 });
      assert.deepEqual(await post(`${phoneNumberId}/register`, register(clients.sandboxState().business.pin)), success);
    };
    const registrations: readonly ((pin: string) => OddBody)[] = [
      (pin) => ({ headers: form, body: `messaging_product=whatsapp&pin=${pin}` }),
      (pin) => ({
        headers: json,
        body: JSON.stringify({ messaging_product: 'whatsapp', pin, backup: null, data_localization_region: null }),
      }),
    ];

    for (const [index, [what, body]] of Object.entries(nothing).slice(0, 2).entries())
      it(`a number is deregistered by ${what}, and registered by ${['a form', 'JSON with nulls'][index]}`, async () => {
        assert.deepEqual(await post(`${getClients().ready.phoneNumberId}/deregister`, body), success);
        await bringBack(registrations[index]!);
      });

    it('a number that is registered can be registered once more', async () => {
      const clients = getClients();
      const { pin } = clients.sandboxState().business;
      assert.deepEqual(await post(`${clients.ready.phoneNumberId}/register`, registrations[0]!(pin)), success);
    });

    for (const [what, body] of Object.entries(nothing))
      it(`an account is subscribed by ${what}`, async () => {
        assert.deepEqual(await post(`${getClients().ready.businessAccountId}/subscribed_apps`, body), success);
      });

    it("an app's webhooks are set by a form, with the token of the app", async () => {
      const { bot, ready } = getClients();
      const { appId, appSecret, verifyToken } = ready;
      const settings = { object: 'whatsapp_business_account', callback_url: bot.url, verify_token: verifyToken };
      const body = new URLSearchParams({ ...settings, fields: 'messages' }).toString();
      const token = `${appId}|${appSecret}`;
      assert.deepEqual(await post(`${appId}/subscriptions`, { headers: form, body }, token), success);
      const read = await callGraph(ready, `/v23.0/${appId}/subscriptions?access_token=${token}`, { token: null });
      assert.partialDeepStrictEqual(read.body, { data: [{ callback_url: bot.url, active: true }] });
      for (const query of ['?object=whatsapp_business_account', '']) {
        const removed = await callGraph(ready, `/v23.0/${appId}/subscriptions${query}`, { method: 'DELETE', token });
        assert.deepEqual(removed, success);
      }
    });
  });
}
