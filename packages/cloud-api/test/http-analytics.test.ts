import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { addToCounts, type Happening } from '../src/analytics/message-counts.ts';
import type { MessageCategory } from '../src/messages/message-record.ts';
import { assertError, startRig, type Business, type Rig } from './http-rig.ts';

let rig: Rig;
let shop: Business;
let desk: { id: string; phoneNumber: string };
before(async () => {
  rig = await startRig();
  shop = await rig.createBusiness('Shop');
  desk = await rig.addPhoneNumber(shop.wabaId, 'Second desk');
  await countEverything();
});
after(() => rig.stop());

const noon = (daysAgo: number) => Math.floor(Date.now() / 86_400_000 - daysAgo) * 86_400 + 43_200;
const startOfDay = (daysAgo: number) => noon(daysAgo) - 43_200;

interface Counted {
  readonly phoneNumberId: string;
  readonly happened: Happening;
  readonly category: MessageCategory;
  readonly country: string;
  readonly times: number;
  readonly atS: number;
}

async function count({ phoneNumberId, happened, category, country, times, atS }: Counted): Promise<void> {
  const templateId = category === 'service' ? null : '7000000000000001';
  const occurrence = { happened, series: { category, country, templateId }, atMs: atS * 1000 };
  await addToCounts(
    rig.db,
    { phoneNumberId, wabaId: shop.wabaId },
    Array.from({ length: times }, () => occurrence),
  );
}

async function countEverything(): Promise<void> {
  const first = { phoneNumberId: shop.phoneNumberId, country: 'US', atS: noon(2) };
  await count({ ...first, happened: 'sent', category: 'utility', times: 7 });
  await count({ ...first, happened: 'delivered', category: 'utility', times: 5 });
  await count({ ...first, happened: 'sent', category: 'service', times: 3 });
  await count({ ...first, happened: 'delivered', category: 'service', times: 3 });
  const second = { phoneNumberId: desk.id, country: 'BR', category: 'marketing', atS: noon(1) + 1_800 } as const;
  await count({ ...second, happened: 'sent', times: 2 });
  await count({ ...second, happened: 'delivered', times: 2 });
  await count({ ...second, happened: 'read', times: 1 });
}

async function ask(field: string, calls: string): Promise<Record<string, unknown>> {
  const fields = `${field}.start(${startOfDay(3)}).end(${startOfDay(0)})${calls}`;
  const { status, body } = await rig.graph(
    'GET',
    `/v25.0/${shop.wabaId}?${new URLSearchParams({ fields }).toString()}`,
    {
      token: shop.token,
    },
  );
  assert.equal(status, 200, JSON.stringify(body));
  return (body as unknown as Record<string, Record<string, unknown>>)[field]!;
}

async function pointsOf(field: string, calls: string): Promise<unknown[]> {
  const { data } = (await ask(field, calls)) as { data: [{ data_points: unknown[] }] };
  return data[0].data_points;
}

const day = (daysAgo: number) => ({ start: startOfDay(daysAgo), end: startOfDay(daysAgo - 1) });

test('analytics tell what was sent and delivered on each day, by all numbers or those asked for', async () => {
  assert.deepEqual(await ask('analytics', '.granularity(DAY)'), {
    phone_numbers: [shop.phoneNumber, desk.phoneNumber],
    country_codes: ['BR', 'US'],
    granularity: 'DAY',
    data_points: [
      { ...day(2), sent: 10, delivered: 8 },
      { ...day(1), sent: 2, delivered: 2 },
    ],
  });
  const filtered = await ask('analytics', `.granularity(DAY).phone_numbers([+${desk.phoneNumber}])`);
  assert.deepEqual(
    [filtered['phone_numbers'], filtered['data_points']],
    [[desk.phoneNumber], [{ ...day(1), sent: 2, delivered: 2 }]],
  );
});

test('analytics tell templates from free-form messages, and countries, and half hours', async () => {
  const points = async (calls: string) => (await ask('analytics', calls))['data_points'];
  assert.deepEqual(await points('.granularity(DAY).product_types([2])'), [{ ...day(2), sent: 3, delivered: 3 }]);
  assert.deepEqual(await points('.granularity(DAY).product_types([0]).country_codes(["us"])'), [
    { ...day(2), sent: 7, delivered: 5 },
  ]);
  assert.deepEqual(await points('.granularity(HALF_HOUR)'), [
    { start: noon(2), end: noon(2) + 1_800, sent: 10, delivered: 8 },
    { start: noon(1) + 1_800, end: noon(1) + 3_600, sent: 2, delivered: 2 },
  ]);
});

