import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { assertError, startRig, type Answer, type Rig } from './http-rig.ts';

let rig: Rig;
let appToken: string;
before(async () => {
  rig = await startRig({ config: { allowHighThroughput: true } });
  appToken = `${rig.bank.appId}|${rig.bank.appSecret}`;
});
after(() => rig.stop());

test('a number is verified by its code and registered with a pin, each step with its errors', async () => {
  const { phoneNumberId, phoneNumber } = rig.bank;
  const post = (edge: string, body: unknown): Promise<Answer> =>
    rig.graph('POST', `/${phoneNumberId}/${edge}`, { body });
  const product = { messaging_product: 'whatsapp' };
  assertError(await post('verify_code', { code: '123456' }), 400, 136025);
  assertError(await post('register', { ...product, pin: '123456' }), 400, 133006);
  assertError(await post('request_code', { language: 'en_US' }), 400, 100);
  assertError(await post('request_code', { code_method: 'pigeon', language: 'en_US' }), 400, 100);

  const query = 'code_method=SMS&language=en_US';
  const requested = await rig.graph('POST', `/v25.0/${phoneNumberId}/request_code?${query}`);
  assert.deepEqual([requested.status, requested.body], [200, { success: true }]);
  const code = rig.codes.get(phoneNumber) ?? '';
  const wrong = code === '000000' ? '000001' : '000000';
  assertError(await post('verify_code', { code: wrong }), 400, 136025);
  assertError(await post('verify_code', { code: 'x' }), 400, 100);
  const dashed = `${code.slice(0, 3)}-${code.slice(3)}`;
  const verified = await rig.graph('POST', `/${phoneNumberId}/verify_code?code=${dashed}`);
  assert.deepEqual([verified.status, verified.body], [200, { success: true, id: phoneNumberId }]);

  for (const pin of ['12345', '1234567', 'abcdef', undefined])
    assertError(await post('register', { ...product, pin }), 400, 100);
  assertError(await post('register', { pin: '123456' }), 400, 100);
  assertError(await post('register', { ...product, pin: '123456', meta_store_retention_minutes: 90 }), 400, 100);
  const registered = await post('register', { ...product, pin: '123456' });
  assert.deepEqual([registered.status, registered.body], [200, { success: true }]);
  assert.equal((await post('register', { ...product, pin: '123456' })).status, 200);
  assertError(await post('register', { ...product, pin: '654321' }), 400, 133005);
});

test('a number shows its default fields, or those that are asked for', async () => {
  const path = `/v25.0/${rig.bank.phoneNumberId}`;
  const { body } = await rig.graph('GET', path);
  const { last_onboarded_time: onboarded, ...others } = body as unknown as Record<string, string>;
  assert.match(String(onboarded), /^\d{4}-\d\d-\d\dT[\d:]{8}\+0000$/);
  assert.deepEqual(others, {
    verified_name: 'Bank desk',
    code_verification_status: 'VERIFIED',
    display_phone_number: `+1 555-${rig.bank.phoneNumber.slice(4, 7)}-${rig.bank.phoneNumber.slice(7)}`,
    quality_rating: 'UNKNOWN',
    platform_type: 'CLOUD_API',
    throughput: { level: 'STANDARD' },
    id: rig.bank.phoneNumberId,
  });
  const some = await rig.graph('GET', `${path}?fields=status,throughput{level},quality_score.limit(1)`);
  assert.deepEqual(some.body, {
    status: 'CONNECTED',
    throughput: { level: 'STANDARD' },
    quality_score: { score: 'UNKNOWN' },
    id: rig.bank.phoneNumberId,
  });
  const wrong = await rig.graph('GET', `${path}?fields=verified_name,xyz`);
  assertError(wrong, 400, 100);
  assert.match(wrong.body.error.message, /nonexisting field \(xyz\) on node type/);
});

