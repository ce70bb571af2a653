import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, test } from 'node:test';
import { limits } from '@postern/protocol';
import { ConfigError } from '@postern/service';
import { dayOf, describeSubProcessor, type SubProcessor } from '../src/compliance/sub-processor.ts';
import { SubProcessors } from '../src/compliance/sub-processors.ts';
import { accountEventsChannel } from '../src/webhooks/events.ts';
import { appSecret, startWebhookRig, until, type ReceivedPost, type WebhookRig } from './webhooks-rig.ts';

const dayMs = 24 * limits.hourMs;
let rig: WebhookRig;
let subProcessors: SubProcessors;

beforeEach(async () => {
  rig = await startWebhookRig();
  subProcessors = new SubProcessors(rig);
  await subProcessors.declare([entry('Host')]);
});
afterEach(() => rig.stop());

function entry(name: string, changes: Partial<SubProcessor> = {}): SubProcessor {
  const usual = { purpose: 'computers', country: 'DE', region: 'de-1', mechanism: 'not-needed' } as const;
  return { name, ...usual, effectiveFrom: '2026-01-01', ...changes };
}

function day(days: number): string {
  return dayOf(rig.clock.now() + days * dayMs);
}

/** Delivery that hears of committed events as the working half does. */
async function startDelivery() {
  const { delivery, stop } = await rig.startDelivery();
  await rig.db.listen(accountEventsChannel, () => delivery.wakeAll());
  return { stop };
}

interface Notice {
  object: string;
  entry: { id: string; time: number; changes: { field: string; value: object }[] }[];
}

function noticeOf(post: ReceivedPost | undefined): Notice {
  return JSON.parse(post?.raw ?? '') as Notice;
}

test('a change of the list is told, signed, to every app that subscribed to it, and to no other', async () => {
  const receiver = await rig.startReceiver();
  const other = await rig.startReceiver();
  await rig.addApp('700', receiver.url, ['messages', 'sub_processors']);
  await rig.addApp('701', other.url);
  await startDelivery();
  const declaredAtMs = rig.clock.now();
  const changed = entry('Host', { purpose: 'more', effectiveFrom: day(40) });
  await subProcessors.declare([changed, entry('Mail', { country: 'US', effectiveFrom: day(31) })]);
  await until(async () => receiver.posts.length > 0 && (await rig.countRows('webhook_events')) === 0);
  const [post] = receiver.posts;
  const mac = createHmac('sha256', appSecret).update(Buffer.from(post?.raw ?? '', 'latin1'));
  assert.equal(post?.headers['x-hub-signature-256'], `sha256=${mac.digest('hex')}`);
  const notice = noticeOf(post);
  assert.equal(notice.object, 'whatsapp_business_account');
  assert.deepEqual([notice.entry.length, notice.entry[0]?.id], [1, '900']);
  assert.ok(Math.abs((notice.entry[0]?.time ?? 0) - declaredAtMs / 1000) < 60);
  const shown = { purpose: 'computers', country: 'DE', region: 'de-1', mechanism: 'not-needed' };
  const value = {
    version: 2,
    effective_from: day(31),
    added: [{ ...shown, name: 'Mail', country: 'US', effective_from: day(31) }],
    removed: [],
    changed: [{ ...shown, name: 'Host', purpose: 'more', effective_from: day(40) }],
  };
  assert.deepEqual(notice.entry[0]?.changes, [{ field: 'sub_processors', value }]);
  assert.deepEqual([receiver.posts.length, other.posts.length], [1, 0]);
});

test('a removal is told as of the day it is declared, whatever else is announced with it', async () => {
  const receiver = await rig.startReceiver();
  await rig.addApp('700', receiver.url, ['sub_processors']);
  await startDelivery();
  const mail = entry('Mail', { effectiveFrom: day(31) });
  await subProcessors.declare([mail]);
  await until(() => receiver.posts.length > 0);
  const changes = noticeOf(receiver.posts[0]).entry.flatMap((each) => each.changes);
  const value = { version: 2, effective_from: day(0), changed: [] };
  const added = [describeSubProcessor(mail)];
  const removed = [describeSubProcessor(entry('Host'))];
  assert.deepEqual(changes, [{ field: 'sub_processors', value: { ...value, added, removed } }]);
});

test('the same list again, or one that is refused, tells nobody', async () => {
  await rig.addApp('700', 'http://127.0.0.1:9/hook', ['sub_processors']);
  await subProcessors.declare([entry('Host')]);
  await assert.rejects(subProcessors.declare([entry('Host'), entry('Mail')]), ConfigError);
  assert.equal(await rig.countRows('webhook_events'), 0);
});

test('an endpoint that fails is told again later, also by a delivery that is started anew', async () => {
  const receiver = await rig.startReceiver();
  receiver.answer = (_request, response) => response.writeHead(500).end();
  await rig.addApp('700', receiver.url, ['sub_processors']);
  const { stop } = await startDelivery();
  await subProcessors.declare([]);
  await until(async () => (await rig.countRows('webhook_troubles')) === 1);
  await stop();
  receiver.answer = (_request, response) => response.end('ok');
  rig.clock.setOffset(limits.hourMs);
  await startDelivery();
  await until(async () => (await rig.countRows('webhook_events')) === 0);
  assert.equal(receiver.posts.length, 2);
  assert.deepEqual(noticeOf(receiver.posts[1]), noticeOf(receiver.posts[0]));
});

test('an app that unsubscribed from the field before it was told is not told any more', async () => {
  const receiver = await rig.startReceiver();
  await rig.addApp('700', receiver.url, ['messages', 'sub_processors']);
  await subProcessors.declare([]);
  assert.equal(await rig.countRows('webhook_events'), 1);
  await rig.db.execute("UPDATE app_subscriptions SET fields = '{messages}'");
  await startDelivery();
  await until(async () => (await rig.countRows('webhook_events')) === 0);
  assert.equal(receiver.posts.length, 0);
});

test('notices and messages of one account each come to the app in a webhook of their own', async () => {
  const receiver = await rig.startReceiver();
  await rig.addNumber('501', '15550001111');
  await rig.addApp('700', receiver.url, ['messages', 'sub_processors']);
  const expected = await rig.receiveTexts(['Hello']);
  await subProcessors.declare([]);
  await startDelivery();
  await until(async () => (await rig.countRows('webhook_events')) === 0);
  const fields = receiver.posts.map(({ changes }) => changes.map(({ field }) => field).join());
  assert.deepEqual(fields.sort(), ['messages', 'sub_processors']);
  const ofMessages = receiver.posts.filter(({ changes }) => changes[0]?.field === 'messages');
  assert.deepEqual(
    ofMessages[0]?.changes[0]?.value.messages?.map(({ id, text }) => `${text?.body} ${id}`),
    expected,
  );
});
