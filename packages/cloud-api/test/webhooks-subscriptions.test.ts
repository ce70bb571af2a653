import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { createTestDatabase, type TestDatabase } from '@postern/postgres/testing';
import { limits, systemClock } from '@postern/protocol';
import { AuditTrail } from '../src/audit/audit-trail.ts';
import { migrationsDir } from '../src/migrations.ts';
import { EndpointFetcher } from '../src/webhooks/endpoint.ts';
import { ForbiddenUrlError } from '../src/outside/address-guard.ts';
import { HandshakeFailedError } from '../src/webhooks/handshake.ts';
import { NotSubscribedError, SubscribedApps } from '../src/webhooks/subscribed-apps.ts';
import { Subscriptions, TooManyFieldsError } from '../src/webhooks/subscriptions.ts';

let database: TestDatabase;
let subscriptions: Subscriptions;
let subscribedApps: SubscribedApps;
let url: string;
let asked: URL[] = [];
let answer: (parameters: URLSearchParams, response: ServerResponse) => void;

const server = createServer((request: IncomingMessage, response) => {
  const target = new URL(request.url ?? '', 'http://endpoint');
  asked.push(target);
  answer(target.searchParams, response);
});
const fetcher = new EndpointFetcher({ allowLoopback: true, timeoutMs: 200 });