test('a number that is not registered says so', async () => {
  const { id } = await rig.addPhoneNumber(rig.bank.wabaId, 'new desk');
  const { body } = await rig.graph('GET', `/${id}?fields=code_verification_status,platform_type,status`);
  assert.deepEqual(body, {
    code_verification_status: 'NOT_VERIFIED',
    platform_type: 'NOT_APPLICABLE',
    status: 'UNVERIFIED',
    id,
  });
});

test('a business account shows its fields', async () => {
  const { body } = await rig.graph('GET', `/${rig.bank.wabaId}`);
  assert.deepEqual(Object.keys(body).sort(), ['id', 'message_template_namespace', 'name', 'timezone_id']);
  const { body: some } = await rig.graph('GET', `/${rig.bank.wabaId}?fields=currency`);
  assert.deepEqual(some, { currency: 'EUR', id: rig.bank.wabaId });
});

test('the numbers of an account come in pages that can be walked both ways', async () => {
  const clinic = await rig.createBusiness('Clinic');
  const ids = [clinic.phoneNumberId];
  for (const name of ['second', 'third', 'fourth', 'fifth']) {
    const { id } = await rig.addPhoneNumber(clinic.wabaId, name);
    ids.push(id);
  }
  const first = `/v25.0/${clinic.wabaId}/phone_numbers?limit=2&fields=id&access_token=${clinic.token}`;
  const seen: string[] = [];
  let page: Answer | null = await rig.graph('GET', first, { token: null });
  assert.equal(page.body.paging.previous, undefined);
  let last = page;
  while (page) {
    seen.push(...page.body.data.map(({ id }) => id));
    last = page;
    const next: string | undefined = page.body.paging.next;
    page = next === undefined ? null : await rig.graph('GET', next.slice(rig.url.length), { token: null });
  }
  assert.deepEqual(seen, ids);
  const back = await rig.graph('GET', last.body.paging.previous?.slice(rig.url.length) ?? '', { token: null });
  assert.deepEqual(
    back.body.data.map(({ id }) => id),
    ids.slice(2, 4),
  );
  const all = await rig.graph('GET', `/${clinic.wabaId}/phone_numbers`, { token: clinic.token });
  assert.equal(all.body.data.length, 5);
  assert.deepEqual(Object.keys(all.body.paging), ['cursors']);
  for (const query of ['limit=0', 'limit=x', 'after=%00', 'before=nonsense'])
    assertError(await rig.graph('GET', `/${clinic.wabaId}/phone_numbers?${query}`, { token: clinic.token }), 400, 100);
});

test('management needs its permission', async () => {
  const { token } = await rig.issueToken({ scopes: ['whatsapp_business_messaging'] });
  const { phoneNumberId, wabaId } = rig.bank;
  for (const path of [`/${phoneNumberId}`, `/${wabaId}`, `/${wabaId}/phone_numbers`, `/${wabaId}/subscribed_apps`])
    assertError(await rig.graph('GET', path, { token }), 403, 200);
  for (const edge of ['request_code', 'verify_code', 'register', 'deregister'])
    assertError(await rig.graph('POST', `/${phoneNumberId}/${edge}`, { token, body: {} }), 403, 200);
});

