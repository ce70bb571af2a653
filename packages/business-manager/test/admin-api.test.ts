import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { limits } from '@postern/protocol';
import {
  adminToken,
  caller,
  createBusinessSetup,
  serviceToken,
  startRig,
  type BusinessSetup,
  type Rig,
} from './rig.ts';

const unknownId = '1234567890123456';

let rig: Rig;
let bank: BusinessSetup;
let clinic: BusinessSetup;

before(async () => {
  rig = await startRig();
  bank = await createBusinessSetup(rig.admin, 'Bank');
  clinic = await createBusinessSetup(rig.admin, 'Clinic');
});
after(() => rig.stop());

async function expectError(method: string, path: string, body: unknown, expected: { status: number; code: string }) {
  const answer = await rig.admin(method, path, body);
  const seen = { status: answer.status, code: answer.body.error?.code };
  assert.deepEqual(seen, expected, `${method} ${path} ${JSON.stringify(body)}`);
  assert.equal(typeof answer.body.error.message, 'string');
}

const badRequest = { status: 400, code: 'bad_request' };

function tokenBody(setup: BusinessSetup, fields: Record<string, unknown> = {}) {
  return {
    appId: setup.appId,
    label: 'another',
    scopes: ['whatsapp_business_messaging'],
    wabaIds: [setup.wabaId],
    ...fields,
  };
}

/** Every path of the admin API. */
function adminPaths(setup: BusinessSetup): (readonly [string, string, unknown?])[] {
  const name = { name: 'Name' };
  const { businessId, appId, wabaId, systemUserId, tokenId, phoneNumberId } = setup;
  return [
    ['POST', '/v1/businesses', name],
    ['GET', '/v1/businesses'],
    ['POST', `/v1/businesses/${businessId}/apps`, name],
    ['GET', `/v1/businesses/${businessId}/apps`],
    ['POST', `/v1/businesses/${businessId}/whatsapp-business-accounts`, name],
    ['GET', `/v1/businesses/${businessId}/whatsapp-business-accounts`],
    ['POST', `/v1/businesses/${businessId}/system-users`, name],
    ['GET', `/v1/businesses/${businessId}/system-users`],
    ['POST', `/v1/whatsapp-business-accounts/${wabaId}/phone-numbers`, { phoneNumber: '4930', verifiedName: 'Name' }],
    ['GET', `/v1/whatsapp-business-accounts/${wabaId}/phone-numbers`],
    ['PUT', `/v1/phone-numbers/${phoneNumberId}/status`, { status: 'active' }],
    ['PUT', `/v1/apps/${appId}/whatsapp-business-accounts/${wabaId}`],
    ['DELETE', `/v1/apps/${appId}/whatsapp-business-accounts/${wabaId}`],
    ['GET', `/v1/apps/${appId}/whatsapp-business-accounts`],
    ['POST', `/v1/apps/${appId}/secret`],
    ['POST', `/v1/system-users/${systemUserId}/tokens`, tokenBody(setup)],
    ['GET', `/v1/system-users/${systemUserId}/tokens`],
    ['DELETE', `/v1/tokens/${tokenId}`],
    ['GET', '/v1/admin-log'],
  ];
}

test('every object has a Graph id of 16 digits that a double holds exactly', () => {
  const { businessId, appId, wabaId, phoneNumberId, systemUserId, tokenId } = bank;
  const ids = [businessId, appId, wabaId, phoneNumberId, systemUserId, tokenId];
  assert.equal(new Set(ids).size, ids.length);
  for (const id of ids) {
    assert.match(id, /^[1-9][0-9]{15}$/);
    assert.ok(Number.isSafeInteger(Number(id)));
  }
});

