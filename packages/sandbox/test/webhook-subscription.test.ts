import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, test } from 'node:test';
import { parsePhoneNumber } from '@postern/protocol';
import { createLogger } from '@postern/service';
import { CloudApi } from '../src/seed/cloud-api.ts';
import type { SandboxEvent } from '../src/supervisor.ts';
import { WebhookSubscription } from '../src/webhooks/webhook-subscription.ts';

const own = { url: 'http://own/', verifyToken: 'own' };
const bot = { url: 'http://bot/', verifyToken: 'bot' };
const business = {
  businessId: '1',
  appId: '2',
  appSecret: 'secret',
  wabaId: '3',
  phoneNumberId: '4',
  phoneNumber: parsePhoneNumber('15550109999')!,
  accessToken: 'token',
  pin: '000000',
};

/** The outside here is the Cloud API: it takes an endpoint when it can reach it. */
const reachable = new Set<string>();
let current = '';
const server = createServer((request, response) => {
  let text = '';
  request.on('data', (chunk) => (text += chunk));
  request.on('end', () => {
    const { callback_url: url } = JSON.parse(text) as { callback_url?: string };
    const isRefused = url !== undefined && !reachable.has(url);
    if (url !== undefined && !isRefused) current = url;
    response.writeHead(isRefused ? 400 : 200, { 'content-type': 'application/json' });
    response.end(isRefused ? '{"error":{"code":2200,"message":"the handshake failed"}}' : '{"success":true}');
  });
});

beforeEach(async () => {
  reachable.clear();
  reachable.add(own.url);
  current = '';
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

function createSubscription() {
  const events: SandboxEvent[] = [];
  const { port } = server.address() as AddressInfo;
  const subscription = new WebhookSubscription({
    cloudApi: new CloudApi(`http://127.0.0.1:${port}`),
    business,
    own,
    tell: (event) => events.push(event),
    logger: createLogger({ system: 'test', write: () => {} }),
  });
  return { subscription, events };
}

test('without an endpoint the sandbox receives', async () => {
  const { subscription, events } = createSubscription();
  await subscription.start(null);
  assert.equal(current, own.url);
  assert.deepEqual(events, []);
});

test('an endpoint that is not there yet is tried again until it is', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const { subscription, events } = createSubscription();
  await subscription.start(bot);
  assert.equal(current, own.url, 'meanwhile the sandbox receives');
  assert.deepEqual(
    events.map((event) => event.event === 'webhook-endpoint' && event.accepted),
    [false],
  );
  reachable.add(bot.url);
  t.mock.timers.tick(3_000);
  await t.waitFor(() => assert.equal(current, bot.url));
  subscription.stop();
});

test('a change that fails changes nothing, and one that succeeds ends the waiting for another', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const { subscription } = createSubscription();
  await subscription.start(bot);
  await assert.rejects(subscription.change({ url: 'http://nowhere/', verifyToken: '' }), /400/);
  assert.equal(current, own.url);
  reachable.add('http://other/');
  assert.deepEqual(await subscription.change({ url: 'http://other/', verifyToken: '' }), {
    url: 'http://other/',
    verifyToken: '',
  });
  reachable.add(bot.url);
  t.mock.timers.tick(10_000);
  assert.deepEqual(await subscription.change(null), own);
  assert.equal(current, own.url);
});
