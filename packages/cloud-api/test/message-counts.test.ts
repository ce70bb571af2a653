import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { ReceivedEvent } from '@postern/client';
import { ContentSchema, create, encode, limits, MessageSchema, newAccountId, type MessageId } from '@postern/protocol';
import { CountUpkeep } from '../src/analytics/count-upkeep.ts';
import { countryOf } from '../src/analytics/country.ts';
import { addToCounts, halfHourOf, type Happening } from '../src/analytics/message-counts.ts';
import { MessageSums, type SumDimension } from '../src/analytics/message-sums.ts';
import type { MessageCategory } from '../src/messages/message-record.ts';
import { newMessageId } from '../src/messages/message-id.ts';
import { claimNumbers } from '../src/pump/number-claim.ts';
import { NumberStore } from '../src/pump/number-store.ts';
import { numberOf, startRig, until, untilShown } from './rig.ts';
import { atAnyTime } from './storage-rig.ts';

let rig: Awaited<ReturnType<typeof startRig>>;
before(async () => {
  rig = await startRig();
});
after(() => rig.stop());

const happenings: readonly Happening[] = ['sent', 'delivered', 'read', 'tapped'];
const everything = { phoneNumberIds: null, countries: null, categories: null, templateIds: null };

/** What was counted of a number in all: `sent utility DE` → how often. */
async function countsOf(phoneNumberId: string, by: readonly SumDimension[] = []): Promise<Record<string, number>> {
  const sums = await new MessageSums(rig.db).list({
    wabaId: '1',
    happened: happenings,
    from: 0,
    until: halfHourOf(rig.clock.now()) + 1,
    halfHours: 48,
    by,
    only: { ...everything, phoneNumberIds: [phoneNumberId] },
  });
  return Object.fromEntries(
    sums.map((sum) => [[sum.happened, ...by.map((dimension) => sum[dimension])].join(' '), sum.count]),
  );
}

async function untilCounted(phoneNumberId: string, happened: Happening, count: number): Promise<void> {
  await until(async () => (await countsOf(phoneNumberId))[happened] === count);
}

test('what was sent, delivered and read is counted once each, and apart by category, country and template', async () => {
  await rig.registerNumber('501', numberOf('15550109501'));
  const ana = await rig.openPhone('Ana', '4915701234567');
  const beto = await rig.openPhone('Beto', '5511987654321');
  const { stop } = await rig.startWorker(1);
  const marketing = { category: 'marketing', templateId: '7000000000000001' } as const;
  const messages = Array.from({ length: 20 }, (_, index) => rig.say('501', ana.phoneNumber, `to Ana ${index}`));
  messages.push(rig.say('501', beto.phoneNumber, 'to Beto', marketing));
  await Promise.all(messages);
  await untilShown(ana, (items) => items.length === 20);
  await untilCounted('501', 'delivered', 21);
  ana.markRead();
  await untilCounted('501', 'read', 20);
  // Who is nobody's: it fails, and was never sent.
  await rig.say('501', numberOf('15550100599'), 'to nobody');
  await until(async () => (await statesOf('501'))['failed'] === 1);
  ana.markRead();
  assert.deepEqual(await countsOf('501', ['category', 'country', 'templateId']), {
    'sent marketing BR 7000000000000001': 1,
    'sent utility DE ': 20,
    'delivered marketing BR 7000000000000001': 1,
    'delivered utility DE ': 20,
    'read utility DE ': 20,
  });
  assert.deepEqual(await statesOf('501'), { read: 20, delivered: 1, failed: 1 });
  await stop();
});

async function statesOf(phoneNumberId: string): Promise<Record<string, number>> {
  const rows = await rig.db.query<{ state: string; count: number }>(
    'SELECT state, count(*)::int AS count FROM messages WHERE phone_number_id = $1 GROUP BY state',
    [phoneNumberId],
  );
  return Object.fromEntries(rows.map(({ state, count }) => [state, count]));
}

test('a worker that did not send a message knows as what it is counted when it arrives', async () => {
  await rig.registerNumber('502', numberOf('15550109502'));
  const [digits, templateId] = ['33612345678', '7000000000000002'];
  await (await rig.openPhone('Clara', digits)).close();
  const first = await rig.startWorker(2);
  await Promise.all(
    Array.from({ length: 5 }, (_, index) => rig.say('502', numberOf(digits), `number ${index}`, { templateId })),
  );
  await untilCounted('502', 'sent', 5);
  await first.stop();
  const second = await rig.startWorker(3);
  const clara = await rig.openPhone('Clara', digits);
  await untilShown(clara, (items) => items.length === 5);
  await untilCounted('502', 'delivered', 5);
  assert.deepEqual(await countsOf('502', ['country', 'templateId']), {
    [`sent FR ${templateId}`]: 5,
    [`delivered FR ${templateId}`]: 5,
  });
  await second.stop();
});

