import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { after, before, test } from 'node:test';
import { assertError, startRig, type Answer, type Business, type Rig } from './http-rig.ts';

let rig: Rig;
let clinic: Business;
before(async () => {
  rig = await startRig();
  clinic = await rig.createBusiness('Clinic');
});
after(() => rig.stop());

/** What stays the same when two requests get the same answer. */
function shapeOf({ status, body: { error } }: Answer, node: string): unknown[] {
  return [status, error.code, error.error_subcode, error.type, error.message.replace(node, '…'), error.error_data];
}

test('a path may have a version or none, a small or large v, and more slashes than it needs', async () => {
  const { wabaId } = rig.bank;
  for (const path of [
    `/${wabaId}`,
    `/v25.0/${wabaId}`,
    `/V17.0/${wabaId}/`,
    `//v25.0//${wabaId}//`,
    `/v25.0/${wabaId}?unknown_parameter=1`,
  ]) {
    const answer = await rig.graph('GET', path);
    assert.deepEqual([answer.status, answer.body.id], [200, wabaId], path);
  }
});

test('an answer carries the headers of the Graph, and the version that was asked for', async () => {
  const { headers } = await rig.graph('GET', `/v19.0/${rig.bank.wabaId}`);
  assert.equal(headers.get('content-type'), 'application/json; charset=UTF-8');
  assert.equal(headers.get('facebook-api-version'), 'v19.0');
  assert.equal(headers.get('access-control-allow-origin'), '*');
  assert.match(headers.get('cache-control') ?? '', /no-store/);
  assert.match(headers.get('x-fb-trace-id') ?? '', /^A[\w-]+$/);
});

test('a token may come as Bearer, as OAuth, or as a parameter', async () => {
  const { wabaId, token } = rig.bank;
  const ways: [string, Record<string, string>][] = [
    [`/${wabaId}`, { authorization: `bearer ${token}` }],
    [`/${wabaId}`, { authorization: `OAuth ${token}` }],
    [`/${wabaId}?access_token=${encodeURIComponent(token)}`, {}],
  ];
  for (const [path, headers] of ways)
    assert.equal((await rig.graph('GET', path, { token: null, headers })).status, 200);
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  const body = new URLSearchParams({ access_token: token }).toString();
  const answer = await rig.graph('POST', `/${wabaId}/subscribed_apps`, { token: null, headers: form, body });
  assert.deepEqual(answer.body, { success: true });
});

test('without a token the answer is 401 with code 104', async () => {
  const answer = await rig.graph('GET', `/${rig.bank.wabaId}`, { token: null });
  assertError(answer, 401, 104);
  assert.match(answer.headers.get('www-authenticate') ?? '', /^OAuth "Facebook Platform" "invalid_token"/);
  assertError(await rig.graph('POST', `/${rig.bank.phoneNumberId}/messages`, { token: null, body: {} }), 401, 104);
});

test('a token that nobody issued is 401 with code 190, whatever it looks like', async () => {
  for (const token of ['x', `EAA${'a'.repeat(43)}`, 'a'.repeat(5_000), `${rig.bank.appId}|${'0'.repeat(32)}`])
    assertError(await rig.graph('GET', `/${rig.bank.wabaId}`, { token }), 401, 190);
});

test('an object of another business cannot be told from one that does not exist', async () => {
  const unknown = '1234567890123456';
  for (const [method, edge] of [
    ['GET', ''],
    ['POST', '/messages'],
    ['POST', '/no_such_edge'],
  ] as const) {
    const foreign = await rig.graph(method, `/${clinic.phoneNumberId}${edge}`);
    const missing = await rig.graph(method, `/${unknown}${edge}`);
    assertError(foreign, 400, 100);
    assert.equal(foreign.body.error.error_subcode, 33);
    assert.equal(foreign.body.error.type, 'GraphMethodException');
    assert.deepEqual(shapeOf(foreign, clinic.phoneNumberId), shapeOf(missing, unknown));
  }
});

test('what is no id at all is answered as an unknown object', async () => {
  for (const node of ['you', 'oauth', '1', '%00', '%zz', '%E0%A4%A', 'a'.repeat(3_000), '__proto__']) {
    const answer = await rig.graph('GET', `/v25.0/${node}`);
    assert.equal(answer.status, 400, node);
    assert.equal(answer.body.error.code, 100, node);
  }
});

