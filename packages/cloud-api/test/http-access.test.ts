import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { after, before, test } from 'node:test';
import { layDatabaseLink, type DatabaseLink } from '../../../test/rigs/database-link.ts';
import { assertError, startRig, type Rig } from './http-rig.ts';

let rig: Rig;
let link: DatabaseLink;
before(async () => {
  rig = await startRig({
    async route(databaseUrl) {
      link = await layDatabaseLink(databaseUrl);
      return link.url;
    },
  });
  await rig.register(rig.bank);
});
after(async () => {
  await link.cut();
  await rig.stop();
});

const minuteMs = 60_000;
const hello = { messaging_product: 'whatsapp', to: '16505551234', text: { body: 'Hello' } };

/** Lets time go by. */
function pass(ms: number): void {
  rig.clock.setOffset(rig.clock.offsetMs + ms);
}

test('a token that is revoked has no access after a minute', async () => {
  const { token, tokenId } = await rig.issueToken({});
  const get = () => rig.graph('GET', `/${rig.bank.wabaId}`, { token });
  assert.equal((await get()).status, 200);
  await rig.admin('DELETE', `/v1/tokens/${tokenId}`);
  pass(minuteMs);
  const answer = await get();
  assertError(answer, 401, 190);
  assert.equal(answer.body.error.error_subcode, 467);
});

test('a token that expires has no access from that very moment, though it is remembered', async () => {
  const { token } = await rig.issueToken({ expiresAtMs: rig.clock.now() + 30_000 });
  const get = () => rig.graph('GET', `/${rig.bank.wabaId}`, { token });
  assert.equal((await get()).status, 200);
  pass(30_000);
  const answer = await get();
  assertError(answer, 401, 190);
  assert.equal(answer.body.error.error_subcode, 463);
});

test('while the Business Manager is away, access lasts for a minute, and then is in doubt, never given', async () => {
  const send = (token = rig.bank.token) =>
    rig.graph('POST', `/${rig.bank.phoneNumberId}/messages`, { token, body: hello });
  pass(minuteMs);
  assert.equal((await send()).status, 200);
  await rig.stopBusinessManager();
  assert.equal((await send()).status, 200);
  const rows = await rig.countRows();
  assertError(await send(`EAA${'a'.repeat(43)}`), 503, 2);

  pass(minuteMs + 1_000);
  const answer = await send();
  assertError(answer, 503, 2);
  assert.equal(answer.body.error.is_transient, true);
  assert.deepEqual(await rig.countRows(), rows);

  await rig.startBusinessManager();
  assert.equal((await send()).status, 200);
});

test('without its database a message is refused as a passing trouble and not stored, and later is sent', async () => {
  const send = () => rig.graph('POST', `/${rig.bank.phoneNumberId}/messages`, { body: hello });
  const rows = await rig.countRows();
  assert.equal((await send()).status, 200);
  await link.cut();
  for (const _attempt of [1, 2]) assertError(await send(), 503, 2);
  assert.equal((await rig.graph('GET', `/${rig.bank.wabaId}`)).status, 200);
  await link.mend();
  assert.equal((await send()).status, 200);
  assert.equal((await rig.countRows()).messages, rows.messages + 2);
});

test('while the transport is away a code cannot be requested, and that is a passing trouble', async () => {
  const { id } = await rig.addPhoneNumber(rig.bank.wabaId, 'late desk');
  await rig.stopTransport();
  assertError(await rig.graph('POST', `/${id}/request_code`, { body: { code_method: 'SMS' } }), 503, 133004);
});

test('a message that is on its way when the Cloud API stops is still answered and stored', async () => {
  const rows = await rig.countRows();
  const { hostname, port } = new URL(rig.url);
  const body = JSON.stringify(hello);
  const socket = connect(Number(port), hostname);
  let answer = '';
  socket.setEncoding('utf8');
  socket.on('data', (chunk: string) => {
    answer += chunk;
  });
  const closed = once(socket, 'close');
  const head = [
    `POST /${rig.bank.phoneNumberId}/messages HTTP/1.1`,
    'host: postern',
    `authorization: Bearer ${rig.bank.token}`,
    'content-type: application/json',
    `content-length: ${body.length}`,
    'expect: 100-continue',
  ];
  socket.write(`${head.join('\r\n')}\r\n\r\n${body.slice(0, 10)}`);
  // The server has begun with the request once it says "continue".
  await once(socket, 'data');
  const stopped = rig.stopCloudApi();
  socket.write(body.slice(10));
  await closed;
  assert.match(answer, /HTTP\/1\.1 200 OK.*"messaging_product":"whatsapp"/s);
  await stopped;
  assert.equal((await rig.countRows()).messages, rows.messages + 1);
  await assert.rejects(fetch(rig.url));
});
