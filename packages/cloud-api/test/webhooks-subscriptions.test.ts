import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { createTestDatabase, type TestDatabase } from '@postern/postgres/testing';
import { systemClock } from '@postern/protocol';
import { AuditTrail } from '../src/audit/audit-trail.ts';
import { migrationsDir } from '../src/migrations.ts';
import { EndpointFetcher } from '../src/webhooks/endpoint.ts';
import { ForbiddenUrlError } from '../src/webhooks/endpoint-url.ts';
import { HandshakeFailedError, Subscriptions } from '../src/webhooks/subscriptions.ts';

let database: TestDatabase;
let subscriptions: Subscriptions;
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
  subscriptions = new Subscriptions({ db, clock: systemClock, fetcher, audit });
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

const app = (callbackUrl: string, appId = '700') => ({
  appId,
  callbackUrl,
  verifyToken: 'a token & more',
  fields: ['messages'],
});

test('a callback that answers with the challenge is kept, its verify token is not', async () => {
  asked = [];
  answer = (parameters, response) => response.end(parameters.get('hub.challenge'));
  const callbackUrl = `${url}/hook?shop=a%20b`;
  await subscriptions.setApp(app(callbackUrl));
  const [target] = asked;
  assert.ok(target);
  assert.ok(target.search.startsWith('?shop=a%20b&hub.mode=subscribe&'), target.search);
  assert.match(target.searchParams.get('hub.challenge') ?? '', /^[0-9]+$/);
  assert.equal(target.searchParams.get('hub.verify_token'), 'a token & more');
  assert.deepEqual(await subscriptions.findApp('700'), { callbackUrl, fields: ['messages'] });
  const rows = await database.db.query('SELECT app_subscriptions::text AS row FROM app_subscriptions');
  assert.doesNotMatch(JSON.stringify(rows), /a token/);
});

test('a new callback replaces the old one, and makes what waits for a retry due', async () => {
  answer = (parameters, response) => response.end(parameters.get('hub.challenge'));
  await subscriptions.setApp(app(`${url}/one`, '701'));
  const later = systemClock.now() + 3_600_000;
  await database.db.execute("INSERT INTO webhook_troubles VALUES ('501', '701', 9, 0, $1)", [later]);
  await subscriptions.setApp({ ...app(`${url}/two`, '701'), fields: ['messages', 'flows'] });
  assert.deepEqual(await subscriptions.findApp('701'), { callbackUrl: `${url}/two`, fields: ['messages', 'flows'] });
  const [trouble] = await database.db.query<{ next_attempt_at_ms: number }>('SELECT * FROM webhook_troubles');
  assert.ok((trouble?.next_attempt_at_ms ?? later) <= systemClock.now());
  assert.equal(await subscriptions.removeApp('701'), true);
  assert.equal(await subscriptions.removeApp('701'), false);
  assert.equal(await subscriptions.findApp('701'), null);
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
    await assert.rejects(subscriptions.setApp(app(`${url}/hook`, '702')), HandshakeFailedError, name);
  }
  await assert.rejects(subscriptions.setApp(app('http://127.0.0.1:1/', '702')), HandshakeFailedError);
  await assert.rejects(subscriptions.setApp(app('http://10.0.0.1/', '702')), ForbiddenUrlError);
  assert.equal(await subscriptions.findApp('702'), null);
});

test('apps are subscribed to a business account once, and unsubscribed', async () => {
  await subscriptions.subscribe('900', '701');
  await subscriptions.subscribe('900', '700');
  await subscriptions.subscribe('900', '700');
  await subscriptions.subscribe('901', '700');
  assert.deepEqual(await subscriptions.listSubscribed('900'), ['700', '701']);
  await subscriptions.unsubscribe('900', '700');
  await subscriptions.unsubscribe('900', '700');
  assert.deepEqual(await subscriptions.listSubscribed('900'), ['701']);
  assert.deepEqual(await subscriptions.listSubscribed('901'), ['700']);
});
