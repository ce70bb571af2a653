import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import { limits } from '@postern/protocol';
import type { SandboxEvent } from '../src/supervisor.ts';
import { WebhookReceiver } from '../src/webhooks/webhook-receiver.ts';

const secret = 'the app secret';
const sign = (bytes: Buffer, key = secret) => `sha256=${createHmac('sha256', key).update(bytes).digest('hex')}`;

function createReceiver(findAppSecret: () => string | null = () => secret) {
  const events: SandboxEvent[] = [];
  const receiver = new WebhookReceiver({ verifyToken: 'right', findAppSecret, tell: (event) => events.push(event) });
  const receive = (bytes: Buffer, signature: string) => receiver.receive({ bytes, signature, receivedAt: 'now' });
  return { receiver, events, receive };
}

test('a webhook with the signature of its very bytes is valid', () => {
  const { receiver, events, receive } = createReceiver();
  const bytes = Buffer.from('{ "entry": [], "text": "\\u00e4\\/" }');
  assert.equal(receive(bytes, sign(bytes)), true);
  assert.deepEqual(receiver.list(), [{ receivedAt: 'now', signature: 'valid', body: { entry: [], text: 'ä/' } }]);
  assert.equal(events.length, 1);
});

test('a webhook with any other signature, or none, is kept and marked', () => {
  const { receiver, receive } = createReceiver();
  const bytes = Buffer.from('{"entry":[]}');
  const others = [
    '',
    'sha256=',
    sign(bytes, 'another secret'),
    sign(Buffer.from('{"entry": []}')),
    sign(bytes).toUpperCase(),
  ];
  for (const signature of others) assert.equal(receive(bytes, signature), false, signature);
  assert.equal(receiver.list().length, others.length);
  assert.ok(receiver.list().every(({ signature }) => signature === 'wrong'));
});

test('nothing is valid before there is an app secret', () => {
  const { receive } = createReceiver(() => null);
  const bytes = Buffer.from('{}');
  assert.equal(receive(bytes, sign(bytes, '')), false);
});

test('a body that is no JSON is shown as none', () => {
  const { receiver, receive } = createReceiver();
  const bytes = Buffer.from('{"entry":');
  receive(bytes, sign(bytes));
  assert.equal(receiver.list()[0]?.body, null);
});

test('a handshake needs the right token and the right mode', () => {
  const { receiver } = createReceiver();
  assert.equal(receiver.isHandshake('subscribe', 'right'), true);
  assert.equal(receiver.isHandshake('subscribe', 'wrong'), false);
  assert.equal(receiver.isHandshake('unsubscribe', 'right'), false);
  assert.equal(receiver.isHandshake(undefined, undefined), false);
});

test('the oldest webhooks go when there are too many', () => {
  const { receiver, receive } = createReceiver();
  for (let count = 0; count <= limits.maxSandboxWebhooks; count += 1) receive(Buffer.from(String(count)), '');
  assert.equal(receiver.list().length, limits.maxSandboxWebhooks);
  assert.equal(receiver.list()[0]?.body, 1);
});
