import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createBusinessSetup, startRig, type BusinessSetup, type Rig } from './rig.ts';

const minuteMs = 60_000;

let rig: Rig;
let bank: BusinessSetup;
let clinic: BusinessSetup;
before(async () => {
  rig = await startRig();
  bank = await createBusinessSetup(rig.admin, 'Bank');
  clinic = await createBusinessSetup(rig.admin, 'Clinic');
});
after(() => rig.stop());

async function makeCode(fields: Record<string, unknown> = {}): Promise<string> {
  const { appId, wabaId, systemUserId } = bank;
  const scopes = ['whatsapp_business_management'];
  const body = { appId, label: 'signup', scopes, wabaIds: [wabaId], ...fields };
  const answer = await rig.admin('POST', `/v1/system-users/${systemUserId}/oauth-codes`, body);
  assert.equal(answer.status, 201, JSON.stringify(answer.body));
  return (answer.body as unknown as { code: string }).code;
}

async function exchange(code: string, { app = bank, redirectUri = null as string | null } = {}) {
  const client = { clientId: app.appId, clientSecret: app.appSecret };
  const { status, body } = await rig.service('POST', '/v1/oauth/exchange', { ...client, code, redirectUri });
  const { accessToken, expiresInSeconds } = body as unknown as { accessToken: string; expiresInSeconds: number | null };
  return { status, reason: body.error?.code, accessToken, expiresInSeconds };
}

test('a code is exchanged for the token that it was made for, once', async () => {
  const code = await makeCode();
  const { status, accessToken, expiresInSeconds } = await exchange(code);
  assert.deepEqual([status, expiresInSeconds], [200, null]);
  const { body } = await rig.service('POST', '/v1/introspect', { token: accessToken, node: bank.wabaId });
  assert.deepEqual([body.active, body.node?.id], [true, bank.wabaId]);
  assert.deepEqual((await exchange(code)).reason, 'code_used');
});

test('two who exchange one code at once get one token', async () => {
  const code = await makeCode();
  const answers = await Promise.all([exchange(code), exchange(code)]);
  assert.deepEqual(answers.map(({ reason }) => reason ?? 'token').sort(), ['code_used', 'token']);
});

test('a code has no use after ten minutes, and the token of one with a life ends with it', async () => {
  const [late, early] = [await makeCode(), await makeCode({ tokenLifeSeconds: 3_600 })];
  rig.clock.nowMs += 10 * minuteMs - 1;
  const { accessToken, expiresInSeconds } = await exchange(early);
  assert.equal(expiresInSeconds, 3_600);
  rig.clock.nowMs += 1;
  assert.equal((await exchange(late)).reason, 'code_expired');
  rig.clock.nowMs += 60 * minuteMs;
  const { body } = await rig.service('POST', '/v1/introspect', { token: accessToken });
  assert.equal(body.active, false);
});

test('a code is none for another app, for a wrong secret, for another redirect URI and when the app has lost the account', async () => {
  const code = await makeCode({ redirectUri: 'https://shop.example/done' });
  assert.equal((await exchange(code, { app: clinic })).reason, 'invalid_code');
  assert.equal((await exchange(code, { app: { ...bank, appSecret: clinic.appSecret } })).reason, 'wrong_client_secret');
  assert.equal((await exchange(code)).reason, 'redirect_uri_differs');
  const grant = `/v1/apps/${bank.appId}/whatsapp-business-accounts/${bank.wabaId}`;
  await rig.admin('DELETE', grant);
  const redirectUri = 'https://shop.example/done';
  assert.equal((await exchange(code, { redirectUri })).reason, 'invalid_code');
  await rig.admin('PUT', grant);
  assert.equal((await exchange(code, { redirectUri })).status, 200);
});

test('no code is made for the app or the account of another business', async () => {
  const body = { label: 'signup', scopes: ['business_management'] };
  const path = `/v1/system-users/${bank.systemUserId}/oauth-codes`;
  const foreignApp = await rig.admin('POST', path, { ...body, appId: clinic.appId, wabaIds: [] });
  assert.equal(foreignApp.body.error.code, 'no_such_app');
  const foreignAccount = await rig.admin('POST', path, { ...body, appId: bank.appId, wabaIds: [clinic.wabaId] });
  assert.equal(foreignAccount.body.error.code, 'no_such_business_account');
});

test('the database holds no code, and forgets one a day after its time', async () => {
  const code = await makeCode();
  const rows = await rig.database.query<{ row: string }>('SELECT oauth_codes::text AS row FROM oauth_codes');
  assert.ok(rows.length > 0);
  assert.ok(rows.every(({ row }) => !row.includes(code) && !row.includes(Buffer.from(code).toString('hex'))));
  rig.clock.nowMs += 24 * 60 * minuteMs + 11 * minuteMs;
  await makeCode();
  assert.equal((await rig.database.query('SELECT FROM oauth_codes')).length, 1);
});

test('a token is described to its app also when it is not live any more, and not to another app', async () => {
  const describe = async (inputToken: string, token = `${bank.appId}|${bank.appSecret}`) =>
    (await rig.service('POST', '/v1/token-description', { token, inputToken })).body as unknown as Record<
      string,
      unknown
    >;
  const { accessToken } = await exchange(await makeCode({ tokenLifeSeconds: 60 }));
  assert.deepEqual((await describe(accessToken))['state'], 'live');
  assert.deepEqual(await describe(clinic.token), { known: false });
  assert.deepEqual(await describe(accessToken, clinic.token), { known: false });
  rig.clock.nowMs += minuteMs;
  const expired = await describe(accessToken);
  assert.deepEqual([expired['state'], expired['appId'], expired['userId']], ['expired', bank.appId, bank.systemUserId]);
  assert.equal(
    (await rig.service('POST', '/v1/token-description', { token: accessToken, inputToken: 'x' })).status,
    403,
  );
});
