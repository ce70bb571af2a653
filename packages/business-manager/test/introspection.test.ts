import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createBusinessSetup, startRig, type Answer, type Body, type BusinessSetup, type Rig } from './rig.ts';

const hourMs = 3_600_000;

let rig: Rig;
let bank: BusinessSetup;
let clinic: BusinessSetup;
let startMs: number;

before(async () => {
  rig = await startRig();
  startMs = rig.clock.nowMs;
  bank = await createBusinessSetup(rig.admin, 'Bank');
  clinic = await createBusinessSetup(rig.admin, 'Clinic');
});
after(() => rig.stop());

async function introspect(token: string, node?: string): Promise<Body> {
  const { status, body } = await rig.service('POST', '/v1/introspect', { token, node });
  assert.equal(status, 200);
  return body;
}

function issue(setup: BusinessSetup, fields: Record<string, unknown> = {}): Promise<Answer> {
  const { appId, wabaId, systemUserId } = setup;
  const body = { appId, label: 'another', scopes: ['whatsapp_business_messaging'], wabaIds: [wabaId], ...fields };
  return rig.admin('POST', `/v1/system-users/${systemUserId}/tokens`, body);
}

function phoneNode(setup: BusinessSetup, name: string) {
  return {
    kind: 'phone_number',
    id: setup.phoneNumberId,
    phoneNumber: setup.phoneNumber,
    verifiedName: `${name} desk`,
    wabaId: setup.wabaId,
    wabaName: `${name} account`,
    businessId: setup.businessId,
    disablesMarketingOnCloudApi: false,
  };
}

test('a live token names its business, app, user and scopes, and the phone number it may act for', async () => {
  assert.deepEqual(await introspect(bank.token, bank.phoneNumberId), {
    active: true,
    kind: 'system_user',
    tokenId: bank.tokenId,
    appId: bank.appId,
    appName: 'Bank app',
    requiresSecretProof: false,
    businessId: bank.businessId,
    userId: bank.systemUserId,
    scopes: ['whatsapp_business_messaging', 'whatsapp_business_management'],
    wabaIds: [bank.wabaId],
    issuedAtMs: startMs,
    expiresAtMs: null,
    node: phoneNode(bank, 'Bank'),
  });
});

test('a node can be an account with its phone numbers, the own app, or nothing', async () => {
  const { node } = await introspect(bank.token, bank.wabaId);
  assert.ok(node);
  const { messageTemplateNamespace, ...account } = node;
  assert.match(messageTemplateNamespace, /^[0-9a-f]{8}(_[0-9a-f]{4}){3}_[0-9a-f]{12}$/);
  assert.deepEqual(account, {
    kind: 'whatsapp_business_account',
    id: bank.wabaId,
    name: 'Bank account',
    currency: 'EUR',
    timezoneId: '42',
    businessId: bank.businessId,
    businessName: 'Bank',
    isShared: false,
    isEnabledForInsights: false,
    disablesMarketingOnCloudApi: false,
    createdAtMs: startMs,
    phoneNumbers: [phoneNode(bank, 'Bank')],
  });
  assert.deepEqual((await introspect(bank.token, bank.appId)).node, {
    kind: 'app',
    id: bank.appId,
    name: 'Bank app',
  });
  assert.equal((await introspect(bank.token)).node, null);
});

test('a node can be the own business, or one of its system users', async () => {
  assert.deepEqual((await introspect(bank.token, bank.businessId)).node, {
    kind: 'business',
    id: bank.businessId,
    name: 'Bank',
    createdAtMs: startMs,
  });
  assert.deepEqual((await introspect(bank.token, bank.systemUserId)).node, {
    kind: 'system_user',
    id: bank.systemUserId,
    name: 'Bank program',
    businessId: bank.businessId,
    businessName: 'Bank',
  });
});

