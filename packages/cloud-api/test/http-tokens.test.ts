import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertError, startRig, type Rig } from './http-rig.ts';

interface Described {
  is_valid: boolean;
  app_id?: string;
  expires_at?: number;
  error?: { code: number; subcode?: number };
}

let rig: Rig;
before(async () => {
  rig = await startRig();
});
after(() => rig.stop());

const appToken = () => `${rig.bank.appId}|${rig.bank.appSecret}`;

async function debug(inputToken: string): Promise<Described> {
  const path = `/debug_token?input_token=${encodeURIComponent(inputToken)}`;
  const { status, body } = await rig.graph('GET', path, { token: appToken() });
  assert.equal(status, 200, JSON.stringify(body));
  return (body as unknown as { data: Described }).data;
}

test('me is the user of a token, and the app of an app token, also inside a batch', async () => {
  assert.equal((await rig.graph('GET', '/me')).body.id, rig.bank.systemUserId);
  assert.equal((await rig.graph('GET', '/v25.0/me/', { token: appToken() })).body.id, rig.bank.appId);
  assertError(await rig.graph('GET', '/me', { token: null }), 401, 104);
  assertError(await rig.graph('GET', '/me', { token: 'EAA' }), 401, 190);
  const batch = [{ relative_url: 'me?fields=id' }];
  const answers = (await rig.graph('POST', '/', { body: { batch } })).body as unknown as { body: string }[];
  assert.equal((JSON.parse(answers[0]?.body ?? '{}') as { id: string }).id, rig.bank.systemUserId);
});

test('a code of embedded signup becomes a token that acts on the account, and says when it ends', async () => {
  const { appId, appSecret, wabaId, systemUserId } = rig.bank;
  const scopes = ['whatsapp_business_management'];
  const wanted = { appId, label: 'signup', scopes, wabaIds: [wabaId], tokenLifeSeconds: 5_183_944 };
  const made = await rig.admin('POST', `/v1/system-users/${systemUserId}/oauth-codes`, wanted);
  const query = new URLSearchParams({ client_id: appId, client_secret: appSecret, code: String(made['code']) });
  const exchange = () => rig.graph('GET', `/v25.0/oauth/access_token?${query.toString()}`, { token: null });
  const answer = await exchange();
  const { access_token: token, ...rest } = answer.body as unknown as Record<string, string>;
  assert.deepEqual([answer.status, rest], [200, { token_type: 'bearer', expires_in: 5_183_944 }]);
  assert.equal((await rig.graph('GET', `/${wabaId}`, { token: token ?? '' })).status, 200);
  const again = await exchange();
  assertError(again, 400, 100);
  assert.equal(again.body.error.error_subcode, 36_009);
  assert.ok(rig.logged.every((line) => !line.includes(token ?? '?') && !line.includes(String(made['code']))));
});

test('a token that has expired or was revoked is described as that, with its app', async () => {
  const short = await rig.issueToken({ expiresAtMs: rig.clock.now() + 60_000 });
  assert.equal((await debug(short.token)).is_valid, true);
  const revoked = await rig.issueToken({});
  await rig.admin('DELETE', `/v1/tokens/${revoked.tokenId}`);
  rig.clock.setOffset(rig.clock.offsetMs + 60_000);
  for (const [token, subcode] of [
    [short.token, 463],
    [revoked.token, 467],
  ] as const) {
    const { is_valid: isValid, app_id: appId, error } = await debug(token);
    assert.deepEqual([isValid, appId, error?.subcode], [false, rig.bank.appId, subcode]);
  }
});

test('while the Business Manager is away no token is described and no code exchanged, which is a passing trouble', async () => {
  const query = `grant_type=client_credentials&client_id=${rig.bank.appId}&client_secret=${rig.bank.appSecret}`;
  await rig.graph('GET', '/me', { token: appToken() });
  await rig.stopBusinessManager();
  assertError(await rig.graph('GET', `/oauth/access_token?${query}`, { token: null }), 503, 2);
  assertError(await rig.graph('GET', '/debug_token?input_token=x', { token: appToken() }), 503, 2);
  await rig.startBusinessManager();
  assert.equal((await rig.graph('GET', `/oauth/access_token?${query}`, { token: null })).status, 200);
});
