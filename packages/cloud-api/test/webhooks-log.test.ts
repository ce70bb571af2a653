import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { limits } from '@postern/protocol';
import { deleteSubjectRows } from '../src/erasure/erasure-store.ts';
import { ensurePartitions } from '../src/messages/partitions.ts';
import {
  DeliveryLog,
  DeliveryLogUpkeep,
  type DeliveryFilter,
  type LoggedDelivery,
} from '../src/webhooks/delivery-log.ts';
import {
  accountEventsChannel,
  queueAccountEvent,
  queuePreferenceEvents,
  type NewWebhookEvent,
} from '../src/webhooks/events.ts';
import { person, startWebhookRig, until, type Receiver, type WebhookRig } from './webhooks-rig.ts';

let rig: WebhookRig;
let receiver: Receiver;
let log: DeliveryLog;
let upkeep: DeliveryLogUpkeep;
let wake: () => void;
const all: DeliveryFilter = { phoneNumberId: null, state: null, sinceMs: null };

before(async () => {
  rig = await startWebhookRig();
  await rig.addNumber('501', '15550001111');
  receiver = await rig.startReceiver();
  await rig.addApp('700', receiver.url, ['messages', 'account_update']);
  log = new DeliveryLog(rig);
  upkeep = new DeliveryLogUpkeep(rig);
  const { delivery } = await rig.startDelivery();
  await rig.db.listen(accountEventsChannel, () => delivery.wakeAll());
  wake = () => ['501', '900'].forEach((owner) => delivery.wake(owner));
});
after(() => rig.stop());

beforeEach(async () => {
  await rig.db.execute('DELETE FROM webhook_deliveries');
  receiver.posts.length = 0;
  receiver.answer = (_request, response) => response.end();
  await ensurePartitions(rig.db, rig.clock.now());
});

const settled = () => until(async () => (await rig.countRows('webhook_events')) === 0);
/** So many times the same event that what waits is a backlog, which goes in one request. */
const crowd = (event: NewWebhookEvent) => Array.from({ length: limits.maxWebhooksSentSingly }, () => event);
const listed = async (filter: Partial<DeliveryFilter> = {}, from: number | null = null) =>
  (await log.list('700', { ...all, ...filter }, { after: from, before: null, limit: 10 })).items;

async function latest(): Promise<LoggedDelivery> {
  const [row] = await listed();
  assert.ok(row);
  return row;
}

test('each request is a row: what it told, how it was answered, how long it took; no content, no number', async () => {
  const message = await rig.storeMessage('canary');
  const sent = await rig.storeMessage('canary', { sentByBusiness: true });
  const events = [rig.eventOf('message', message), ...crowd(rig.eventOf('failed', sent))];
  await rig.queue(events);
  wake();
  await settled();
  const row = await latest();
  assert.deepEqual(
    [row.state, row.attempts, row.http_status, row.failure, row.next_attempt_at_ms, row.event_count],
    ['delivered', 1, 200, null, null, events.length],
  );
  assert.equal(row.callback_url, receiver.url);
  assert.equal(row.body_bytes, receiver.posts[0]?.raw.length);
  assert.ok(row.duration_ms >= 0 && row.last_attempt_at_ms === row.first_attempt_at_ms);
  assert.deepEqual(
    row.events.slice(0, 2).map(({ kind, message_id: id, error_code: code }) => [kind, id, code]),
    [
      ['message', message.messageId, undefined],
      ['failed', sent.messageId, 131026],
    ],
  );
  const stored = JSON.stringify(await rig.db.query('SELECT * FROM webhook_deliveries'));
  assert.doesNotMatch(stored, new RegExp(`canary|wamid|${person}`));
});