test('what was created is listed, and a listed token is without its secret', async () => {
  const list = async (path: string) => (await rig.admin('GET', path)).body.data;
  const { businessId, appId, wabaId, systemUserId, tokenId, phoneNumberId } = bank;
  const names = (await list('/v1/businesses')).map((each) => each.name);
  assert.ok(names.includes('Bank') && names.includes('Clinic'), names.join());
  const [app] = await list(`/v1/businesses/${businessId}/apps`);
  assert.deepEqual([app?.id, app?.secretVersion, app?.secret], [appId, 1, undefined]);
  const [account] = await list(`/v1/businesses/${businessId}/whatsapp-business-accounts`);
  assert.deepEqual([account?.id, account?.currency, account?.timezoneId], [wabaId, 'EUR', '42']);
  const [phone] = await list(`/v1/whatsapp-business-accounts/${wabaId}/phone-numbers`);
  assert.deepEqual([phone?.id, phone?.phoneNumber, phone?.status], [phoneNumberId, bank.phoneNumber, 'active']);
  assert.deepEqual(await list(`/v1/apps/${appId}/whatsapp-business-accounts`), [{ id: wabaId, name: 'Bank account' }]);
  const users = await list(`/v1/businesses/${businessId}/system-users`);
  assert.deepEqual(
    users.map((each) => each.id),
    [systemUserId],
  );
  const [token] = await list(`/v1/system-users/${systemUserId}/tokens`);
  assert.deepEqual(token, {
    id: tokenId,
    label: 'first token',
    systemUserId,
    appId,
    scopes: ['whatsapp_business_messaging', 'whatsapp_business_management'],
    wabaIds: [wabaId],
    issuedAtMs: rig.clock.nowMs,
    expiresAtMs: null,
    revokedAtMs: null,
  });
});

test('a long list is read page by page in the order of creation, nothing twice and nothing left out', async () => {
  const business = (await rig.admin('POST', '/v1/businesses', { name: 'Many' })).body.id;
  const path = `/v1/businesses/${business}/system-users`;
  const names = Array.from({ length: 7 }, (_, index) => `user ${index}`);
  for (const name of names) {
    rig.clock.nowMs += 1;
    assert.equal((await rig.admin('POST', path, { name })).status, 201);
  }
  const seen: string[] = [];
  let next: string | null = '';
  for (let pages = 0; next !== null && pages < 10; pages += 1) {
    const { body } = await rig.admin('GET', `${path}?limit=3${next && `&after=${next}`}`);
    assert.ok(body.data.length <= 3);
    seen.push(...body.data.map((each) => each.name));
    next = body.next;
  }
  assert.deepEqual(seen, names);
  for (const query of ['limit=0', 'limit=101', 'limit=x', 'after=x', 'unknown=1'])
    await expectError('GET', `${path}?${query}`, undefined, badRequest);
});

test('a wrong token, the service token and no token open no path of the admin API', async () => {
  for (const [method, path, body] of adminPaths(bank)) {
    for (const token of ['wrong', serviceToken, '', `${adminToken}x`, bank.token]) {
      const answer = await caller(rig.url, token)(method, path, body);
      assert.equal(answer.status, 401, `${method} ${path}`);
      assert.equal(answer.body.error.code, 'not_authenticated');
    }
    assert.equal((await fetch(rig.url + path, { method })).status, 401);
  }
});

test('the admin token opens no path of the service API', async () => {
  const paths = [
    ['POST', '/v1/introspect', { token: bank.token }],
    ['GET', `/v1/apps/${bank.appId}/secret`],
    ['GET', `/v1/phone-numbers/${bank.phoneNumberId}`],
    ['GET', `/v1/whatsapp-business-accounts/${bank.wabaId}/apps`],
    ['GET', `/v1/whatsapp-business-accounts/${bank.wabaId}/apps/${bank.appId}/secret`],
  ] as const;
  for (const [method, path, body] of paths) {
    assert.equal((await rig.admin(method, path, body)).status, 401, path);
    assert.equal((await rig.service(method, path, body)).status, 200, path);
  }
});

test('malformed JSON, missing, unknown, empty and overlong fields are refused', async () => {
  const businesses = '/v1/businesses';
  const longest = 'x'.repeat(limits.maxNameCharacters);
  assert.equal((await rig.admin('POST', businesses, { name: longest })).status, 201);
  const wrong = ['{"name":', 'null', '', {}, [], { name: '' }, { name: '  ' }, { name: `${longest}x` }, { name: 7 }];
  for (const body of [...wrong, { name: 'a\0b' }, { name: 'a\nb' }, { name: 'a', extra: 1 }])
    await expectError('POST', businesses, body, badRequest);
  const accounts = `/v1/businesses/${bank.businessId}/whatsapp-business-accounts`;
  for (const fields of [{ currency: 'euro' }, { timezoneId: 'UTC' }])
    await expectError('POST', accounts, { name: 'Name', ...fields }, badRequest);
  const phones = `/v1/whatsapp-business-accounts/${bank.wabaId}/phone-numbers`;
  for (const phoneNumber of ['', '12', '0123456789', '1234567890123456', '+49 30 x', '1'.repeat(40)])
    await expectError('POST', phones, { phoneNumber, verifiedName: 'Name' }, badRequest);
  await expectError('PUT', `/v1/phone-numbers/${bank.phoneNumberId}/status`, { status: 'gone' }, badRequest);
  await expectError('GET', '/v1/businesses/12/apps', undefined, badRequest);
});

