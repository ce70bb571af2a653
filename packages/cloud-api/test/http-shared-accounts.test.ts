import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertError, startRig, type Business, type Rig } from './http-rig.ts';

let rig: Rig;
let agency: Business;
let agencyToken: string;
before(async () => {
  rig = await startRig();
  agency = await rig.createBusiness('Agency');
});
after(() => rig.stop());

const pass = () => rig.clock.setOffset(rig.clock.offsetMs + 60_000);
const sharing = () => `/v1/whatsapp-business-accounts/${rig.bank.wabaId}/businesses/${agency.businessId}`;
const grant = () => `/v1/apps/${agency.appId}/whatsapp-business-accounts/${rig.bank.wabaId}`;

async function issueAgencyToken(): Promise<string> {
  const scopes = ['whatsapp_business_messaging', 'whatsapp_business_management'];
  const body = { appId: agency.appId, label: 'client work', scopes, wabaIds: [agency.wabaId, rig.bank.wabaId] };
  return String((await rig.admin('POST', `/v1/system-users/${agency.systemUserId}/tokens`, body))['token']);
}

async function listIds(edge: string): Promise<string[]> {
  const { body } = await rig.graph('GET', `/${agency.businessId}/${edge}`, { token: agencyToken });
  return body.data.map(({ id }) => id);
}

test('an account cannot be granted to an app of a business that it is not shared with', async () => {
  await assert.rejects(rig.admin('PUT', grant()), /404.*no_such_business_account/);
});

test('a business acts on an account that is shared with it, and sees it as its client’s', async () => {
  await rig.admin('PUT', sharing());
  await rig.admin('PUT', grant());
  agencyToken = await issueAgencyToken();
  assert.deepEqual(await listIds('client_whatsapp_business_accounts'), [rig.bank.wabaId]);
  assert.deepEqual(await listIds('owned_whatsapp_business_accounts'), [agency.wabaId]);
  const fields = 'ownership_type,is_shared_with_partners,owner_business_info';
  const { body } = await rig.graph('GET', `/${rig.bank.wabaId}?fields=${fields}`, { token: agencyToken });
  assert.deepEqual(body, {
    ownership_type: 'CLIENT_OWNED',
    is_shared_with_partners: true,
    owner_business_info: { id: rig.bank.businessId, name: 'Bank' },
    id: rig.bank.wabaId,
  });
});

test('neither sees the business, the users or the app of the other', async () => {
  for (const id of [rig.bank.businessId, rig.bank.systemUserId, rig.bank.appId])
    assertError(await rig.graph('GET', `/${id}`, { token: agencyToken }), 400, 100);
  for (const id of [agency.businessId, agency.systemUserId, agency.appId, agency.wabaId])
    assertError(await rig.graph('GET', `/${id}`), 400, 100);
  const users = await rig.graph('GET', `/${rig.bank.wabaId}/assigned_users`, { token: agencyToken });
  assert.deepEqual(
    users.body.data.map(({ id }) => id),
    [agency.systemUserId],
  );
});

test('a user from whom an account is taken loses it with every token, and has it again when assigned anew', async () => {
  const path = `/${rig.bank.wabaId}/assigned_users`;
  const read = () => rig.graph('GET', `/${rig.bank.phoneNumberId}`, { token: agencyToken });
  assert.equal((await read()).status, 200);
  const second = await issueAgencyToken();
  assert.equal((await rig.graph('DELETE', path, { token: second, body: { user: agency.systemUserId } })).status, 200);
  assertError(await rig.graph('GET', `/${rig.bank.wabaId}`, { token: agencyToken }), 400, 100);
  pass();
  assertError(await read(), 400, 100);
  await issueAgencyToken();
  pass();
  assert.equal((await read()).status, 200);
});

test('when an account is not shared any more, nothing of it is left to the other business', async () => {
  await rig.admin('DELETE', sharing());
  pass();
  assertError(await rig.graph('GET', `/${rig.bank.wabaId}`, { token: agencyToken }), 400, 100);
  assert.deepEqual(await listIds('client_whatsapp_business_accounts'), []);
  assert.deepEqual(await listIds('owned_whatsapp_business_accounts'), [agency.wabaId]);
  assert.equal((await rig.graph('GET', `/${rig.bank.wabaId}`)).status, 200);
  await assert.rejects(
    rig.admin('DELETE', sharing().replace(agency.businessId, rig.bank.businessId)),
    /owns_it_already/,
  );
});

test('who changed what stands in the admin log, by the user', async () => {
  const { body } = await rig.graph('POST', `/${rig.bank.wabaId}/phone_numbers`, {
    body: { cc: '1', phone_number: '5550190077', verified_name: 'Branch' },
  });
  const log = (await rig.admin('GET', '/v1/admin-log?limit=100')) as unknown as {
    data: { actor: string; action: string; ids: Record<string, string> }[];
  };
  const entry = log.data.findLast(({ action }) => action === 'phone_number.created');
  assert.deepEqual(
    [entry?.actor, entry?.ids],
    [`system user ${rig.bank.systemUserId}`, { wabaId: rig.bank.wabaId, phoneNumberId: body.id }],
  );
});
