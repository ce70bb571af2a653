import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  queueAccountEvent,
  queueNumberEvent,
  queuePreferenceEvents,
  type NewWebhookEvent,
} from '../src/webhooks/events.ts';
import type { MessageCategory } from '../src/messages/message-record.ts';
import { person, startWebhookRig, until, type Receiver, type WebhookRig } from './webhooks-rig.ts';

let rig: WebhookRig;
let old: Receiver;
let current: Receiver;
let wake: () => void;
const ofNumber = { phoneNumberId: '501', wabaId: '900' };

before(async () => {
  rig = await startWebhookRig();
  await rig.addNumber('501', '15550001111');
  [old, current] = [await rig.startReceiver(), await rig.startReceiver()];
  const fields = ['messages', 'user_preferences', 'security', 'business_capability_update', 'account_settings_update'];
  await rig.addApp('723', old.url, fields, 'v23.0');
  await rig.addApp('724', current.url, fields, 'v24.0');
  const { delivery } = await rig.startDelivery();
  wake = () => ['501', '900'].forEach((owner) => delivery.wake(owner));
});
after(() => rig.stop());

interface Status {
  id: string;
  status: string;
  timestamp: string;
  conversation?: { id: string; expiration_timestamp?: string; origin: { type: string } };
  pricing?: object;
}

interface Sent {
  entry: { id: string; time?: number; changes: { field: string; value: Record<string, unknown> }[] }[];
}

/** Waits until all is delivered, and gives what each of the two apps got since it was last asked. */
async function taken(): Promise<{ old: Sent['entry']; current: Sent['entry'] }> {
  wake();
  await until(async () => (await rig.countRows('webhook_events')) === 0);
  const [ofOld = [], ofCurrent = []] = [old, current].map((receiver) => {
    return receiver.posts.splice(0).flatMap(({ raw }) => (JSON.parse(raw) as Sent).entry);
  });
  return { old: ofOld, current: ofCurrent };
}

function statusesOf(entries: Sent['entry']): Status[] {
  return entries.flatMap(({ changes }) => changes.flatMap(({ value }) => (value['statuses'] ?? []) as Status[]));
}

async function tell(category: MessageCategory, events: readonly Partial<NewWebhookEvent>[]): Promise<void> {
  const message = await rig.storeMessage('a', { sentByBusiness: true, record: { category } });
  await rig.queue(events.map((event) => ({ ...rig.eventOf('sent', message), ...event })));
}

test('pricing comes with sent and the one status that says the person has it, conversations up to v23 only', async () => {
  await tell('marketing', [
    { kind: 'sent' },
    { kind: 'delivered', isArrival: true },
    { kind: 'read', isArrival: false },
    { kind: 'played', isArrival: false },
  ]);
  const got = await taken();
  const pricing = { billable: true, pricing_model: 'PMP', type: 'regular', category: 'marketing' };
  const statuses = statusesOf(got.old);
  assert.deepEqual(
    statuses.map(({ status, pricing: price }) => [status, price]),
    [
      ['sent', pricing],
      ['delivered', pricing],
      ['read', undefined],
      ['played', undefined],
    ],
  );
  const [sent, delivered, read] = statuses;
  assert.match(sent?.conversation?.id ?? '', /^[0-9a-f]{32}$/);
  assert.deepEqual(sent?.conversation, {
    id: delivered?.conversation?.id,
    expiration_timestamp: String(Number(sent?.timestamp) + 24 * 3600),
    origin: { type: 'marketing' },
  });
  assert.deepEqual(delivered?.conversation, { id: sent?.conversation?.id, origin: { type: 'marketing' } });
  assert.equal(read?.conversation, undefined);
  assert.deepEqual(
    statusesOf(got.current),
    statuses.map(({ conversation: _none, ...status }) => status),
  );
});