before(async () => {
  database = await createTestDatabase({ name: 'cloud_api', migrationsDir });
  const { db } = database;
  const audit = new AuditTrail({ db, clock: systemClock });
  const options = { db, clock: systemClock, fetcher, audit };
  subscriptions = new Subscriptions(options);
  subscribedApps = new SubscribedApps(options);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
after(async () => {
  server.close();
  server.closeAllConnections();
  await fetcher.close();
  await database.drop();
});

const callback = (callbackUrl: string) => ({ url: callbackUrl, verifyToken: 'a token & more' });
const field = (name: string, version = 'v24.0') => ({ name, version });
const set = (callbackUrl: string, appId = '700', fields = [field('messages')]) =>
  subscriptions.setApp(appId, callback(callbackUrl), fields);
const proves: typeof answer = (parameters, response) => response.end(parameters.get('hub.challenge'));

test('a callback that answers with the challenge is kept, its verify token is not', async () => {
  asked = [];
  answer = (parameters, response) => response.end(parameters.get('hub.challenge'));
  const callbackUrl = `${url}/hook?shop=a%20b`;
  await set(callbackUrl);
  const [target] = asked;
  assert.ok(target);
  assert.ok(target.search.startsWith('?shop=a%20b&hub.mode=subscribe&'), target.search);
  assert.match(target.searchParams.get('hub.challenge') ?? '', /^[0-9]+$/);
  assert.equal(target.searchParams.get('hub.verify_token'), 'a token & more');
  assert.deepEqual(await subscriptions.findApp('700'), { callbackUrl, fields: [field('messages')] });
  const rows = await database.db.query('SELECT app_subscriptions::text AS row FROM app_subscriptions');
  assert.doesNotMatch(JSON.stringify(rows), /a token/);
});

test('a new callback replaces the old one, and makes what waits for a retry due', async () => {
  answer = proves;
  await set(`${url}/one`, '701');
  const later = systemClock.now() + 3_600_000;
  await database.db.execute("INSERT INTO webhook_troubles VALUES ('501', '701', 9, 0, $1)", [later]);
  await set(`${url}/two`, '701', []);
  assert.deepEqual(await subscriptions.findApp('701'), { callbackUrl: `${url}/two`, fields: [field('messages')] });
  const [trouble] = await database.db.query<{ next_attempt_at_ms: number }>('SELECT * FROM webhook_troubles');
  assert.ok((trouble?.next_attempt_at_ms ?? later) <= systemClock.now());
  assert.equal(await subscriptions.removeApp('701'), true);
  assert.equal(await subscriptions.removeApp('701'), false);
  assert.equal(await subscriptions.findApp('701'), null);
});

test('fields are added, each with the version of the call that named it last, and removed one by one', async () => {
  answer = proves;
  await set(`${url}/hook`, '703', [field('messages', 'v23.0'), field('flows', 'v23.0')]);
  await set(`${url}/hook`, '703', [field('security', 'v25.0'), field('messages', 'v25.0')]);
  const all = [field('messages', 'v25.0'), field('flows', 'v23.0'), field('security', 'v25.0')];
  assert.deepEqual((await subscriptions.findApp('703'))?.fields, all);
  const many = Array.from({ length: limits.maxWebhookFields - 2 }, (_, index) => field(`field_${index}`));
  await assert.rejects(set(`${url}/hook`, '703', many), TooManyFieldsError);
  assert.equal(await subscriptions.removeApp('703', ['flows', 'unknown']), true);
  assert.deepEqual((await subscriptions.findApp('703'))?.fields, [all[0], all[2]]);
  await set(`${url}/hook`, '703', [field('flows', 'v26.0')]);
  assert.deepEqual((await subscriptions.findApp('703'))?.fields.at(-1), field('flows', 'v26.0'));
  assert.equal(await subscriptions.removeApp('703', ['messages', 'security', 'flows']), true);
  assert.equal(await subscriptions.findApp('703'), null);
});

test('a callback that does not answer as it must is refused, and nothing is kept', async () => {
  const answers: Record<string, typeof answer> = {
    'wrong challenge': (_parameters, response) => response.end('1'),
    'challenge and a line break': (parameters, response) => response.end(`${parameters.get('hub.challenge')}\n`),
    'wrong token': (_parameters, response) => response.writeHead(403).end(),
    'created is not 200': (parameters, response) => response.writeHead(201).end(parameters.get('hub.challenge')),
    redirect: (_parameters, response) => response.writeHead(302, { location: `${url}/other` }).end(),
    'no answer': () => {},
    'slow body': (parameters, response) => response.writeHead(200).write(parameters.get('hub.challenge')),
  };
  for (const [name, wrong] of Object.entries(answers)) {
    answer = wrong;
    await assert.rejects(set(`${url}/hook`, '702'), HandshakeFailedError, name);
  }
  await assert.rejects(set('http://127.0.0.1:1/', '702'), HandshakeFailedError);
  await assert.rejects(set('http://10.0.0.1/', '702'), ForbiddenUrlError);
  assert.equal(await subscriptions.findApp('702'), null);
});

test('apps are subscribed to a business account once, and unsubscribed', async () => {
  const listed = async (wabaId: string) => (await subscribedApps.list(wabaId)).map(({ appId }) => appId);
  await subscribedApps.subscribe('900', '701');
  await subscribedApps.subscribe('900', '700');
  await subscribedApps.subscribe('900', '700');
  await subscribedApps.subscribe('901', '700');
  assert.deepEqual(await listed('900'), ['700', '701']);
  await subscribedApps.unsubscribe('900', '700');
  await subscribedApps.unsubscribe('900', '700');
  assert.deepEqual(await listed('900'), ['701']);
  assert.deepEqual(await listed('901'), ['700']);
});

test('an override wants a subscription and a handshake, and goes with the subscription', async () => {
  const number = { phoneNumberId: '801', wabaId: '902', appId: '700' };
  const callbacks = () => subscribedApps.findNumberCallbacks(number);
  answer = proves;
  await assert.rejects(subscribedApps.setAccountOverride('902', '700', callback(`${url}/waba`)), NotSubscribedError);
  await assert.rejects(subscribedApps.setNumberOverride(number, callback(`${url}/number`)), NotSubscribedError);
  await subscribedApps.subscribe('902', '700');
  await subscribedApps.subscribe('902', '701');
  await subscribedApps.setAccountOverride('902', '700', callback(`${url}/waba`));
  await subscribedApps.setNumberOverride(number, callback(`${url}/number`));
  answer = (_parameters, response) => response.end('no');
  await assert.rejects(subscribedApps.setAccountOverride('902', '700', callback(`${url}/x`)), HandshakeFailedError);
  await assert.rejects(subscribedApps.setNumberOverride(number, callback(`${url}/x`)), HandshakeFailedError);
  const app = (await subscriptions.findApp('700'))?.callbackUrl ?? null;
  assert.deepEqual(await callbacks(), { number: `${url}/number`, account: `${url}/waba`, app });
  assert.deepEqual(await subscribedApps.list('902'), [
    { appId: '700', overrideUrl: `${url}/waba` },
    { appId: '701', overrideUrl: null },
  ]);
  await subscribedApps.subscribe('902', '700');
  assert.deepEqual(await callbacks(), { number: `${url}/number`, account: null, app });
  await subscribedApps.setNumberOverride(number, null);
  assert.deepEqual(await callbacks(), { number: null, account: null, app });
  answer = proves;
  await subscribedApps.setNumberOverride(number, callback(`${url}/number`));
  await subscribedApps.unsubscribe('902', '700');
  assert.deepEqual(await callbacks(), { number: null, account: null, app });
});
