import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { errorCodeOf, messageError } from '../src/errors/message-errors.ts';
import { FairSlots } from '../src/webhooks/fair-slots.ts';
import { startWebhookRig, type WebhookRig } from './webhooks-rig.ts';

let rig: WebhookRig;
before(async () => {
  rig = await startWebhookRig();
  await rig.addApp('700', 'http://127.0.0.1/');
  await rig.addApp('701', 'http://127.0.0.1/');
});
after(() => rig.stop());

async function idsByApp(): Promise<Record<string, string[]>> {
  const rows = await rig.db.query<{ app_id: string; ids: string[] }>(
    'SELECT app_id, array_agg(message_id ORDER BY event_id) AS ids FROM webhook_events GROUP BY app_id',
  );
  return Object.fromEntries(rows.map(({ app_id: appId, ids }) => [appId, ids]));
}

test('events are queued once for each subscribed app, in the order given', async () => {
  // Not a power of two, and not in any order that sorting could give.
  const ids = Array.from({ length: 301 }, (_, index) => ((index * 7919) % 1_000_003).toString(16).toUpperCase());
  const events = ids.map((messageId) =>
    rig.eventOf('sent', { messageId: messageId as never, acceptedS: 1, wamid: '' }),
  );
  assert.equal(await rig.queue(events), 602);
  assert.deepEqual(await idsByApp(), { 700: ids, 701: ids });
});

test('events of a business account without apps leave no rows, and no events need no statement', async () => {
  const rowsBefore = await rig.countRows('webhook_events');
  await rig.db.execute("DELETE FROM subscribed_apps WHERE waba_id = '900'");
  const event = rig.eventOf('sent', { messageId: 'AB' as never, acceptedS: 1, wamid: '' });
  assert.equal(await rig.queue([event]), 0);
  assert.equal(await rig.queue([]), 0);
  assert.equal(await rig.countRows('webhook_events'), rowsBefore);
});

test('a rolled back transaction queues nothing', async () => {
  await rig.addApp('702', 'http://127.0.0.1/');
  const rowsBefore = await rig.countRows('webhook_events');
  const event = rig.eventOf('sent', { messageId: 'AC' as never, acceptedS: 1, wamid: '' });
  const work = rig.db.transaction(async (tx) => {
    assert.equal(await rig.queue([event], '501', tx), 1);
    throw new Error('rolled back');
  });
  await assert.rejects(work, /rolled back/);
  assert.equal(await rig.countRows('webhook_events'), rowsBefore);
});

test('every failure has a code, and every code an error object', () => {
  assert.equal(errorCodeOf('unknown-recipient'), 131026);
  assert.equal(messageError(131047).title, 'Re-engagement message');
  assert.equal(messageError(999).code, 999);
  assert.equal(messageError(999).title, 'Something went wrong');
});

test('slots are shared in turn by key, within the share of each', async () => {
  const slots = new FairSlots({ total: 3, perKey: 2 });
  const granted: string[] = [];
  const takes = ['a', 'a', 'a', 'a', 'b', 'c', 'b'].map(async (key) => {
    if (await slots.take(key)) granted.push(key);
  });
  await Promise.all([takes[0], takes[1], takes[4]]);
  assert.deepEqual(granted, ['a', 'a', 'b']);
  slots.give('b');
  await Promise.race([takes[5], takes[6]]);
  assert.deepEqual(granted.slice(3), ['c'], 'c has waited longer than b');
  slots.give('c');
  await takes[6];
  assert.deepEqual(granted.slice(4), ['b'], 'a holds its share already');
  slots.give('a');
  await takes[2];
  assert.deepEqual(granted.slice(5), ['a']);
  slots.close();
  await Promise.all(takes);
  assert.deepEqual(granted.length, 6);
  assert.equal(await slots.take('d'), false);
});