test('the attempts of one request share a row, which says when the next is due', async () => {
  receiver.answer = (_request, response) => response.writeHead(503).end();
  await rig.receiveTexts(['one']);
  wake();
  await until(async () => (await rig.countRows('webhook_troubles')) === 1);
  const first = await latest();
  assert.deepEqual([first.state, first.attempts, first.http_status], ['retrying', 1, 503]);
  assert.ok((first.next_attempt_at_ms ?? 0) > first.last_attempt_at_ms);
  receiver.answer = (_request, response) => response.destroy();
  rig.clock.setOffset(rig.clock.offsetMs + 2 * limits.webhookRetryMinMs);
  await until(async () => (await latest()).attempts === 2);
  const second = await latest();
  assert.deepEqual([second.state, second.http_status, second.failure], ['retrying', null, 'ECONNRESET']);
  receiver.answer = (_request, response) => response.end();
  rig.clock.setOffset(rig.clock.offsetMs + 4 * limits.webhookRetryMinMs);
  await settled();
  const rows = await listed();
  assert.deepEqual(
    rows.map(({ state, attempts, http_status: status }) => [state, attempts, status]),
    [['delivered', 3, 200]],
  );
  assert.equal(rows[0]?.first_attempt_at_ms, first.first_attempt_at_ms);
});

test('a delivery is sent once more when it is asked for, and is a duplicate to the letter', async () => {
  const expected = await rig.receiveTexts(['one', 'two']);
  await queueAccountEvent(rig.db, '900', {
    field: 'account_update',
    value: { event: 'X' },
    happenedAtMs: rig.clock.now(),
  });
  wake();
  await settled();
  const bodies = new Set(receiver.posts.map(({ raw }) => raw));
  assert.equal(bodies.size, 3);
  receiver.posts.length = 0;
  for (const { delivery_id: deliveryId } of (await listed()).toReversed())
    assert.deepEqual(await log.redeliver('700', { deliveryId }), { deliveries: 1, hasMore: false });
  await until(() => receiver.posts.length === 3);
  await settled();
  assert.deepEqual(new Set(receiver.posts.map(({ raw }) => raw)), bodies);
  assert.deepEqual(receiver.events, expected);
  assert.deepEqual(await log.redeliver('701', { deliveryId: (await latest()).delivery_id }), {
    deliveries: 0,
    hasMore: false,
  });
  const rows = await listed();
  assert.equal(rows.length, 6);
  assert.equal(rows.filter(({ redelivered_at_ms: atMs }) => atMs !== null).length, 3);
});

test('what was given up can be sent once more while its message is kept, and once only', async () => {
  receiver.answer = (_request, response) => response.writeHead(500).end();
  const expected = await rig.receiveTexts(['old', 'old too']);
  wake();
  await until(async () => (await rig.countRows('webhook_troubles')) === 1);
  const beforeMs = rig.clock.now();
  rig.clock.setOffset(rig.clock.offsetMs + limits.webhookRetryForMs + 1_000);
  wake();
  await settled();
  await until(async () => (await rig.countRows('webhook_troubles')) === 0);
  const row = await latest();
  assert.deepEqual([row.state, row.event_count, row.http_status, row.next_attempt_at_ms], ['failed', 2, 500, null]);
  receiver.answer = (_request, response) => response.end();
  receiver.posts.length = 0;
  const failed = { phoneNumberId: '501', sinceMs: beforeMs - 60_000 };
  assert.equal((await log.redeliver('700', { failed: { ...failed, phoneNumberId: '502' } })).deliveries, 0);
  assert.equal((await log.redeliver('700', { failed: { ...failed, sinceMs: rig.clock.now() } })).deliveries, 0);
  assert.equal((await log.redeliver('700', { failed })).deliveries, 1);
  await until(() => receiver.posts.length === 1);
  await settled();
  assert.deepEqual(receiver.events, expected);
  assert.equal((await log.redeliver('700', { failed })).deliveries, 0);
});

