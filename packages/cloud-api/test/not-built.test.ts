import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { notBuilt, type NotBuilt } from '../src/contract/not-built.ts';
import { assertError, startRig, type Rig } from './http-rig.ts';

let rig: Rig;
before(async () => {
  rig = await startRig();
});
after(() => rig.stop());

/** The object of a kind, and a token that is good for it. */
function objectOf(kind: NotBuilt['kind'], { wabaId, phoneNumberId, appId, appSecret, token, businessId }: Rig['bank']) {
  if (kind === 'app') return { id: appId, token: `${appId}|${appSecret}` };
  const ids = { phone_number: phoneNumberId, whatsapp_business_account: wabaId, business: businessId };
  return { id: ids[kind], token };
}

test('what the contract has and is not built says so, once token and object are found good', async () => {
  for (const { kind, edge, methods, what } of notBuilt) {
    const { id, token } = objectOf(kind, rig.bank);
    for (const method of methods) {
      const answer = await rig.graph(method, `/v25.0/${id}/${edge.replaceAll(/[{}]/g, '')}`, { token });
      assertError(answer, 400, 3);
      assert.equal(answer.body.error.error_data?.details, `${what} is not built.`);
    }
  }
});

test('whether something is not built shows to nobody who may not act on the object', async () => {
  const { phoneNumberId } = rig.bank;
  const baker = await rig.createBusiness('Bakery');
  const foreign = await rig.graph('POST', `/v25.0/${phoneNumberId}/calls`, { token: baker.token });
  assertError(foreign, 400, 100);
  assertError(await rig.graph('POST', `/v25.0/${phoneNumberId}/calls`, { token: null }), 401, 104);
  assertError(await rig.graph('DELETE', `/v25.0/${phoneNumberId}/calls`, { token: rig.bank.token }), 400, 2500);
});