test('an edge that the object has not is code 2500', async () => {
  const paths = [
    `/${rig.bank.phoneNumberId}/no_such_edge`,
    `/${rig.bank.phoneNumberId}/messages/more`,
    `/${rig.bank.wabaId}/messages`,
    `/${rig.bank.phoneNumberId}/constructor`,
  ];
  for (const path of paths) assertError(await rig.graph('POST', path), 400, 2500);
});

test('a method that the edge has not is an unsupported request', async () => {
  for (const method of ['GET', 'DELETE'])
    assertError(await rig.graph(method, `/${rig.bank.phoneNumberId}/messages`), 400, 100);
  for (const method of ['PUT', 'PATCH'])
    assertError(await rig.graph(method, `/${rig.bank.phoneNumberId}/messages`), 400, 100);
});

test('the root says where one is, without a token', async () => {
  for (const path of ['/', '/v25.0', '/v25.0/', '/healthz']) {
    const response = await fetch(rig.url + path);
    assert.equal(response.status, 200, path);
    assert.equal(((await response.json()) as { error?: unknown }).error, undefined);
  }
});

test('a body that is not valid JSON, or not an object, is code 100', async () => {
  const headers = { 'content-type': 'application/json' };
  for (const body of ['{"to":', 'null', '[]', '"text"', '\u0000', '['.repeat(100_000)])
    assertError(await rig.graph('POST', `/${rig.bank.phoneNumberId}/messages`, { headers, body }), 400, 100);
});

test('a media type that is not understood is refused as JSON', async () => {
  for (const type of ['text/xml', 'application/octet-stream', 'nonsense']) {
    const headers = { 'content-type': type };
    assertError(await rig.graph('POST', `/${rig.bank.phoneNumberId}/messages`, { headers, body: '<to/>' }), 415, 100);
  }
});

test('a form of several parts that is broken is code 100', async () => {
  const path = `/${rig.bank.phoneNumberId}/messages`;
  for (const type of ['multipart/form-data', 'multipart/form-data; boundary=x', 'Multipart/Form-Data;boundary='])
    assertError(await rig.graph('POST', path, { headers: { 'content-type': type }, body: '<to/>' }), 400, 100);
});

test('a body of ten megabytes is refused with 413, and the next request is served', async () => {
  const body = JSON.stringify({ messaging_product: 'whatsapp', text: { body: 'x'.repeat(10 * 1024 * 1024) } });
  const headers = { 'content-type': 'application/json' };
  const path = `/${rig.bank.phoneNumberId}/messages`;
  for (const _attempt of [1, 2, 3]) assertError(await rig.graph('POST', path, { headers, body }), 413, 100);
  assert.equal((await rig.graph('GET', `/${rig.bank.wabaId}`)).status, 200);
});

test('a body without end is cut off, and the server goes on', async () => {
  const { hostname, port } = new URL(rig.url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined);
  socket.write(
    `POST /1/messages HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n`,
  );
  const block = Buffer.from(`10000\r\n${'x'.repeat(0x10000)}\r\n`);
  const pour = () => {
    while (socket.writable && socket.write(block));
  };
  socket.on('drain', pour);
  pour();
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  socket.resume();
  await closed;
  assert.equal((await rig.graph('GET', `/${rig.bank.wabaId}`)).status, 200);
});

test('what is no HTTP, and headers that are too large, are answered as a Graph error', async () => {
  const { hostname, port } = new URL(rig.url);
  for (const [sent, status] of [
    ['nonsense\r\n\r\n', '400'],
    [`GET / HTTP/1.1\r\nhost: x\r\nx-large: ${'x'.repeat(20_000)}\r\n\r\n`, '431'],
  ] as const) {
    const socket = connect(Number(port), hostname);
    socket.write(sent);
    const answer = await text(socket);
    assert.match(answer, new RegExp(`^HTTP/1.1 ${status} `));
    assert.match(answer, /"error":\{"message":".*"code":100,/);
  }
});

test('of a request only method, operation, status, error code and duration are logged', async () => {
  await rig.graph('POST', `/${rig.bank.phoneNumberId}/messages?access_token=EAAsecret&to=16505551234`, {
    body: { messaging_product: 'whatsapp', to: '16505551234', text: { body: 'a secret text' } },
  });
  const lines = rig.logged.join('');
  assert.match(lines, /"operation":"messages"/);
  for (const secret of ['16505551234', 'secret', rig.bank.token, rig.bank.phoneNumberId])
    assert.ok(!lines.includes(secret), secret);
});
