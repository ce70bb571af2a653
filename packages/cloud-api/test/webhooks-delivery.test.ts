import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, test } from 'node:test';
import { openDatabase } from '@postern/postgres';
import { limits } from '@postern/protocol';
import { BusinessManagerUnavailableError } from '../src/access/business-manager-http.ts';
import { retryWaitMs } from '../src/webhooks/lane.ts';
import { layDatabaseLink } from '../../../test/rigs/database-link.ts';
import { appSecret, eventsOf, person, startWebhookRig, until, type WebhookRig } from './webhooks-rig.ts';

let rig: WebhookRig;

beforeEach(async () => {
  rig = await startWebhookRig();
  await rig.addNumber('501', '15550001111');
});
afterEach(() => rig.stop());

const settled = () => until(async () => (await rig.countRows('webhook_events')) === 0);
const numbered = (count: number) => Array.from({ length: count }, (_, index) => `text ${index}`);

test('an inbound text arrives in the shape of the contract, signed over its escaped bytes', async () => {
  const receiver = await rig.startReceiver();
  await rig.addApp('700', receiver.url);
  const asked = await rig.storeMessage('Open?', { sentByBusiness: true });
  const quote = { messageId: asked.messageId, fromMe: false };
  const message = await rig.storeMessage('ja/nein: grüße 🦊', { quote });
  const event = rig.eventOf('message', message);
  await rig.queue([event]);
  const { wake } = await rig.startDelivery();
  wake();
  await settled();
  const [post] = receiver.posts;
  assert.ok(post);
  assert.deepEqual(JSON.parse(post.raw), {
    object: 'whatsapp_business_account',
    entry: [
      {
        id: '900',
        changes: [
          {
            field: 'messages',
            value: {
              messaging_product: 'whatsapp',
              metadata: { display_phone_number: '15550001111', phone_number_id: '501' },
              contacts: [{ profile: { name: 'Zoë' }, wa_id: person }],
              messages: [
                {
                  context: { from: '15550001111', id: asked.wamid },
                  from: person,
                  id: message.wamid,
                  timestamp: String(Math.floor(event.happenedAtMs / 1000)),
                  type: 'text',
                  text: { body: 'ja/nein: grüße 🦊' },
                },
              ],
            },
          },
        ],
      },
    ],
  });
  assert.ok(post.raw.includes('ja\\/nein: gr\\u00fc\\u00dfe \\ud83e\\udd8a'), post.raw);
  assert.match(post.raw, /^[\0-\x7f]*$/);
  const signature = createHmac('sha256', appSecret).update(post.raw, 'latin1').digest('hex');
  assert.equal(post.headers['x-hub-signature-256'], `sha256=${signature}`);
  assert.equal(post.headers['content-type'], 'application/json');
  assert.equal(post.headers['user-agent'], 'facebookexternalua');
});

test('statuses carry callback data and errors, and in a backlog those that follow one another share a change', async () => {
  const receiver = await rig.startReceiver();
  await rig.addApp('700', receiver.url);
  const filler = await rig.storeMessage('x');
  const sent = await rig.storeMessage('a', { sentByBusiness: true, callbackData: 'order/7' });
  const inbound = await rig.storeMessage('b');
  const lost = await rig.storeMessage('c', { sentByBusiness: true });
  const events = [
    rig.eventOf('sent', sent),
    rig.eventOf('delivered', sent),
    rig.eventOf('message', inbound),
    rig.eventOf('failed', lost),
  ];
  await rig.queue([
    ...events,
    ...Array.from({ length: limits.maxWebhooksSentSingly }, () => rig.eventOf('message', filler)),
  ]);
  await rig.startDelivery();
  await settled();
  assert.equal(receiver.posts.length, 1);
  const changes = receiver.posts.flatMap((post) => post.changes.map(({ value }) => value));
  const timestamp = (index: number) => String(Math.floor((events[index]?.happenedAtMs ?? 0) / 1000));
  const pricing = { billable: false, pricing_model: 'PMP', type: 'free_customer_service', category: 'service' };
  const common = { recipient_id: person, biz_opaque_callback_data: 'order/7', pricing };
  assert.equal(changes.length, 3 + limits.maxWebhooksSentSingly);
  assert.deepEqual(changes[0]?.statuses, [
    { id: sent.wamid, status: 'sent', timestamp: timestamp(0), ...common },
    { id: sent.wamid, status: 'delivered', timestamp: timestamp(1), ...common },
  ]);
  assert.deepEqual(changes[0]?.contacts, [{ wa_id: person }]);
  assert.equal(changes[1]?.messages?.[0]?.id, inbound.wamid);
  const [failed] = changes[2]?.statuses ?? [];
  assert.ok(failed);
  const { errors, ...status } = failed as typeof failed & { errors: { code: number; title: string }[] };
  assert.deepEqual(status, {
    id: lost.wamid,
    status: 'failed',
    timestamp: timestamp(3),
    recipient_id: person,
  });
  assert.deepEqual([errors[0]?.code, errors[0]?.title], [131026, 'Message undeliverable']);
});

