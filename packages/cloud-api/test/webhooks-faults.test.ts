import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { limits } from '@postern/protocol';
import { startWebhookRig, until, type Receiver, type WebhookRig } from './webhooks-rig.ts';

let rig: WebhookRig;
before(async () => {
  rig = await startWebhookRig();
});
after(() => rig.stop());

/** What endpoints do wrong, each in its own way; null for the one that does nothing wrong. */
const faults: Readonly<Record<string, Receiver['instead']>> = {
  'answers 500': (_request, response) => void response.writeHead(500).end(),
  hangs: () => {},
  'closes the connection': (request) => void request.socket.destroy(),
  'answers half a head': (request) => void request.socket.end('HTTP/1.1 200 OK\r\nContent-Le'),
  'reads nothing': (request) => void request.socket.pause(),
  'answers something else': (request) => void request.socket.end('SSH-2.0-OpenSSH_9\r\n'),
  'does nothing wrong': null,
};

test('whatever endpoints do wrong, no other is held up, nothing is lost, and the order holds', async () => {
  await rig.addNumber('501', '15550001111');
  const receivers = new Map<string, Receiver>();
  for (const [index, [name, fault]] of Object.entries(faults).entries()) {
    const receiver = await rig.startReceiver();
    receiver.instead = fault;
    receivers.set(name, receiver);
    await rig.addApp(`71${index}`, receiver.url);
  }
  // Long, so that a request does not fit into what the sockets hold.
  const long = '€'.repeat(4_000);
  const texts = Array.from({ length: limits.maxUpdatesPerWebhook * 2 + 20 }, (_, index) => `${long} ${index}`);
  const expected = await rig.receiveTexts(texts);
  const { wake, stop } = await rig.startDelivery({ timeoutMs: 600 });
  wake();
  const good = receivers.get('does nothing wrong')!;
  await until(() => new Set(good.events).size === expected.length);
  await until(async () => (await rig.countRows('webhook_troubles')) === receivers.size - 1);
  await until(async () => (await rig.countRows('webhook_events')) === expected.length * (receivers.size - 1));
  for (const receiver of receivers.values()) receiver.instead = null;
  await until(async () => {
    await rig.db.execute('UPDATE webhook_troubles SET next_attempt_at_ms = 0');
    return (await rig.countRows('webhook_events')) === 0;
  });
  // A busy machine may answer too late, so that something comes twice.
  for (const [name, receiver] of receivers) assert.ok(isDeepStrictEqual([...new Set(receiver.events)], expected), name);
  await stop();
});

test('an answer without end is cut off, and its status counts', async () => {
  const receiver = await rig.startReceiver();
  await rig.db.execute('DELETE FROM subscribed_apps');
  await rig.addApp('720', receiver.url);
  let isClosed = false;
  receiver.answer = (_request, response) => {
    const flood = () => {
      while (!response.destroyed && response.write(Buffer.alloc(16_384))) continue;
    };
    response.on('drain', flood).on('close', () => (isClosed = true));
    flood();
  };
  const expected = await rig.receiveTexts(['one', 'two']);
  const { wake, stop } = await rig.startDelivery();
  wake();
  await until(async () => (await rig.countRows('webhook_events')) === 0);
  await until(() => isClosed);
  assert.deepEqual(receiver.events, expected);
  await stop();
});

test('memory does not grow with what waits', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const heapBytes = () => {
    collect();
    return process.memoryUsage().heapUsed;
  };
  let posts = 0;
  let isUp = false;
  const server = createServer((request, response) => {
    posts += 1;
    request.resume().on('end', () => response.writeHead(isUp ? 200 : 500).end());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  await rig.db.execute('DELETE FROM subscribed_apps');
  await rig.addApp('730', `http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  const numbers = Array.from({ length: 20 }, (_, index) => `8${String(index).padStart(2, '0')}`);
  const { wake, stop } = await rig.startDelivery();
  for (const id of numbers) {
    await rig.addNumber(id, '15550001111');
    await rig.receiveTexts(['x'.repeat(2_000)], id);
    await rig.db.execute(
      `INSERT INTO webhook_events (owner_id, app_id, kind, message_id, accepted_s, happened_at_ms)
       SELECT e.owner_id, e.app_id, e.kind, e.message_id, e.accepted_s, e.happened_at_ms
       FROM webhook_events e, generate_series(2, 500) WHERE e.owner_id = $1`,
      [id],
    );
  }
  const initially = heapBytes();
  for (const id of numbers) wake(id);
  await until(async () => (await rig.countRows('webhook_troubles')) === numbers.length);
  assert.equal(await rig.countRows('webhook_events'), 10_000);
  const waiting = heapBytes();
  isUp = true;
  let most = waiting;
  let sampledAt = posts;
  await until(async () => {
    await rig.db.execute('UPDATE webhook_troubles SET next_attempt_at_ms = 0');
    if (posts > sampledAt + 10) {
      sampledAt = posts;
      most = Math.max(most, heapBytes());
    }
    return (await rig.countRows('webhook_events')) === 0;
  });
  await stop();
  server.close();
  server.closeAllConnections();
  assert.ok(posts >= 120);
  // All of it would be 20 MB of content alone.
  const grown = [waiting, most].map((bytes) => Math.round((bytes - initially) / 1024 / 1024));
  assert.ok(
    grown.every((megabytes) => megabytes < 15),
    `grew by ${grown.join(' and ')} MB`,
  );
});