test('a read that skips delivered is priced itself, free-form is free, and a failure costs nothing', async () => {
  await tell('service', [{ kind: 'sent' }, { kind: 'read', isArrival: true }]);
  await tell('utility', [{ kind: 'failed', errorCode: 131026 }]);
  const { current: entries } = await taken();
  const free = { billable: false, pricing_model: 'PMP', type: 'free_customer_service', category: 'service' };
  assert.deepEqual(
    statusesOf(entries).map(({ status, pricing }) => [status, pricing]),
    [
      ['sent', free],
      ['read', free],
      ['failed', undefined],
    ],
  );
  const value = entries.at(-1)?.changes.at(-1)?.value;
  assert.deepEqual(value?.['contacts'], [{ wa_id: person }], 'those of a failure too');
});

test('values of accounts and numbers have their time, and the shape of the version', async () => {
  const happenedAtMs = rig.clock.now();
  const tier = { max_daily_conversations_per_business: 'TIER_2K', max_phone_numbers_per_business: 20 };
  const pin = { display_phone_number: '15550001111', event: 'PIN_CHANGED' };
  await queueAccountEvent(rig.db, '900', { field: 'business_capability_update', value: tier, happenedAtMs });
  await queueNumberEvent(rig.db, ofNumber, { field: 'security', value: pin, happenedAtMs });
  await queueAccountEvent(rig.db, '900', { field: 'flows', value: {}, happenedAtMs });
  await queueAccountEvent(rig.db, '901', { field: 'security', value: {}, happenedAtMs });
  const got = await taken();
  const time = Math.floor(happenedAtMs / 1000);
  const changesOf = (entries: Sent['entry']) => entries.flatMap(({ changes }) => changes);
  assert.deepEqual(changesOf(got.old), [
    { field: 'business_capability_update', value: { ...tier, max_daily_conversations_per_business: 2_000 } },
    { field: 'security', value: pin },
  ]);
  assert.deepEqual(changesOf(got.current), [
    { field: 'business_capability_update', value: tier },
    { field: 'security', value: pin },
  ]);
  assert.ok([...got.old, ...got.current].every((entry) => entry.id === '900' && entry.time === time));
});

test('settings of a number keep their place among its messages', async () => {
  const [first] = await rig.receiveTexts(['before']);
  const value = { phone_number_settings: {} };
  await queueNumberEvent(rig.db, ofNumber, { field: 'account_settings_update', value, happenedAtMs: rig.clock.now() });
  const [last] = await rig.receiveTexts(['after']);
  const { current: entries } = await taken();
  assert.deepEqual(
    entries.flatMap(({ changes }) => changes.map(({ field }) => field)),
    ['messages', 'account_settings_update', 'messages'],
  );
  assert.ok(first !== undefined && last !== undefined);
});

test('a preference names its person only in the sealed record, and is told among the events of the account', async () => {
  const stopped = await rig.storeMessage('', {
    content: { body: { case: 'marketingPreference', value: { isStopped: true } } },
  });
  const resumed = await rig.storeMessage('', {
    content: { body: { case: 'marketingPreference', value: { isStopped: false } } },
  });
  const happenedAtMs = rig.clock.now();
  await queuePreferenceEvents(
    rig.db,
    ofNumber,
    [stopped, resumed].map(({ messageId, acceptedS }) => ({ messageId, acceptedS, happenedAtMs })),
  );
  const rows = await rig.db.query('SELECT * FROM webhook_events');
  assert.equal(rows.length, 4);
  assert.doesNotMatch(JSON.stringify(rows), new RegExp(person));
  const { current: entries } = await taken();
  const preference = {
    wa_id: person,
    category: 'marketing_messages',
    timestamp: Math.floor(happenedAtMs / 1000),
  };
  assert.deepEqual(
    entries.flatMap(({ changes }) => changes.map(({ field, value }) => [field, value])),
    (['stop', 'resume'] as const).map((value) => [
      'user_preferences',
      {
        messaging_product: 'whatsapp',
        metadata: { display_phone_number: '15550001111', phone_number_id: '501' },
        contacts: [{ profile: { name: person }, wa_id: person }],
        user_preferences: [{ ...preference, detail: `User requested to ${value} marketing messages`, value }],
      },
    ]),
  );
});