test('while few events wait each is sent alone, a backlog goes in batches, all in order', async () => {
  const receiver = await rig.startReceiver();
  await rig.addApp('700', receiver.url);
  const { wake } = await rig.startDelivery();
  const first = await rig.receiveTexts(numbered(limits.maxWebhooksSentSingly));
  wake();
  await settled();
  assert.deepEqual(
    receiver.posts.map(eventsOf),
    first.map((event) => [event]),
  );
  receiver.posts.length = 0;
  const backlog = await rig.receiveTexts(numbered(limits.maxUpdatesPerWebhook * 2 + 30));
  wake();
  await settled();
  assert.deepEqual(
    receiver.posts.map((post) => post.changes.length),
    [limits.maxUpdatesPerWebhook, limits.maxUpdatesPerWebhook, 30],
  );
  assert.deepEqual(receiver.events, backlog);
  assert.equal(receiver.maxInFlight, 1);
});

test('a batch ends before the limit of bytes', async () => {
  const receiver = await rig.startReceiver();
  await rig.addApp('700', receiver.url);
  // Each character takes six bytes when it is escaped: a hundred of these texts would not fit.
  const expected = await rig.receiveTexts(Array.from({ length: 100 }, (_, index) => '€'.repeat(12_000) + index));
  await rig.startDelivery();
  await settled();
  // The few that are left at the end go one by one.
  assert.equal(receiver.posts.filter(({ changes }) => changes.length > 1).length, 2);
  assert.ok(receiver.posts.every(({ raw }) => raw.length <= limits.maxWebhookBytes));
  assert.deepEqual(receiver.events, expected);
});

test('events that come while a request is under way follow it, never beside it', async () => {
  const receiver = await rig.startReceiver();
  await rig.addApp('700', receiver.url);
  const { wake } = await rig.startDelivery();
  const held: (() => void)[] = [];
  receiver.answer = (_request, response) => held.push(() => response.end());
  const expected = await rig.receiveTexts(['one']);
  wake();
  await until(() => held.length === 1);
  expected.push(...(await rig.receiveTexts(['two', 'three'])));
  wake();
  receiver.answer = (_request, response) => response.end();
  held[0]?.();
  await settled();
  assert.deepEqual(receiver.events, expected);
  assert.equal(receiver.maxInFlight, 1);
});

test('every subscribed app gets its own copy, and only those that want messages', async () => {
  const [one, other, third] = [await rig.startReceiver(), await rig.startReceiver(), await rig.startReceiver()];
  await rig.addApp('701', one.url);
  await rig.addApp('702', other.url);
  await rig.addApp('703', third.url, ['account_alerts']);
  const expected = await rig.receiveTexts(['a', 'b', 'c']);
  assert.equal(await rig.countRows('webhook_events'), 9);
  const { wake } = await rig.startDelivery();
  wake();
  await settled();
  assert.deepEqual([one.events, other.events, third.events], [expected, expected, []]);
});

test('an endpoint that fails and comes up again has lost nothing, and gets it in order', async () => {
  const receiver = await rig.startReceiver();
  await rig.addApp('700', receiver.url);
  receiver.answer = (_request, response) => response.writeHead(500).end();
  const { wake } = await rig.startDelivery();
  const expected = await rig.receiveTexts(['one']);
  wake();
  await until(async () => (await rig.countRows('webhook_troubles')) === 1);
  expected.push(...(await rig.receiveTexts(['two', 'three'])));
  wake();
  rig.clock.setOffset(rig.clock.offsetMs + limits.webhookRetryMinMs);
  await until(() => receiver.posts.length === 2);
  receiver.posts.length = 0;
  receiver.answer = (_request, response) => response.writeHead(204).end();
  await until(async () => {
    rig.clock.setOffset(rig.clock.offsetMs + limits.webhookRetryMinMs);
    return (await rig.countRows('webhook_events')) === 0;
  });
  assert.deepEqual(receiver.events, expected);
  assert.equal(await rig.countRows('webhook_troubles'), 0);
  assert.equal(receiver.maxInFlight, 1);
});

test('an endpoint in trouble is not called before its retry is due, however often its number is woken', async () => {
  const [broken, good] = [await rig.startReceiver(), await rig.startReceiver()];
  await rig.addApp('700', broken.url);
  await rig.addApp('701', good.url);
  broken.answer = (_request, response) => response.writeHead(302, { location: good.url }).end();
  const { wake } = await rig.startDelivery();
  await rig.receiveTexts(['one']);
  await rig.db.execute("INSERT INTO webhook_troubles VALUES ('501', '700', 5, $1, $2)", [
    rig.clock.now(),
    rig.clock.now() + 60_000,
  ]);
  wake();
  await until(() => good.events.length === 1);
  const expected = await rig.receiveTexts(['two']);
  wake();
  await until(() => good.events.length === 2);
  assert.equal(good.events[1], expected[0]);
  assert.equal(broken.posts.length, 0);
});