test('a month is a month of the calendar, in UTC', async () => {
  const { data_points: points } = (await ask('analytics', '.granularity(MONTH)')) as {
    data_points: { start: number; end: number; sent: number }[];
  };
  assert.equal(
    points.reduce((sum, { sent }) => sum + sent, 0),
    12,
  );
  for (const { start, end } of points) {
    const [from, until] = [new Date(start * 1000), new Date(end * 1000)];
    assert.match(from.toISOString(), /-01T00:00:00.000Z$/);
    assert.equal((until.getUTCFullYear() - from.getUTCFullYear()) * 12 + until.getUTCMonth() - from.getUTCMonth(), 1);
  }
});

test('every message that was delivered is a conversation of its category', async () => {
  const told = '.granularity(DAILY).dimensions(CONVERSATION_CATEGORY,CONVERSATION_TYPE,PHONE)';
  const first = { ...day(2), phone_number: shop.phoneNumber, cost: 0 };
  assert.deepEqual(await pointsOf('conversation_analytics', told), [
    { ...first, conversation: 3, conversation_type: 'FREE_TIER', conversation_category: 'SERVICE' },
    { ...first, conversation: 5, conversation_type: 'REGULAR', conversation_category: 'UTILITY' },
    {
      ...day(1),
      phone_number: desk.phoneNumber,
      conversation: 2,
      conversation_type: 'REGULAR',
      conversation_category: 'MARKETING',
      cost: 0,
    },
  ]);
  assert.deepEqual(await pointsOf('conversation_analytics', '.granularity(DAILY).metric_types(["CONVERSATION"])'), [
    { ...day(2), conversation: 8 },
    { ...day(1), conversation: 2 },
  ]);
  assert.deepEqual(
    await pointsOf('conversation_analytics', '.granularity(DAILY).conversation_directions([USER_INITIATED])'),
    [{ ...day(2), conversation: 3, cost: 0 }],
  );
});

test('prices are told by the terms that webhooks name, and nothing costs anything', async () => {
  const told = '.granularity(DAILY).dimensions(PRICING_CATEGORY,PRICING_TYPE,TIER,COUNTRY)';
  const first = { ...day(2), country: 'US', cost: 0 };
  assert.deepEqual(await pointsOf('pricing_analytics', told), [
    { ...first, pricing_type: 'FREE_CUSTOMER_SERVICE', pricing_category: 'SERVICE', volume: 3 },
    { ...first, tier: '0:MAX', pricing_type: 'REGULAR', pricing_category: 'UTILITY', volume: 5 },
    {
      ...day(1),
      country: 'BR',
      tier: '0:MAX',
      pricing_type: 'REGULAR',
      pricing_category: 'MARKETING',
      volume: 2,
      cost: 0,
    },
  ]);
  assert.deepEqual(
    await pointsOf('pricing_analytics', '.granularity(DAILY).pricing_types(REGULAR).metric_types(VOLUME)'),
    [
      { ...day(2), volume: 5 },
      { ...day(1), volume: 2 },
    ],
  );
});

test('another business counts nothing of it', async () => {
  const fields = `analytics.start(${startOfDay(3)}).end(${startOfDay(0)}).granularity(DAY)`;
  const query = new URLSearchParams({ fields }).toString();
  assertError(await rig.graph('GET', `/v25.0/${shop.wabaId}?${query}`), 400, 100);
  const own = await rig.graph('GET', `/v25.0/${rig.bank.wabaId}?${query}`);
  assert.deepEqual((own.body as unknown as { analytics: { data_points: unknown[] } }).analytics.data_points, []);
});

