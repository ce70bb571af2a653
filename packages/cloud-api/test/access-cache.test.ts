import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test, type TestContext } from 'node:test';
import { limits, MovableClock } from '@postern/protocol';
import { AccessCache } from '../src/access/access-cache.ts';
import { BusinessManagerClient } from '../src/access/business-manager-client.ts';
import { BusinessManagerUnavailableError } from '../src/access/business-manager-http.ts';
import { FreshCache } from '../src/access/fresh-cache.ts';

const node = '1234567890123456';
const access = {
  active: true,
  wabaIds: ['900'],
  kind: 'system_user',
  appId: '1',
  appName: 'App',
  requiresSecretProof: false,
  businessId: '800',
  userId: '2',
  scopes: [],
  expiresAtMs: null,
};
const app = { kind: 'app', id: node, name: 'App' };

/** The far end of the wire: answers as the test says, and counts what it is asked. */
async function startFarEnd(context: TestContext, answer: (asked: { token: string }, response: ServerResponse) => void) {
  const asked: { token: string; node: string | null }[] = [];
  const server = createServer((request, response) => {
    request.setEncoding('utf8');
    let body = '';
    request.on('data', (chunk: string) => {
      body += chunk;
    });
    request.on('end', () => {
      const question = JSON.parse(body || '{"token":"","node":null}') as { token: string; node: string | null };
      asked.push(question);
      answer(question, response);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  context.after(() => {
    server.close();
    server.closeAllConnections();
  });
  const clock = new MovableClock();
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const source = new BusinessManagerClient({ url, serviceToken: 'service-token-of-the-test' });
  return { asked, clock, source, cache: new AccessCache({ source, clock }) };
}

function answerJson(response: ServerResponse, value: unknown): void {
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(value));
}

test('an answer is asked for once a minute, for each token and object', async (context) => {
  const { asked, clock, cache } = await startFarEnd(context, (_asked, response) =>
    answerJson(response, { ...access, node: app }),
  );
  for (const _again of [1, 2, 3]) assert.equal((await cache.introspect('token', node)).active, true);
  assert.equal(asked.length, 1);
  await cache.introspect('token', '9999999999999999');
  await cache.introspect('another token', node);
  assert.equal(asked.length, 3);
  clock.setOffset(limits.tokenCacheMs - 1_000);
  await cache.introspect('token', node);
  assert.equal(asked.length, 3);
  clock.setOffset(limits.tokenCacheMs);
  await cache.introspect('token', node);
  assert.equal(asked.length, 4);
});

test('those who ask the same at once share one question', async (context) => {
  const held: ServerResponse[] = [];
  const arrived = Promise.withResolvers<void>();
  const { asked, cache } = await startFarEnd(context, (_asked, response) => {
    held.push(response);
    arrived.resolve();
  });
  const answers = Promise.all(Array.from({ length: 50 }, () => cache.introspect('token', node)));
  await arrived.promise;
  for (const response of held) answerJson(response, { ...access, node: app });
  assert.equal((await answers).length, 50);
  assert.equal(asked.length, 1);
});

test('a refusal, and an object out of reach, are believed for two seconds only', async (context) => {
  const { asked, clock, cache } = await startFarEnd(context, ({ token }, response) =>
    answerJson(response, token === 'refused' ? { active: false, reason: 'unknown' } : { ...access, node: null }),
  );
  for (const token of ['refused', 'out of reach']) await cache.introspect(token, node);
  for (const token of ['refused', 'out of reach']) await cache.introspect(token, node);
  assert.equal(asked.length, 2);
  clock.setOffset(2_000);
  for (const token of ['refused', 'out of reach']) await cache.introspect(token, node);
  assert.equal(asked.length, 4);
});

test('what is forgotten is asked for again, also when the question was under way', async (context) => {
  let release: (() => void) | undefined;
  const { asked, cache } = await startFarEnd(context, (_asked, response) => {
    release = () => answerJson(response, { ...access, node: app });
    if (asked.length !== 2) release();
  });
  await cache.introspect('token', node);
  cache.forget([node]);
  const underWay = cache.introspect('token', node);
  while (asked.length < 2) await new Promise(setImmediate);
  cache.forget([node]);
  release?.();
  await underWay;
  await cache.introspect('token', node);
  assert.equal(asked.length, 3);
  cache.forget(['9999999999999999']);
  await cache.introspect('token', node);
  assert.equal(asked.length, 3);
});

test('what cannot be an id, and a token that is too long, do not travel', async (context) => {
  const { asked, cache } = await startFarEnd(context, (_asked, response) =>
    answerJson(response, { ...access, node: null }),
  );
  await cache.introspect('token', '../v1/apps');
  assert.equal(asked[0]?.node, null);
  assert.deepEqual(await cache.introspect('x'.repeat(limits.maxTokenCharacters + 1), node), {
    active: false,
    reason: 'malformed',
  });
  assert.equal(asked.length, 1);
});

test('an answer that is none leaves access in doubt and is not remembered', async (context) => {
  const broken: ((response: ServerResponse) => void)[] = [
    (response) => answerJson(response, { active: 'yes' }),
    (response) => answerJson(response, { ...access, node: { kind: 'phone_number', id: node } }),
    (response) => response.end('<html>'),
    (response) => response.writeHead(503).end('{}'),
    (response) => response.writeHead(401).end('{}'),
    (response) => response.destroy(),
  ];
  let current = broken[0];
  const { cache, asked } = await startFarEnd(context, (_asked, response) => current?.(response));
  for (const answer of broken) {
    current = answer;
    const before = asked.length;
    await assert.rejects(cache.introspect('token', node), BusinessManagerUnavailableError);
    await assert.rejects(cache.appSecret('1'), BusinessManagerUnavailableError);
    assert.ok(asked.length >= before + 2);
  }
});

test('questions that are open are bounded', async (context) => {
  const { cache, asked } = await startFarEnd(context, () => undefined);
  const open = Array.from({ length: limits.maxIntrospectionsInFlight }, (_, index) =>
    cache.introspect(`token ${index}`, node).catch(() => null),
  );
  await assert.rejects(cache.introspect('one more', node), BusinessManagerUnavailableError);
  // Each of them is given up on when its time is over.
  assert.ok((await Promise.all(open)).every((answer) => answer === null));
  assert.ok(asked.every(({ token }) => token !== 'one more'));
});

test('an app secret is remembered for a minute', async (context) => {
  const { asked, clock, cache } = await startFarEnd(context, (_asked, response) =>
    answerJson(response, { appId: '1', secret: 'ab'.repeat(16) }),
  );
  for (const _again of [1, 2]) assert.equal(await cache.appSecret('1'), 'ab'.repeat(16));
  assert.equal(asked.length, 1);
  clock.setOffset(limits.tokenCacheMs);
  await cache.appSecret('1');
  assert.equal(asked.length, 2);
});

test('a secret to sign with is remembered for a minute, for app and account together, and that there is none for two seconds', async (context) => {
  const { asked, clock, cache } = await startFarEnd(context, (_asked, response) =>
    answerJson(response, { secret: asked.length > 2 ? null : 'ab'.repeat(16) }),
  );
  for (const _again of [1, 2]) assert.equal(await cache.signingSecret('1', '2'), 'ab'.repeat(16));
  await cache.signingSecret('1', '3');
  assert.equal(asked.length, 2);
  clock.setOffset(limits.tokenCacheMs);
  for (const _again of [1, 2]) assert.equal(await cache.signingSecret('1', '2'), null);
  assert.equal(asked.length, 3);
  clock.setOffset(limits.tokenCacheMs + limits.refusalCacheMs);
  await cache.signingSecret('1', '2');
  assert.equal(asked.length, 4);
});

test('the cache forgets what was used longest ago, and never holds more than it may', async () => {
  const clock = new MovableClock();
  const cache = new FreshCache<number>({
    clock,
    maxEntries: 3,
    freshUntilMs: (_value, askedAtMs) => askedAtMs + 1_000,
  });
  for (const key of ['a', 'b', 'c']) await cache.load(key, async () => 1);
  assert.equal(cache.find('a'), 1);
  await cache.load('d', async () => 1);
  assert.deepEqual(
    ['a', 'b', 'c', 'd'].map((key) => cache.find(key)),
    [1, null, 1, 1],
  );
});

test('an answer counts from when it was asked for, not from when it came', async () => {
  const clock = new MovableClock();
  const cache = new FreshCache<number>({
    clock,
    maxEntries: 3,
    freshUntilMs: (_value, askedAtMs) => askedAtMs + 1_000,
  });
  await cache.load('slow', async () => {
    clock.setOffset(1_000);
    return 1;
  });
  assert.equal(cache.find('slow'), null);
});