/** A customer's endpoint: answers the handshake with the challenge, or with something else. */
async function startEndpoint(answer: (challenge: string) => string) {
  const asked: URLSearchParams[] = [];
  const server = createServer((request, response) => {
    const { searchParams } = new URL(request.url ?? '/', 'http://endpoint');
    asked.push(searchParams);
    response.end(answer(searchParams.get('hub.challenge') ?? ''));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhook`;
  return { url, asked, stop: () => server.close() };
}

test('an app is subscribed once its endpoint has proved itself, is listed, and is removed', async () => {
  const endpoint = await startEndpoint((challenge) => challenge);
  const path = `/v25.0/${rig.bank.appId}/subscriptions`;
  const fields = { object: 'whatsapp_business_account', verify_token: 'a token', fields: 'messages' };
  const query = new URLSearchParams({ ...fields, callback_url: endpoint.url }).toString();
  const set = await rig.graph('POST', `${path}?${query}`, { token: appToken });
  assert.deepEqual([set.status, set.body], [200, { success: true }]);
  assert.equal(endpoint.asked[0]?.get('hub.verify_token'), 'a token');
  const listed = await rig.graph('GET', path, { token: appToken });
  const subscription = { object: 'whatsapp_business_account', callback_url: endpoint.url, active: true };
  assert.deepEqual(listed.body.data, [{ ...subscription, fields: [{ name: 'messages', version: 'v25.0' }] }]);
  const phone = await rig.graph('GET', `/${rig.bank.phoneNumberId}?fields=webhook_configuration`);
  assert.deepEqual(phone.body, { webhook_configuration: { application: endpoint.url }, id: rig.bank.phoneNumberId });

  assert.deepEqual((await rig.graph('DELETE', path, { token: appToken })).body, { success: true });
  assert.deepEqual((await rig.graph('GET', path, { token: appToken })).body, { data: [] });
  endpoint.stop();
});

test('an endpoint that does not answer the handshake is refused with code 2200', async () => {
  const endpoint = await startEndpoint(() => 'something else');
  const path = `/${rig.bank.appId}/subscriptions`;
  const body = {
    object: 'whatsapp_business_account',
    callback_url: endpoint.url,
    verify_token: 'x',
    fields: ['messages'],
  };
  assertError(await rig.graph('POST', path, { token: appToken, body }), 400, 2200);
  for (const wrong of [{ object: 'page' }, { callback_url: null }, { verify_token: '' }, { fields: 'Not A Field' }])
    assertError(await rig.graph('POST', path, { token: appToken, body: { ...body, ...wrong } }), 400, 100);
  for (const callback_url of ['ftp://example.com/', 'http://10.0.0.1/', 'nonsense'])
    assertError(await rig.graph('POST', path, { token: appToken, body: { ...body, callback_url } }), 400, 100);
  assert.deepEqual((await rig.graph('GET', path, { token: appToken })).body, { data: [] });
  endpoint.stop();
});

test('subscriptions of an app want the app’s own token', async () => {
  const clinic = await rig.createBusiness('Another clinic');
  assertError(await rig.graph('GET', `/${rig.bank.appId}/subscriptions`), 403, 200);
  const foreign = { token: `${clinic.appId}|${clinic.appSecret}` };
  assertError(await rig.graph('GET', `/${rig.bank.appId}/subscriptions`, foreign), 400, 100);
  assertError(await rig.graph('GET', `/${rig.bank.wabaId}`, { token: appToken }), 400, 100);
});

test('a token’s app is subscribed to an account, listed with its name, and unsubscribed', async () => {
  const path = `/v25.0/${rig.bank.wabaId}/subscribed_apps`;
  const app = { whatsapp_business_api_data: { id: rig.bank.appId, name: 'Bank app', link: '' } };
  for (const _again of [1, 2]) assert.deepEqual((await rig.graph('POST', path)).body, { success: true });
  assert.deepEqual((await rig.graph('GET', path)).body, { data: [app] });
  assert.deepEqual((await rig.graph('DELETE', path)).body, { success: true });
  assert.deepEqual((await rig.graph('GET', path)).body, { data: [] });
});

test('events go to the URL of the number, else of the account, once it has proved itself, and back', async () => {
  const endpoint = await startEndpoint((challenge) => challenge);
  const wrong = await startEndpoint(() => 'something else');
  const { phoneNumberId, wabaId } = rig.bank;
  const ofAccount = `/v25.0/${wabaId}/subscribed_apps`;
  const override = { override_callback_uri: `${endpoint.url}/own`, verify_token: 'x' };
  const configuration = async () =>
    (await rig.graph('GET', `/${phoneNumberId}?fields=webhook_configuration`)).body as unknown;
  assertError(await rig.graph('POST', ofAccount, { body: override }), 400, 100);
  await rig.graph('POST', ofAccount);
  const failing = { override_callback_uri: wrong.url, verify_token: 'x' };
  assertError(await rig.graph('POST', ofAccount, { body: failing }), 400, 2200);
  assertError(await rig.graph('POST', `/${phoneNumberId}`, { body: { webhook_configuration: failing } }), 400, 2200);
  for (const bad of [
    { ...override, override_callback_uri: `https://example.com/${'x'.repeat(200)}` },
    { ...override, override_callback_uri: 'http://10.0.0.1/' },
    { override_callback_uri: override.override_callback_uri },
  ])
    assertError(await rig.graph('POST', ofAccount, { body: bad }), 400, 100);
  assert.deepEqual((await rig.graph('POST', ofAccount, { body: override })).body, { success: true });
  const number = { webhook_configuration: { ...override, override_callback_uri: `${endpoint.url}/number` } };
  assert.deepEqual((await rig.graph('POST', `/${phoneNumberId}`, { body: number })).body, { success: true });
  assert.deepEqual(await configuration(), {
    webhook_configuration: { phone_number: `${endpoint.url}/number`, whatsapp_business_account: `${endpoint.url}/own` },
    id: phoneNumberId,
  });
  const [app] = (await rig.graph('GET', ofAccount)).body.data as unknown as { override_callback_uri: string }[];
  assert.equal(app?.override_callback_uri, `${endpoint.url}/own`);
  await rig.graph('POST', `/${phoneNumberId}`, { body: { webhook_configuration: { override_callback_uri: '' } } });
  await rig.graph('POST', ofAccount);
  assert.deepEqual(await configuration(), { id: phoneNumberId });
  assertError(await rig.graph('POST', `/${phoneNumberId}`, { body: {} }), 400, 100);
  await rig.graph('DELETE', ofAccount);
  endpoint.stop();
  wrong.stop();
});