test('a tap on a quick reply is counted by its place, if whoever the message went to taps on what it showed', async () => {
  await rig.registerNumber('504', numberOf('15550109504'));
  const from = { accountId: newAccountId(), deviceId: 1 as never, phoneNumber: numberOf('4915701234504') };
  const quick = (text: string) => ({ type: 'quick_reply', payload: 'p', text });
  const shown = {
    buttons: [{ type: 'url', text: 'Yes' }, quick('No'), quick('Yes')],
    cards: [{ buttons: [quick('Card')] }],
  };
  const messageId = newMessageId(rig.clock.now());
  const [template, acceptedS] = [{ name: 'offer', json: JSON.stringify(shown) }, Math.floor(rig.clock.now() / 1000)];
  const content = { messageId, body: { case: 'template', value: template } } as const;
  await rig.accepts.acceptMessage({
    phoneNumberId: '504',
    messageId,
    acceptedS,
    retentionHours: 720,
    to: from.phoneNumber,
    content: encode(ContentSchema, { body: { case: 'message', value: content } }),
    ...atAnyTime,
    templateId: '7000000000000004',
  });
  const number = (await claimNumbers(rig.db, 4)).find(({ phoneNumberId }) => phoneNumberId === '504');
  assert.ok(number);
  const store = new NumberStore({ db: rig.db, storage: rig.storage, rules: rig.rules, number });
  let taps = 0;
  const tap = (text: string, quoted: string = messageId, sender = from) => {
    taps += 1;
    const reply = { case: 'quick', value: { payload: 'p', text } } as const;
    const message = create(MessageSchema, {
      quote: { messageId: quoted },
      body: { case: 'reply', value: { reply } },
    });
    const inbound = String(taps).padStart(20, '0') as MessageId;
    const event: ReceivedEvent = {
      kind: 'message',
      from: sender,
      messageId: inbound,
      message,
      storedAtMs: rig.clock.now(),
    };
    const changes = { peers: [], usedPrekeys: [], usedBaseKeys: [] };
    return store.commitReceived({ changes, processed: [], events: [event], replies: [] });
  };
  for (const text of ['Yes', 'Yes', 'Card', 'Never shown']) await tap(text);
  await tap('Yes', 'no id of a message');
  await tap('Yes', messageId, { ...from, phoneNumber: numberOf('4915701234505') });
  assert.deepEqual(await countsOf('504', ['templateId', 'button']), {
    'tapped 7000000000000004 1': 2,
    'tapped 7000000000000004 2': 1,
  });
  await rig.db.query('UPDATE numbers SET pump_owner = NULL');
});

test('half hours become days when they are old and go when they are older, and no sum changes on the way', async () => {
  const { db, clock } = rig;
  const owner = { phoneNumberId: '503', wabaId: '1' };
  const series = (category: MessageCategory) => ({ category, country: 'DE', templateId: null });
  const dayMs = 24 * limits.hourMs;
  const now = clock.now();
  const daysAgo = (days: number, hours = 0) => Math.floor(now / dayMs - days) * dayMs + hours * limits.hourMs;
  const add = (atMs: number, category: MessageCategory = 'utility') =>
    addToCounts(db, owner, [{ happened: 'sent', series: series(category), atMs }]);
  for (const hours of [0, 1, 23.9]) await add(daysAgo(31, hours));
  for (const hours of [3, 4]) await add(daysAgo(29, hours));
  await add(daysAgo(31), 'marketing');
  await add(daysAgo(89));
  await add(daysAgo(91));
  const cellsOf = async () => {
    const rows = await db.query<{ half_hour: number; half_hours: number; category: string; count: number }>(
      `SELECT half_hour, half_hours, category, count FROM message_counts WHERE phone_number_id = '503'
       ORDER BY half_hour, category`,
    );
    return rows.map((row) => [row.half_hour, row.half_hours, row.category, row.count]);
  };
  await new CountUpkeep({ db, clock }).run();
  const folded = [
    [halfHourOf(daysAgo(89)), 48, 'utility', 1],
    [halfHourOf(daysAgo(31)), 48, 'marketing', 1],
    [halfHourOf(daysAgo(31)), 48, 'utility', 3],
    [halfHourOf(daysAgo(29, 3)), 1, 'utility', 1],
    [halfHourOf(daysAgo(29, 4)), 1, 'utility', 1],
  ];
  assert.deepEqual(await cellsOf(), folded);
  // What comes late is added to the day.
  await add(daysAgo(31, 5));
  await new CountUpkeep({ db, clock }).run();
  assert.deepEqual(
    await cellsOf(),
    folded.map((cell) => (cell[3] === 3 ? [...cell.slice(0, 3), 4] : cell)),
  );
});

test('a phone number belongs to the country that its digits show, and else to the largest of its calling code', () => {
  const countries = ['4915701234567', '14165550123', '15550100001', '77011234567', '79161234567', '870773111632'];
  assert.deepEqual(
    countries.map((digits) => countryOf(numberOf(digits))),
    ['DE', 'CA', 'US', 'KZ', 'RU', 'ZZ'],
  );
});
