import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertError, startRig, type Answer, type Rig } from './http-rig.ts';
import { encodeParts, multipartType } from './media-rig.ts';

let rig: Rig;
before(async () => {
  rig = await startRig();
  await rig.register(rig.bank);
});
after(() => rig.stop());

const formType = 'application/x-www-form-urlencoded';

/** The same parameters in every place that they can come in, each as that place writes them. */
async function everywhere(
  path: string,
  values: Readonly<Record<string, unknown>>,
  check: (answer: Answer, way: string) => void,
): Promise<void> {
  const texts = Object.entries(values).map(([name, value]): [string, string] => [
    name,
    typeof value === 'string' ? value : JSON.stringify(value),
  ]);
  const form = new URLSearchParams(texts).toString();
  const parts = encodeParts(texts.map(([name, value]) => ({ name, value }))).toString();
  const ways: [string, () => Promise<Answer>][] = [
    ['query', () => rig.graph('POST', `${path}?${form}`)],
    ['JSON', () => rig.graph('POST', path, { body: values })],
    ['form', () => rig.graph('POST', path, { headers: { 'content-type': formType }, body: form })],
    ['multipart', () => rig.graph('POST', path, { headers: { 'content-type': multipartType }, body: parts })],
  ];
  for (const [way, ask] of ways) check(await ask(), way);
}

test('a message may be sent by query, JSON, form and form in several parts', async () => {
  const values = { messaging_product: 'whatsapp', to: '16505551234', type: 'text', text: { body: 'Hello' } };
  await everywhere(`/${rig.bank.phoneNumberId}/messages`, values, ({ body }, way) =>
    assert.match(body.messages?.[0].id ?? JSON.stringify(body), /^wamid\./, way),
  );
});

test('a part of a form without a name, or without anything, is passed over', async () => {
  const { wabaId } = rig.bank;
  const boundary = '--a-boundary-of-the-test\r\n';
  const heads = ['content-disposition: form-data\r\n', 'content-disposition: form-data; name=""\r\n', 'x: y\r\n', ''];
  const parts = heads.map((head) => `${boundary}${head}\r\nvalue\r\n`);
  const headers = { 'content-type': multipartType };
  const body = `${parts.join('')}${encodeParts([{ name: 'method', value: 'get' }]).toString()}`;
  assert.equal((await rig.graph('POST', `/${wabaId}`, { headers, body })).body.id, wabaId);
});

test('an explicit null is as if it were not there, in JSON', async () => {
  const body = {
    messaging_product: 'whatsapp',
    recipient_type: null,
    context: null,
    biz_opaque_callback_data: null,
    to: '16505551234',
    type: 'text',
    text: { body: 'Hello', preview_url: null },
  };
  assert.equal((await rig.graph('POST', `/${rig.bank.phoneNumberId}/messages`, { body })).status, 200);
});

test('a flag may be written in many ways', async () => {
  const path = `/${rig.bank.phoneNumberId}/settings`;
  for (const enabled of [true, 'true', 'TRUE', 1, '1']) {
    const body = { user_identity_change: { enable_identity_key_check: enabled } };
    assert.deepEqual((await rig.graph('POST', path, { body })).body, { success: true }, String(enabled));
  }
  const body = { user_identity_change: { enable_identity_key_check: 'perhaps' } };
  assertError(await rig.graph('POST', path, { body }), 400, 100);
});

test('a form may write lists and objects with brackets', async () => {
  const { phoneNumberId, wabaId } = rig.bank;
  const headers = { 'content-type': formType };
  const body = 'messaging_product=whatsapp&to=16505551234&text[body]=Hello&text%5Bpreview_url%5D=false';
  assert.equal((await rig.graph('POST', `/${phoneNumberId}/messages`, { headers, body })).status, 200);
  const answer = await rig.graph('GET', `/${wabaId}?fields[]=name&fields[]=currency`);
  assert.deepEqual(Object.keys(answer.body).toSorted(), ['currency', 'id', 'name']);
});

test('the method may stand in the parameters, wherever they are', async () => {
  const { wabaId } = rig.bank;
  const path = `/${wabaId}/subscribed_apps`;
  const list = (await rig.graph('GET', path)).body;
  await everywhere(path, { method: 'get' }, ({ body }, way) => assert.deepEqual(body, list, way));
  await everywhere(`/${wabaId}`, { method: 'GET', fields: 'id' }, ({ body }, way) =>
    assert.deepEqual(body, { id: wabaId }, way),
  );
  assert.deepEqual((await rig.graph('GET', `${path}?method=post`)).body, { success: true });
  assert.equal((await rig.graph('GET', path)).body.data.length, 1);
  await everywhere(path, { method: 'delete' }, ({ status }, way) => assert.equal(status, 200, way));
  assert.equal((await rig.graph('GET', path)).body.data.length, 0);
});

test('a method that there is not is refused, and HEAD changes nothing', async () => {
  const path = `/${rig.bank.wabaId}/subscribed_apps`;
  assertError(await rig.graph('POST', `${path}?method=put`), 400, 100);
  const headers = { authorization: `Bearer ${rig.bank.token}` };
  const head = await fetch(`${rig.url}${path}?method=post`, { method: 'HEAD', headers });
  assert.deepEqual([head.status, await head.text()], [200, '']);
  assert.match(head.headers.get('content-type') ?? '', /^application\/json/);
  assert.equal((await rig.graph('GET', path)).body.data.length, 0);
});

test('a browser is told that a page of elsewhere may call, whatever the path', async () => {
  for (const path of ['/', '/v25.0', `/v25.0/${rig.bank.phoneNumberId}/messages`, '/v25.0/1/2/3']) {
    const response = await fetch(rig.url + path, { method: 'OPTIONS' });
    assert.deepEqual([response.status, await response.text()], [204, ''], path);
    assert.equal(response.headers.get('access-control-allow-origin'), '*');
    assert.match(response.headers.get('access-control-allow-headers') ?? '', /Authorization/);
    assert.match(response.headers.get('access-control-allow-methods') ?? '', /POST/);
  }
});

test('who has an answer already is told that it is the same', async () => {
  const path = `/${rig.bank.wabaId}?fields=name`;
  const tag = (await rig.graph('GET', path)).headers.get('etag') ?? '';
  assert.match(tag, /^"[0-9a-f]{40}"$/);
  const ask = async (known: string) => {
    const headers = { authorization: `Bearer ${rig.bank.token}`, 'if-none-match': known };
    const response = await fetch(rig.url + path, { headers });
    return [response.status, (await response.text()).length > 0];
  };
  assert.deepEqual(await ask(tag), [304, false]);
  assert.deepEqual(await ask(`"another", W/${tag}`), [304, false]);
  assert.deepEqual(await ask('"another"'), [200, true]);
});
