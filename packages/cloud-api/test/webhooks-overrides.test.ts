import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { EndpointFetcher } from '../src/webhooks/endpoint.ts';
import { queueNumberEvent } from '../src/webhooks/events.ts';
import { SubscribedApps } from '../src/webhooks/subscribed-apps.ts';
import { startWebhookRig, until, type Receiver, type WebhookRig } from './webhooks-rig.ts';

let rig: WebhookRig;
let apps: SubscribedApps;
let own: Receiver;
let ofAccount: Receiver;
let ofNumber: Receiver;
let other: Receiver;
let wake: () => void;
const fetcher = new EndpointFetcher({ allowLoopback: true, timeoutMs: 2_000 });
const number = { phoneNumberId: '501', wabaId: '900', appId: '700' };
const callback = (receiver: Receiver) => ({ url: receiver.url, verifyToken: 'x' });

before(async () => {
  rig = await startWebhookRig();
  await rig.addNumber('501', '15550001111');
  await rig.addNumber('502', '15550003333');
  [own, ofAccount] = [await rig.startReceiver(), await rig.startReceiver()];
  [ofNumber, other] = [await rig.startReceiver(), await rig.startReceiver()];
  apps = new SubscribedApps({ ...rig, fetcher });
  const fields = ['messages', 'security', 'account_settings_update'];
  await rig.addApp('700', own.url, fields);
  await rig.addApp('701', other.url, fields);
  const { delivery } = await rig.startDelivery();
  wake = () => ['501', '502', '900'].forEach((owner) => delivery.wake(owner));
});
after(async () => {
  await rig.stop();
  await fetcher.close();
});

const receivers = () => [own, ofAccount, ofNumber, other];

/** How many events each of the receivers got, of all kinds, after something has happened at both numbers. */
async function tell(): Promise<number[]> {
  const happenedAtMs = rig.clock.now();
  for (const phoneNumberId of ['501', '502']) {
    await rig.receiveTexts(['a'], phoneNumberId);
    for (const field of ['security', 'account_settings_update'])
      await queueNumberEvent(rig.db, { phoneNumberId, wabaId: '900' }, { field, value: {}, happenedAtMs });
  }
  wake();
  await until(async () => (await rig.countRows('webhook_events')) === 0);
  return receivers().map(({ posts }) => posts.splice(0).flatMap(({ changes }) => changes).length);
}

test('the most specific URL wins for each event, and only for the app that set it', async () => {
  assert.deepEqual(await tell(), [6, 0, 0, 6]);
  await apps.setAccountOverride('900', '700', callback(ofAccount));
  // What may not be overridden stays: security of both numbers.
  assert.deepEqual(await tell(), [2, 4, 0, 6]);
  await apps.setNumberOverride(number, callback(ofNumber));
  assert.deepEqual(await tell(), [2, 2, 2, 6]);
  await apps.subscribe('900', '700');
  assert.deepEqual(await tell(), [4, 0, 2, 6]);
  await apps.setNumberOverride(number, null);
  assert.deepEqual(await tell(), [6, 0, 0, 6]);
});

test('precedence is looked at when an event is sent: what waits follows a new URL, at once and in order', async () => {
  own.answer = (_request, response) => response.writeHead(500).end();
  const expected = await rig.receiveTexts(['one', 'two']);
  wake();
  await until(async () => (await rig.countRows('webhook_troubles')) === 1);
  expected.push(...(await rig.receiveTexts(['three'])));
  await apps.setNumberOverride(number, callback(ofNumber));
  wake();
  await until(async () => (await rig.countRows('webhook_events')) === 0);
  assert.deepEqual(ofNumber.events, expected);
});