test('a hanging endpoint does not hold up another number, nor another app', async () => {
  const [hanging, good] = [await rig.startReceiver(), await rig.startReceiver()];
  // More numbers than one app has slots for, all at an endpoint that never answers.
  const numbers = Array.from({ length: limits.maxWebhooksInFlightPerApp + 4 }, (_, index) => `6${index}`);
  await rig.addApp('700', hanging.url);
  hanging.answer = () => {};
  const { wake, stop } = await rig.startDelivery({ timeoutMs: 60_000 });
  for (const id of numbers) {
    await rig.addNumber(id, '15550001111');
    await rig.receiveTexts(['x'], id);
    wake(id);
  }
  await until(() => hanging.inFlight === limits.maxWebhooksInFlightPerApp);
  await rig.addApp('701', good.url);
  const expected = await rig.receiveTexts(['y']);
  await rig.addNumber('502', '15550003333');
  wake();
  await until(() => good.events.length === 1);
  assert.ok(hanging.inFlight > 0, 'the other endpoint hangs still');
  assert.equal(hanging.maxInFlight, limits.maxWebhooksInFlightPerApp);
  assert.deepEqual(good.events, expected);
  hanging.stop();
  await stop();
});

test('a new delivery on the same database goes on where the last one stopped', async () => {
  const receiver = await rig.startReceiver();
  await rig.addApp('700', receiver.url);
  receiver.answer = (_request, response) => response.writeHead(503).end();
  const expected = await rig.receiveTexts(['one', 'two']);
  const first = await rig.startDelivery();
  await until(async () => (await rig.countRows('webhook_troubles')) === 1);
  await first.stop();
  receiver.posts.length = 0;
  receiver.answer = (_request, response) => response.end();
  rig.clock.setOffset(limits.webhookRetryMinMs);
  await rig.startDelivery();
  await settled();
  assert.deepEqual(receiver.events, expected);
});

test('stopping lets the request in flight finish, and starts no other', async () => {
  const receiver = await rig.startReceiver();
  await rig.addApp('700', receiver.url);
  const held: (() => void)[] = [];
  receiver.answer = (_request, response) => held.push(() => response.end());
  await rig.receiveTexts(numbered(limits.maxUpdatesPerWebhook + 1));
  const { stop } = await rig.startDelivery();
  await until(() => held.length === 1);
  const stopped = stop();
  held[0]?.();
  await stopped;
  assert.equal(receiver.posts.length, 1);
  assert.equal(await rig.countRows('webhook_events'), 1);
});

test('events that were retried for seven days are dropped and counted, newer ones are not', async () => {
  const receiver = await rig.startReceiver();
  await rig.addApp('700', receiver.url);
  receiver.answer = (_request, response) => response.writeHead(500).end();
  const { wake } = await rig.startDelivery();
  await rig.receiveTexts(['old', 'old too']);
  wake();
  await until(async () => (await rig.countRows('webhook_troubles')) === 1);
  receiver.answer = (_request, response) => response.end();
  receiver.posts.length = 0;
  rig.clock.setOffset(limits.webhookRetryForMs + 1_000);
  await rig.db.execute('SELECT ensure_message_partitions($1, $1)', [Math.floor(rig.clock.now() / 86_400_000)]);
  const expected = await rig.receiveTexts(['new']);
  wake();
  await settled();
  assert.deepEqual(receiver.events, expected);
  assert.ok(rig.logged.some((line) => (JSON.parse(line) as { dropped?: number }).dropped === 2));
});

test('an event whose message is past its storage time is dropped, the others go on', async () => {
  const receiver = await rig.startReceiver();
  await rig.addApp('700', receiver.url);
  const kept = await rig.storeMessage('kept');
  const gone = await rig.storeMessage('gone');
  await rig.db.execute('DELETE FROM messages WHERE message_id = $1', [gone.messageId]);
  await rig.queue([rig.eventOf('message', gone), rig.eventOf('message', kept), rig.eventOf('message', gone)]);
  await rig.startDelivery();
  await settled();
  assert.deepEqual(receiver.events, [`kept ${kept.wamid}`]);
});