test('a body over the limit is refused', async () => {
  const answer = await rig.admin('POST', '/v1/businesses', { name: 'x'.repeat(limits.maxRequestBodyBytes) });
  assert.equal(answer.status, 413);
});

test('an unknown id, or an id of another kind, is not found', async () => {
  const name = { name: 'Name' };
  const phone = { phoneNumber: '4930123499', verifiedName: 'Name' };
  for (const id of [unknownId, bank.appId]) {
    for (const edge of ['apps', 'whatsapp-business-accounts', 'system-users']) {
      await expectError('POST', `/v1/businesses/${id}/${edge}`, name, { status: 404, code: 'no_such_business' });
      await expectError('GET', `/v1/businesses/${id}/${edge}`, undefined, { status: 404, code: 'no_such_business' });
    }
    const phones = `/v1/whatsapp-business-accounts/${id}/phone-numbers`;
    await expectError('POST', phones, phone, { status: 404, code: 'no_such_business_account' });
    await expectError('GET', phones, undefined, { status: 404, code: 'no_such_business_account' });
    const tokens = `/v1/system-users/${id}/tokens`;
    await expectError('POST', tokens, tokenBody(bank), { status: 404, code: 'no_such_system_user' });
    await expectError('GET', tokens, undefined, { status: 404, code: 'no_such_system_user' });
    await expectError('DELETE', `/v1/tokens/${id}`, undefined, { status: 404, code: 'no_such_token' });
    const status = `/v1/phone-numbers/${id}/status`;
    await expectError('PUT', status, { status: 'active' }, { status: 404, code: 'no_such_phone_number' });
  }
  await expectError('POST', `/v1/apps/${unknownId}/secret`, undefined, { status: 404, code: 'no_such_app' });
  const accounts = `/v1/apps/${unknownId}/whatsapp-business-accounts`;
  await expectError('GET', accounts, undefined, { status: 404, code: 'no_such_app' });
  await expectError('PUT', `${accounts}/${bank.wabaId}`, undefined, { status: 404, code: 'no_such_app' });
  await expectError('DELETE', `${accounts}/${bank.wabaId}`, undefined, { status: 404, code: 'no_such_app' });
  for (const path of [
    `apps/${unknownId}/secret`,
    `phone-numbers/${unknownId}`,
    `whatsapp-business-accounts/${unknownId}/apps`,
  ])
    assert.equal((await rig.service('GET', `/v1/${path}`)).status, 404);
});

test('a phone number belongs to one account, however it is written and however many ask at once', async () => {
  const taken = { status: 409, code: 'phone_number_taken' };
  const path = (setup: BusinessSetup) => `/v1/whatsapp-business-accounts/${setup.wabaId}/phone-numbers`;
  for (const setup of [bank, clinic])
    await expectError('POST', path(setup), { phoneNumber: bank.phoneNumber, verifiedName: 'Again' }, taken);
  const spelled = `+1 (555) ${bank.phoneNumber.slice(4, 7)}-${bank.phoneNumber.slice(7)}`;
  await expectError('POST', path(clinic), { phoneNumber: spelled, verifiedName: 'Again' }, taken);
  const body = { phoneNumber: '4930999888', verifiedName: 'Race' };
  const race = await Promise.all([bank, clinic, bank, clinic].map((setup) => rig.admin('POST', path(setup), body)));
  assert.deepEqual(
    race.map(({ status }) => status).toSorted((one, other) => one - other),
    [201, 409, 409, 409],
  );
});