test('an app reads the log of what was sent to it page by page, and asks for what failed', async () => {
  const path = `/${rig.bank.appId}/webhook_deliveries`;
  const read = (query = '') => rig.graph('GET', `${path}${query}`, { token: appToken });
  const ask = (body: object) => rig.graph('POST', path, { token: appToken, body });
  assert.deepEqual((await read()).body, { data: [] });
  const { phoneNumberId, wabaId, appId } = rig.bank;
  const nowMs = rig.clock.now();
  const events = JSON.stringify([{ kind: 'read', message_id: 'AB', accepted_s: 1, happened_at_ms: 2_000 }]);
  await rig.db.execute(
    `INSERT INTO webhook_deliveries (owner_id, app_id, waba_id, state, callback_url, events, event_count, body_bytes,
       attempts, first_attempt_at_ms, last_attempt_at_ms, duration_ms, failure, expires_at_ms)
     SELECT $1, app, $2, CASE n WHEN 3 THEN 'failed' ELSE 'delivered' END, 'https://example.com/', $3::jsonb, 1, 9, 4, $4::bigint, $4::bigint, 7,
       'timeout', $4::bigint + 60000 FROM generate_series(1, 3) n, unnest(ARRAY[$5, '1234567890123456']) app`,
    [phoneNumberId, wabaId, events, nowMs, appId],
  );
  const at = Math.floor(nowMs / 1000);
  const [failed] = (await read('?status=failed')).body.data;
  assert.deepEqual(failed, {
    id: failed?.id,
    whatsapp_business_account: wabaId,
    phone_number: phoneNumberId,
    status: 'failed',
    callback_url: 'https://example.com/',
    attempts: 4,
    first_attempt_at: at,
    last_attempt_at: at,
    duration_ms: 7,
    failure: 'timeout',
    bytes: 9,
    event_count: 1,
    events: [{ field: 'messages', type: 'read', message: 'AB', timestamp: 2 }],
  });
  const first = await read('?limit=2');
  assert.equal(first.body.data.length, 2);
  const rest = await read(`?limit=2&after=${first.body.paging.cursors.after}`);
  assert.deepEqual([rest.body.data.length, rest.body.paging.next], [1, undefined]);
  const back = await read(`?limit=1&before=${rest.body.paging.cursors.before}`);
  assert.deepEqual(back.body.data, first.body.data.slice(1));
  const { previous, next } = back.body.paging;
  assert.deepEqual([typeof previous, typeof next], ['string', 'string']);
  const begin = await read(`?limit=9&before=${back.body.paging.cursors.before}`);
  assert.deepEqual([begin.body.data, begin.body.paging.previous], [first.body.data.slice(0, 1), undefined]);
  assert.deepEqual((await read(`?phone_number=${wabaId}`)).body.data, []);
  assert.deepEqual((await read(`?since=${at + 60}`)).body.data, []);
  assert.deepEqual((await ask({ status: 'failed' })).body, { success: true, deliveries: 1, has_more: false });
  const [queued] = await rig.db.query('SELECT owner_id, kind, message_id FROM webhook_events WHERE app_id = $1', [
    appId,
  ]);
  assert.deepEqual(queued, { owner_id: phoneNumberId, kind: 'read', message_id: 'AB' });
  for (const wrong of [{}, { status: 'delivered' }, { delivery_id: 'x' }, { delivery_id: 999_999 }])
    assertError(await ask(wrong), 400, 100);
  assertError(await read('?status=lost'), 400, 100);
  assertError(await rig.graph('GET', path), 403, 200);
});