test('events of an app that is unsubscribed or has no callback are deleted', async () => {
  const receiver = await rig.startReceiver();
  await rig.addApp('700', receiver.url);
  await rig.addApp('701', receiver.url);
  await rig.receiveTexts(numbered(3));
  await rig.db.execute("DELETE FROM subscribed_apps WHERE app_id = '700'");
  await rig.db.execute("DELETE FROM app_subscriptions WHERE app_id = '701'");
  await rig.db.execute("INSERT INTO webhook_troubles VALUES ('501', '700', 1, 0, 0)");
  await rig.startDelivery();
  await settled();
  assert.equal(receiver.posts.length, 0);
  await until(async () => (await rig.countRows('webhook_troubles')) === 0);
});

test('an app that lost an account is sent nothing more of it, and what waited for it is deleted', async () => {
  const receiver = await rig.startReceiver();
  await rig.addApp('700', receiver.url);
  const asked: string[] = [];
  const secrets = {
    signingSecret: async (appId: string, wabaId: string) => {
      asked.push(`${appId} ${wabaId}`);
      return null;
    },
  };
  await rig.receiveTexts(numbered(3));
  await rig.startDelivery({ secrets });
  await settled();
  assert.deepEqual([receiver.posts.length, ...asked], [0, '700 900']);
});

test('deliveries wait for a Business Manager that is down, and go on when it is up', async () => {
  const receiver = await rig.startReceiver();
  await rig.addApp('700', receiver.url);
  let isUp = false;
  const secrets = {
    signingSecret: () =>
      isUp ? Promise.resolve(appSecret) : Promise.reject(new BusinessManagerUnavailableError('down')),
  };
  const expected = await rig.receiveTexts(['one']);
  await rig.startDelivery({ secrets });
  await until(() => rig.logged.some((line) => line.includes('held up')));
  assert.equal(await rig.countRows('webhook_troubles'), 0, 'it is not the endpoint that fails');
  isUp = true;
  await settled();
  assert.deepEqual(receiver.events, expected);
});

test('a database that goes away in the middle is waited for, and so is one that is away at the start', async () => {
  const receiver = await rig.startReceiver();
  await rig.addApp('700', receiver.url);
  const link = await layDatabaseLink(rig.url);
  const db = openDatabase({ url: link.url, applicationName: 'cut off' });
  const held: (() => void)[] = [];
  receiver.answer = (_request, response) => held.push(() => response.end());
  const expected = await rig.receiveTexts(numbered(limits.maxUpdatesPerWebhook + 5));
  await link.cut();
  const { stop, wake } = await rig.startDelivery({ db });
  await link.mend();
  await until(() => held.length === 1);
  await link.cut();
  wake();
  receiver.answer = (_request, response) => response.end();
  held[0]?.();
  await until(() => rig.logged.some((line) => line.includes('held up')));
  await link.mend();
  await settled();
  // The first batch may have come twice, because its rows could not be deleted.
  assert.deepEqual([...new Set(receiver.events)], expected);
  await stop();
  await db.close();
  await link.cut();
});

test('a message whose record was damaged is not told, is counted, and holds nobody up; the log holds no content', async () => {
  const receiver = await rig.startReceiver();
  await rig.addApp('700', receiver.url);
  await rig.receiveTexts(['canary one']);
  await rig.db.execute('UPDATE messages SET sealed = set_byte(sealed, 90, get_byte(sealed, 90) # 1)');
  const expected = await rig.receiveTexts(['canary two']);
  const { wake } = await rig.startDelivery();
  wake('501');
  await until(async () => (await rig.countRows('webhook_events')) === 0);
  assert.deepEqual(receiver.events, expected);
  await until(
    async () =>
      (await rig.db.query("SELECT FROM seal_refusals WHERE in_table = 'messages' AND count = 1")).length === 1,
  );
  assert.doesNotMatch(rig.logged.join(''), /canary|wamid|15550002222/);
});

test('a message of an unknown type and one without a name still arrive', async () => {
  const receiver = await rig.startReceiver();
  await rig.addApp('700', receiver.url);
  const message = await rig.storeMessage('', { senderName: '', isUnknown: true });
  await rig.queue([rig.eventOf('message', message)]);
  await rig.startDelivery();
  await settled();
  const value = receiver.posts[0]?.changes[0]?.value as unknown as {
    contacts: unknown;
    messages: { type: string; errors: { code: number }[] }[];
  };
  assert.deepEqual(value.contacts, [{ profile: { name: person }, wa_id: person }]);
  assert.equal(value.messages[0]?.type, 'unsupported');
  assert.equal(value.messages[0]?.errors[0]?.code, 131051);
});

test('waits between retries double up to the maximum, a quarter less at most', () => {
  assert.equal(
    retryWaitMs(1, () => 0),
    limits.webhookRetryMinMs,
  );
  assert.equal(
    retryWaitMs(4, () => 0),
    8 * limits.webhookRetryMinMs,
  );
  assert.equal(
    retryWaitMs(1_000, () => 0),
    limits.webhookRetryMaxMs,
  );
  assert.ok(retryWaitMs(4, () => 0.999) > 6 * limits.webhookRetryMinMs);
});
