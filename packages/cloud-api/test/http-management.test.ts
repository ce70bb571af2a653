import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { assertError, startRig, type Answer, type Rig } from './http-rig.ts';

let rig: Rig;
let appToken: string;
before(async () => {
  rig = await startRig();
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
  assertError(await post('register', { ...product, pin: '123456', meta_store_retention_minutes: 60 }), 400, 100);
  const registered = await post('register', { ...product, pin: '123456' });
  assert.deepEqual([registered.status, registered.body], [200, { success: true }]);
  assert.equal((await post('register', { ...product, pin: '123456' })).status, 200);
  assertError(await post('register', { ...product, pin: '654321' }), 400, 133005);
});

test('a number shows its default fields, or those that are asked for', async () => {
  const path = `/v25.0/${rig.bank.phoneNumberId}`;
  const { body } = await rig.graph('GET', path);
  assert.deepEqual(body, {
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
  assert.deepEqual(listed.body.data, [{ ...subscription, fields: [{ name: 'messages', version: 'v26.0' }] }]);
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
  assertError(await rig.graph('POST', path, { body: { override_callback_uri: 'https://example.com' } }), 400, 100);
  assert.deepEqual((await rig.graph('DELETE', path)).body, { success: true });
  assert.deepEqual((await rig.graph('GET', path)).body, { data: [] });
});