test('a pin set anew and settings that are changed are told; the pin is written down as changed', async () => {
  const { phoneNumberId, phoneNumber, appId, wabaId } = rig.bank;
  const endpoint = await startEndpoint((challenge) => challenge);
  const query = new URLSearchParams({ object: 'whatsapp_business_account', verify_token: 'x' });
  query.set('fields', 'security,account_settings_update,phone_number_quality_update');
  query.set('callback_url', endpoint.url);
  await rig.graph('POST', `/${appId}/subscriptions?${query.toString()}`, { token: appToken });
  await rig.graph('POST', `/${wabaId}/subscribed_apps`);
  assertError(await rig.graph('POST', `/${phoneNumberId}`, { body: { pin: '12345' } }), 400, 100);
  const set = await rig.graph('POST', `/${phoneNumberId}`, { body: { pin: '654321' } });
  assert.deepEqual([set.status, set.body], [200, { success: true }]);
  const register = (pin: string) =>
    rig.graph('POST', `/${phoneNumberId}/register`, { body: { messaging_product: 'whatsapp', pin } });
  assertError(await register('123456'), 400, 133005);
  assert.equal((await register('654321')).status, 200);
  const [told] = await rig.db.query("SELECT owner_id, value FROM webhook_events WHERE field = 'security'");
  assert.deepEqual(told, {
    owner_id: wabaId,
    value: { display_phone_number: phoneNumber, event: 'PIN_CHANGED' },
  });
  const kept = await rig.db.query(`SELECT FROM audit_entries WHERE details->>'setting' = 'two_step_pin'`);
  assert.equal(kept.length, 1);
  const body = { throughput: { level: 'HIGH' } };
  const changed = await rig.graph('POST', `/${phoneNumberId}/settings`, { body });
  assert.deepEqual(changed.body, { success: true });
  const events = await rig.db.query<{ owner_id: string; field: string; value: Record<string, unknown> }>(
    "SELECT owner_id, field, value FROM webhook_events WHERE kind = 'account' AND field <> 'security' ORDER BY event_id",
  );
  assert.deepEqual(
    events.map(({ owner_id: owner, field }) => [owner, field]),
    [
      [phoneNumberId, 'account_settings_update'],
      [wabaId, 'phone_number_quality_update'],
    ],
  );
  assert.deepEqual(events[0]?.value['phone_number_settings'], { phone_number_id: phoneNumberId, ...body });
  endpoint.stop();
});