test('an object of another business looks like one that does not exist', async () => {
  const nothing = await introspect(bank.token, '1234567890123456');
  assert.equal(nothing.active, true);
  assert.equal(nothing.node, null);
  const others = [
    clinic.phoneNumberId,
    clinic.wabaId,
    clinic.appId,
    clinic.businessId,
    clinic.systemUserId,
    clinic.tokenId,
  ];
  for (const node of [...others, 'me', '', '\0', "' OR 1=1"])
    assert.deepEqual(await introspect(bank.token, node), nothing);
});

test('an account that was not granted to the token is out of its reach, its phone numbers too', async () => {
  const path = `/v1/businesses/${bank.businessId}/whatsapp-business-accounts`;
  const second = (await rig.admin('POST', path, { name: 'Second' })).body.id;
  const phones = `/v1/whatsapp-business-accounts/${second}/phone-numbers`;
  const phone = (await rig.admin('POST', phones, { phoneNumber: '4930123456', verifiedName: 'Second' })).body.id;
  await rig.admin('PUT', `/v1/apps/${bank.appId}/whatsapp-business-accounts/${second}`);
  assert.equal((await introspect(bank.token, second)).node, null);
  assert.equal((await introspect(bank.token, phone)).node, null);
  const wide = (await issue(bank, { wabaIds: [bank.wabaId, second] })).body.token;
  assert.equal((await introspect(wide, second)).node?.id, second);
  assert.equal((await introspect(wide, phone)).node?.id, phone);
  assert.deepEqual(new Set((await introspect(wide)).wabaIds), new Set([bank.wabaId, second]));
});

test('a token stops reaching an account at once when its app loses it, and reaches it again when granted anew', async () => {
  const grant = `/v1/apps/${clinic.appId}/whatsapp-business-accounts/${clinic.wabaId}`;
  await rig.admin('DELETE', grant);
  assert.equal((await introspect(clinic.token, clinic.phoneNumberId)).node, null);
  assert.deepEqual((await introspect(clinic.token)).wabaIds, []);
  await rig.admin('PUT', grant);
  assert.equal((await introspect(clinic.token, clinic.phoneNumberId)).node?.id, clinic.phoneNumberId);
});

test('the secret to sign with for an account is given only while the app has the account', async () => {
  const find = async ({ appId }: { appId: string }) =>
    (await rig.service('GET', `/v1/whatsapp-business-accounts/${clinic.wabaId}/apps/${appId}/secret`)).body;
  const grant = `/v1/apps/${clinic.appId}/whatsapp-business-accounts/${clinic.wabaId}`;
  assert.deepEqual(await find(clinic), { secret: clinic.appSecret });
  assert.deepEqual(await find(bank), { secret: null });
  await rig.admin('DELETE', grant);
  assert.deepEqual(await find(clinic), { secret: null });
  await rig.admin('PUT', grant);
});

test('what is granted to one app of a business is not granted to its other app', async () => {
  const other = (await rig.admin('POST', `/v1/businesses/${bank.businessId}/apps`, { name: 'Other app' })).body.id;
  const grant = `/v1/apps/${other}/whatsapp-business-accounts/${bank.wabaId}`;
  await rig.admin('PUT', grant);
  const { token } = (await issue(bank, { appId: other })).body;
  await rig.admin('DELETE', grant);
  assert.equal((await introspect(token, bank.wabaId)).node, null);
  assert.equal((await introspect(bank.token, bank.wabaId)).node?.id, bank.wabaId);
});

test('nobody may act for a suspended number until it is active again', async () => {
  const path = `/v1/phone-numbers/${clinic.phoneNumberId}/status`;
  await rig.admin('PUT', path, { status: 'suspended' });
  assert.equal((await introspect(clinic.token, clinic.phoneNumberId)).node, null);
  assert.deepEqual((await introspect(clinic.token, clinic.wabaId)).node?.phoneNumbers, []);
  await rig.admin('PUT', path, { status: 'active' });
  assert.equal((await introspect(clinic.token, clinic.phoneNumberId)).node?.id, clinic.phoneNumberId);
});