test('what waits for its retry is tried at once when it is asked for', async () => {
  receiver.answer = (_request, response) => response.writeHead(500).end();
  const expected = await rig.receiveTexts(['one']);
  wake();
  await until(async () => (await rig.countRows('webhook_troubles')) === 1);
  await rig.db.execute('UPDATE webhook_troubles SET next_attempt_at_ms = next_attempt_at_ms + 3600000');
  await rig.db.execute('UPDATE webhook_deliveries SET next_attempt_at_ms = next_attempt_at_ms + 3600000');
  receiver.answer = (_request, response) => response.end();
  receiver.posts.length = 0;
  assert.equal((await log.redeliver('700', { failed: { phoneNumberId: null, sinceMs: null } })).deliveries, 1);
  await settled();
  assert.deepEqual(receiver.events, expected);
});

test('the log keeps no row longer than a message in it, and so many for each app', async () => {
  const short = await rig.storeMessage('short', { retentionHours: 2 });
  await rig.queue([rig.eventOf('message', short)]);
  wake();
  await settled();
  const [row] = await rig.db.query<{ expires_at_ms: number }>('SELECT expires_at_ms FROM webhook_deliveries');
  assert.ok((row?.expires_at_ms ?? Infinity) <= (short.acceptedS + 2 * 3600) * 1000);
  await rig.db.execute(
    `INSERT INTO webhook_deliveries (owner_id, app_id, waba_id, state, callback_url, events, event_count, body_bytes,
       attempts, first_attempt_at_ms, last_attempt_at_ms, duration_ms, expires_at_ms)
     SELECT '501', '70' || (n % 2), '900', 'delivered', '', '[]', 0, 0, 1, 0, 0, 0, $1 FROM generate_series(1, $2) n`,
    [rig.clock.now() + 3 * limits.hourMs, 2 * limits.maxWebhookDeliveriesPerApp],
  );
  await upkeep.run();
  const counts = () =>
    rig.db.query('SELECT app_id, count(*)::int AS rows FROM webhook_deliveries GROUP BY app_id ORDER BY app_id');
  const full = ['700', '701'].map((app_id) => ({ app_id, rows: limits.maxWebhookDeliveriesPerApp }));
  assert.deepEqual(await counts(), full);
  assert.equal((await listed({}, (await latest()).delivery_id)).length, 10);
  rig.clock.setOffset(rig.clock.offsetMs + 3 * limits.hourMs);
  assert.deepEqual(await listed(), []);
  await upkeep.run();
  assert.deepEqual(await counts(), []);
});

test('whoever is erased is taken out of the log, and out of what waits; the rest of a request stays', async () => {
  receiver.answer = (_request, response) => response.writeHead(500).end();
  const [erased, kept] = [await rig.storeMessage('a'), await rig.storeMessage('b')];
  const stopped = await rig.storeMessage('', {
    content: { body: { case: 'marketingPreference', value: { isStopped: true } } },
  });
  await rig.queue([rig.eventOf('message', erased), ...crowd(rig.eventOf('message', kept))]);
  await rig.db.execute("UPDATE app_subscriptions SET fields = fields || '{user_preferences}'");
  await queuePreferenceEvents(rig.db, { phoneNumberId: '501', wabaId: '900' }, [{ ...stopped, happenedAtMs: 0 }]);
  wake();
  await until(async () => (await rig.countRows('webhook_troubles')) === 2);
  const somebody = '00000000-0000-4000-8000-000000000001';
  await rig.db.execute('UPDATE messages SET subject_id = $1 WHERE message_id = ANY($2)', [
    somebody,
    [erased.messageId, stopped.messageId],
  ]);
  const gone = await rig.db.transaction((tx) => deleteSubjectRows(tx, '501', [somebody as never]));
  assert.equal(gone.messages, 2);
  const events = await rig.db.query('SELECT message_id FROM webhook_events');
  assert.deepEqual(
    events,
    crowd(rig.eventOf('message', kept)).map(() => ({ message_id: kept.messageId })),
  );
  const logged = (await listed()).flatMap(({ events: each }) => each.map(({ message_id: id }) => id));
  assert.deepEqual(
    logged,
    events.map(() => kept.messageId),
  );
});