test('templates are compared by how often they were sent, within the days asked for', async () => {
  const make = async (name: string) => {
    const body = { name, language: 'en', category: 'UTILITY', components: [{ type: 'BODY', text: 'We are open.' }] };
    const made = await rig.graph('POST', `/v25.0/${shop.wabaId}/message_templates`, { token: shop.token, body });
    return made.body.id;
  };
  const [one, other] = [await make('one'), await make('other')];
  const sent = (templateId: string, daysAgo: number, times: number) => {
    const series = { category: 'utility', country: 'US', templateId } as const;
    const occurrence = { happened: 'sent', series, atMs: noon(daysAgo) * 1000 } as const;
    const owner = { phoneNumberId: shop.phoneNumberId, wabaId: shop.wabaId };
    return addToCounts(
      rig.db,
      owner,
      Array.from({ length: times }, () => occurrence),
    );
  };
  await sent(one, 6, 3);
  await sent(one, 40, 5);
  await sent(other, 1, 2);
  const sends = async (days: number) => {
    const query = `template_ids=[${other}]&start=${startOfDay(days)}&end=${startOfDay(0)}`;
    const { body } = await rig.graph('GET', `/v25.0/${one}/compare?${query}`, { token: shop.token });
    const { data } = body as unknown as { data: { metric: string; number_values: { key: string; value: number }[] }[] };
    return data.find(({ metric }) => metric === 'MESSAGE_SENDS')?.number_values.map(({ value }) => value);
  };
  assert.deepEqual(await sends(7), [3, 2]);
  assert.deepEqual(await sends(60), [8, 2]);
});

test('template analytics add up what became of messages, day by day, and taps on each quick reply', async () => {
  await rig.graph('POST', `/v25.0/${shop.wabaId}`, { token: shop.token, body: { is_enabled_for_insights: true } });
  const buttons = ['Yes', 'No'].map((text) => ({ type: 'QUICK_REPLY', text }));
  const body = {
    name: 'question',
    language: 'en',
    category: 'MARKETING',
    components: [
      { type: 'BODY', text: 'Shall we open?' },
      { type: 'BUTTONS', buttons },
    ],
  };
  const made = await rig.graph('POST', `/v25.0/${shop.wabaId}/message_templates`, { token: shop.token, body });
  const templateId = made.body.id;
  const happen = (happened: Happening, category: MessageCategory, button?: number) => {
    const occurrence = { happened, series: { category, country: 'US', templateId }, atMs: noon(1) * 1000 };
    const owner = { phoneNumberId: shop.phoneNumberId, wabaId: shop.wabaId };
    return addToCounts(rig.db, owner, [{ ...occurrence, ...(button !== undefined && { button }) }]);
  };
  for (const happened of ['sent', 'sent', 'sent', 'delivered', 'delivered', 'read'] as const)
    await happen(happened, 'marketing');
  await happen('tapped', 'marketing', 1);
  await happen('sent', 'marketing_lite');
  const pointsFor = async (more: string) => {
    const query = `start=${startOfDay(1)}&end=${startOfDay(1)}&granularity=DAILY&template_ids=[${templateId}]${more}`;
    const answer = await rig.graph('GET', `/v25.0/${shop.wabaId}/template_analytics?${query}`, { token: shop.token });
    return (answer.body.data[0] as unknown as { data_points: unknown[] }).data_points;
  };
  assert.deepEqual(await pointsFor('&metric_types=SENT,DELIVERED,READ,CLICKED'), [
    {
      template_id: templateId,
      ...day(1),
      sent: 3,
      delivered: 2,
      read: 1,
      clicked: [
        { type: 'quick_reply_button', button_content: 'Yes', count: 0 },
        { type: 'quick_reply_button', button_content: 'No', count: 1 },
      ],
    },
  ]);
  assert.deepEqual(await pointsFor('&metric_types=SENT&product_type=MARKETING_MESSAGES_API_FOR_WHATSAPP'), [
    { template_id: templateId, ...day(1), sent: 1 },
  ]);
  const fields = `template_analytics.start(${startOfDay(1)}).end(${startOfDay(1)}).granularity(DAILY).template_ids([${templateId}])`;
  const field = await rig.graph('GET', `/v25.0/${shop.wabaId}?${new URLSearchParams({ fields }).toString()}`, {
    token: shop.token,
  });
  const read = field.body as unknown as { template_analytics: { data: [{ data_points: { sent: number }[] }] } };
  assert.equal(read.template_analytics.data[0].data_points[0]?.sent, 3);
  const optOut = { cta_url_link_tracking_opted_out: true };
  await rig.graph('POST', `/v25.0/${templateId}`, { token: shop.token, body: optOut });
  assert.deepEqual(await pointsFor('&metric_types=CLICKED'), [{ template_id: templateId, ...day(1) }]);
});