test('no token and no grant joins objects of two businesses', async () => {
  const tokens = `/v1/system-users/${bank.systemUserId}/tokens`;
  const noApp = { status: 404, code: 'no_such_app' };
  const noAccount = { status: 404, code: 'no_such_business_account' };
  await expectError('POST', tokens, tokenBody(bank, { appId: clinic.appId }), noApp);
  await expectError('POST', tokens, tokenBody(bank, { wabaIds: [clinic.wabaId] }), noAccount);
  await expectError('POST', tokens, tokenBody(bank, { wabaIds: [bank.wabaId, unknownId] }), noAccount);
  const grants = `/v1/apps/${bank.appId}/whatsapp-business-accounts`;
  await expectError('PUT', `${grants}/${clinic.wabaId}`, undefined, noAccount);
  await expectError('PUT', `${grants}/${unknownId}`, undefined, noAccount);
  const joined = rig.database.query(
    'INSERT INTO app_grants (waba_id, app_id, business_id, created_at_ms) VALUES ($1, $2, $3, 0)',
    [clinic.wabaId, bank.appId, bank.businessId],
  );
  await assert.rejects(joined, /foreign key/);
});

test('a token needs accounts that its app has, scopes that exist, and an expiry to come', async () => {
  const tokens = `/v1/system-users/${bank.systemUserId}/tokens`;
  const path = `/v1/businesses/${bank.businessId}/whatsapp-business-accounts`;
  const other = (await rig.admin('POST', path, { name: 'Not granted' })).body.id;
  await expectError('POST', tokens, tokenBody(bank, { wabaIds: [other] }), { status: 409, code: 'app_not_granted' });
  const past = { expiresAtMs: rig.clock.now() - 1 };
  await expectError('POST', tokens, tokenBody(bank, past), { status: 400, code: 'expiry_in_the_past' });
  for (const scopes of [[], ['everything'], ['business_management', 'business_management']])
    await expectError('POST', tokens, tokenBody(bank, { scopes }), badRequest);
  for (const fields of [{ label: '' }, { wabaIds: [bank.wabaId, bank.wabaId] }, { expiresAtMs: 1.5 }])
    await expectError('POST', tokens, tokenBody(bank, fields), badRequest);
});

test('a phone number is told with its account, its business and its apps', async () => {
  const { body } = await rig.service('GET', `/v1/phone-numbers/${clinic.phoneNumberId}`);
  assert.equal(body.phoneNumber, clinic.phoneNumber);
  assert.equal(body.verifiedName, 'Clinic desk');
  assert.equal(body.status, 'active');
  assert.equal(body.whatsappBusinessAccount.id, clinic.wabaId);
  assert.equal(body.business.name, 'Clinic');
  assert.deepEqual(body.apps, [{ id: clinic.appId, name: 'Clinic app' }]);
  const apps = await rig.service('GET', `/v1/whatsapp-business-accounts/${clinic.wabaId}/apps`);
  assert.deepEqual(apps.body, { data: [{ id: clinic.appId, name: 'Clinic app' }] });
});

test('an account has a bounded number of phone numbers and of apps', async () => {
  const business = (await rig.admin('POST', '/v1/businesses', { name: 'Full' })).body.id;
  const accounts = `/v1/businesses/${business}/whatsapp-business-accounts`;
  const account = (await rig.admin('POST', accounts, { name: 'Full' })).body.id;
  const fill = (sql: string, count: number) => rig.database.execute(sql, [account, business, count]);
  await fill(
    `WITH ids AS (INSERT INTO graph_ids SELECT (5e15 + n)::bigint::text FROM generate_series(1, $3::int) n RETURNING id)
     INSERT INTO phone_numbers SELECT id, $1, '99' || right(id, 9), $2, 'active', 0 FROM ids`,
    limits.maxPhoneNumbersPerBusinessAccount,
  );
  const phones = `/v1/whatsapp-business-accounts/${account}/phone-numbers`;
  const phone = { phoneNumber: '4930777666', verifiedName: 'One more' };
  await expectError('POST', phones, phone, { status: 409, code: 'too_many_phone_numbers' });
  await fill(
    `WITH ids AS (INSERT INTO graph_ids SELECT (6e15 + n)::bigint::text FROM generate_series(1, $3::int) n RETURNING id),
       made AS (INSERT INTO apps SELECT id, $2, 'app', 1, 0, 0 FROM ids RETURNING id)
     INSERT INTO app_grants SELECT $1, id, $2, 0 FROM made`,
    limits.maxAppsPerBusinessAccount,
  );
  const app = (await rig.admin('POST', `/v1/businesses/${business}/apps`, { name: 'One more' })).body.id;
  const grant = `/v1/apps/${app}/whatsapp-business-accounts/${account}`;
  await expectError('PUT', grant, undefined, { status: 409, code: 'too_many_apps' });
  assert.deepEqual((await rig.admin('GET', `/v1/apps/${app}/whatsapp-business-accounts`)).body.data, []);
});