test('a token nobody issued is unknown, and text of another form is malformed', async () => {
  assert.deepEqual(await introspect(`EAA${'x'.repeat(43)}`), { active: false, reason: 'unknown' });
  const changed = bank.token.slice(0, -2) + (bank.token.endsWith('AA') ? 'BB' : 'AA');
  assert.deepEqual(await introspect(changed), { active: false, reason: 'unknown' });
  for (const token of [
    '',
    'EAA',
    'hello',
    '|',
    '1|2',
    `${bank.token} `,
    `EAA${'x'.repeat(300)}`,
    '\0',
    'x'.repeat(100_000),
  ])
    assert.deepEqual(await introspect(token, bank.wabaId), { active: false, reason: 'malformed' });
});

test('a revoked token is revoked from the next question on', async () => {
  const { token, id } = (await issue(bank)).body;
  assert.equal((await introspect(token)).active, true);
  const revoked = await rig.admin('DELETE', `/v1/tokens/${id}`);
  assert.equal(revoked.status, 200);
  assert.deepEqual(await introspect(token, bank.wabaId), { active: false, reason: 'revoked' });
  const again = await rig.admin('DELETE', `/v1/tokens/${id}`);
  assert.deepEqual(again, revoked);
  assert.equal((await introspect(bank.token)).active, true);
});

test('a token expires when its time has come, to the millisecond', async () => {
  const expiresAtMs = rig.clock.now() + hourMs;
  const { token } = (await issue(bank, { expiresAtMs })).body;
  assert.equal((await introspect(token)).expiresAtMs, expiresAtMs);
  rig.clock.nowMs = expiresAtMs - 1;
  assert.equal((await introspect(token)).active, true);
  rig.clock.nowMs = expiresAtMs;
  assert.deepEqual(await introspect(token), { active: false, reason: 'expired' });
  assert.equal((await introspect(bank.token)).active, true);
});

test('an app token acts for its own app alone', async () => {
  const appToken = `${bank.appId}|${bank.appSecret}`;
  assert.deepEqual(await introspect(appToken, bank.appId), {
    active: true,
    kind: 'app',
    tokenId: null,
    appId: bank.appId,
    appName: 'Bank app',
    requiresSecretProof: false,
    businessId: bank.businessId,
    userId: null,
    scopes: [],
    wabaIds: [],
    issuedAtMs: startMs,
    expiresAtMs: null,
    node: { kind: 'app', id: bank.appId, name: 'Bank app' },
  });
  for (const node of [bank.phoneNumberId, bank.wabaId, clinic.appId])
    assert.equal((await introspect(appToken, node)).node, null);
});

test('a wrong app secret, the secret of another app and an unknown app are all unknown', async () => {
  const unknown = { active: false, reason: 'unknown' };
  assert.deepEqual(await introspect(`${bank.appId}|${'0'.repeat(32)}`), unknown);
  assert.deepEqual(await introspect(`${bank.appId}|${clinic.appSecret}`), unknown);
  assert.deepEqual(await introspect(`1234567890123456|${bank.appSecret}`), unknown);
  assert.deepEqual(await introspect(`${bank.appId}|${bank.appSecret.slice(1)}`), {
    active: false,
    reason: 'malformed',
  });
});

test('a rotated app secret works at once, and the one before no longer', async () => {
  const { appId, appSecret } = clinic;
  const rotated = await rig.admin('POST', `/v1/apps/${appId}/secret`);
  const { secret } = rotated.body;
  assert.equal(rotated.body.secretVersion, 2);
  assert.match(secret, /^[0-9a-f]{32}$/);
  assert.notEqual(secret, appSecret);
  assert.equal((await introspect(`${appId}|${appSecret}`)).active, false);
  assert.equal((await introspect(`${appId}|${secret}`)).active, true);
  assert.deepEqual((await rig.service('GET', `/v1/apps/${appId}/secret`)).body, { appId, secret });
});

test('a question without a token, or with unknown fields, is refused', async () => {
  for (const body of [{}, { token: 1 }, { token: bank.token, nod: '1' }, '{"token":', '[]'])
    assert.equal((await rig.service('POST', '/v1/introspect', body)).status, 400);
});
