import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { FencedError, type ReceivedEvent } from '@postern/client';
import { newAccountId, type MessageId } from '@postern/protocol';
import { newMessageId } from '../src/messages/message-id.ts';
import { claimNumbers } from '../src/pump/number-claim.ts';
import { NumberStore, StaleSessionError } from '../src/pump/number-store.ts';
import { NumberError } from '../src/numbers/numbers.ts';
import { numberOf, startRig, until, untilShown } from './rig.ts';
import { atAnyTime } from './storage-rig.ts';

let rig: Awaited<ReturnType<typeof startRig>>;
before(async () => {
  rig = await startRig();
  await rig.db.query("INSERT INTO subscribed_apps VALUES ('1', '77')");
});
after(() => rig.stop());

const shows = (body: string) => (items: { text?: { body: string } }[]) => items.some(({ text }) => text?.body === body);

async function eventsOf(phoneNumberId: string): Promise<string[]> {
  const rows = await rig.db.query<{ kind: string }>(
    'SELECT kind FROM webhook_events WHERE owner_id = $1 ORDER BY event_id',
    [phoneNumberId],
  );
  return rows.map(({ kind }) => kind);
}

/** Claims what is free as this worker would, and opens the store of one of these numbers. */
async function claimStore(id: string, workerId: number): Promise<NumberStore> {
  const { db, storage } = rig;
  const number = (await claimNumbers(db, workerId)).find(({ phoneNumberId }) => phoneNumberId === id);
  assert.ok(number);
  return new NumberStore({ db, storage, rules: rig.rules, number });
}

test('a number needs its code before it is registered, and its PIN after that', async () => {
  const shop = { verifiedName: 'Shop', wabaId: '1', businessId: '5' };
  const info = { phoneNumberId: '900', phoneNumber: numberOf('15550109900'), ...shop };
  const failsWith = (reason: string) => (error: unknown) => error instanceof NumberError && error.reason === reason;
  await assert.rejects(rig.numbers.register(info, '123456'), failsWith('not-verified'));
  await rig.numbers.requestCode(info);
  await assert.rejects(rig.numbers.register(info, '123456'), failsWith('not-verified'));
  await assert.rejects(rig.numbers.verifyCode(info, '000'), failsWith('wrong-code'));
  await rig.numbers.verifyCode(info, rig.codeOf(info.phoneNumber));
  await rig.numbers.register(info, '123456');
  await rig.numbers.register(info, '123456');
  for (let failure = 0; failure < 5; failure += 1)
    await assert.rejects(rig.numbers.register(info, '999999'), failsWith('wrong-pin'));
  await assert.rejects(rig.numbers.register(info, '123456'), failsWith('pin-locked'));
});

test('a business and a person talk through the transport, and every state becomes a webhook row, in order', async () => {
  const shop = await rig.registerNumber('901', numberOf('15550109901'));
  const { stop } = await rig.startWorker(1);
  const ana = await rig.openPhone('Ana', '15550100201');
  const messageId = await rig.say('901', ana.phoneNumber, 'your parcel');
  await untilShown(ana, shows('your parcel'));
  await until(async () => (await eventsOf('901')).length === 2);
  ana.markRead();
  await until(async () => (await eventsOf('901')).length === 3);
  ana.say({ to: shop.phoneNumber, text: { body: 'thank you' } });
  await until(async () => (await eventsOf('901')).length === 4);
  assert.deepEqual(await eventsOf('901'), ['sent', 'delivered', 'read', 'message']);
  const [inbound] = await rig.db.query<{ message_id: never; accepted_s: number }>(
    "SELECT message_id, accepted_s FROM messages WHERE NOT sent_by_business AND phone_number_id = '901'",
  );
  const [opened] = await rig.messages.openAll('901', [
    { messageId: inbound!.message_id, sentByBusiness: false, acceptedS: inbound!.accepted_s },
  ]);
  assert.equal(opened?.person, ana.phoneNumber);
  assert.equal(opened?.message.senderName, 'Ana');
  assert.deepEqual(await rig.messages.findMessage('901', { messageId, sentByBusiness: false }), null);
  await stop();
});

test('a message that cannot be written is refused alone, not with those that came in the same moment', async () => {
  await rig.registerNumber('916', numberOf('15550109916'));
  const to = numberOf('15550100205');
  const acceptedS = Math.floor(rig.clock.now() / 1000);
  const broken = rig.accepts.acceptMessage({
    phoneNumberId: '916',
    messageId: newMessageId(rig.clock.now()),
    acceptedS,
    retentionHours: 720,
    to,
    content: new Uint8Array(),
    ...atAnyTime,
    callbackData: 'x'.repeat(70_000),
  });
  const [first, second] = await Promise.allSettled([broken, rig.say('916', to, 'this one is well')]);
  assert.deepEqual([first.status, second.status], ['rejected', 'fulfilled']);
});

test('what was accepted while no worker lived is sent by the next one, once and in order', async () => {
  await rig.registerNumber('902', numberOf('15550109902'));
  const ana = await rig.openPhone('Ana', '15550100211');
  const bodies = Array.from({ length: 400 }, (_, index) => `number ${index}`);
  await Promise.all(bodies.map((body) => rig.say('902', ana.phoneNumber, body)));
  const { stop } = await rig.startWorker(2);
  const shown = await untilShown(ana, (items) => items.length >= bodies.length);
  assert.deepEqual(
    shown.map(({ text }) => text?.body),
    bodies,
  );
  await stop();
});

test('a number that lost its sessions asks again, and the message reaches the business once', async () => {
  const shop = await rig.registerNumber('907', numberOf('15550109907'));
  const ana = await rig.openPhone('Ana', '15550100231');
  const first = await rig.startWorker(9);
  await rig.say('907', ana.phoneNumber, 'hello');
  await untilShown(ana, shows('hello'));
  ana.say({ to: shop.phoneNumber, text: { body: 'understood' } });
  await until(async () => (await eventsOf('907')).includes('message'));
  await first.stop();
  await rig.db.query("DELETE FROM sessions WHERE phone_number_id = '907'");
  const second = await rig.startWorker(10);
  ana.say({ to: shop.phoneNumber, text: { body: 'not understood at first' } });
  await untilShown(ana, (items) => items.every(({ direction, state }) => direction === 'in' || state === 'delivered'));
  await until(async () => (await eventsOf('907')).filter((kind) => kind === 'message').length === 2);
  await second.stop();
});

test('a phone that lost its session gets the message again, once, and only its own', async () => {
  await rig.registerNumber('908', numberOf('15550109908'));
  const { stop } = await rig.startWorker(11);
  const ana = await rig.openPhone('Ana', '15550100241');
  await rig.say('908', ana.phoneNumber, 'first');
  await untilShown(ana, shows('first'));
  await until(async () => (await eventsOf('908')).includes('delivered'));
  await ana.close();
  rig.changePhone('15550100241', 'UPDATE peers SET session = NULL');
  const messageId = await rig.say('908', ana.phoneNumber, 'second');
  const again = await rig.openPhone('Ana', '15550100241');
  await untilShown(again, shows('second'));
  await until(async () => (await eventsOf('908')).filter((kind) => kind === 'delivered').length === 2);
  assert.deepEqual(await eventsOf('908'), ['sent', 'delivered', 'sent', 'delivered']);
  const [row] = await rig.db.query<{ retries: number }>('SELECT retries FROM messages WHERE message_id = $1', [
    messageId,
  ]);
  assert.equal(row?.retries, 1);
  assert.equal(again.inbox().filter(({ text }) => text?.body === 'second').length, 1);
  await stop();
});

test('a message whose record was damaged fails, and does not hold up the next one', async () => {
  await rig.registerNumber('906', numberOf('15550109906'));
  const ana = await rig.openPhone('Ana', '15550100221');
  const damaged = await rig.say('906', ana.phoneNumber, 'damaged');
  await rig.say('906', ana.phoneNumber, 'whole');
  await rig.db.query(
    'UPDATE messages SET sealed = set_byte(sealed, 100, 255 - get_byte(sealed, 100)) WHERE message_id = $1',
    [damaged],
  );
  const { stop } = await rig.startWorker(8);
  await untilShown(ana, shows('whole'));
  await until(async () => (await eventsOf('906')).includes('failed'));
  assert.ok(!ana.inbox().some(({ text }) => text?.body === 'damaged'));
  await stop();
});

test('a pump that was taken over writes nothing more', async () => {
  await rig.registerNumber('903', numberOf('15550109903'));
  const store = await claimStore('903', 3);
  await store.addPrekeys([]);
  await rig.db.query("UPDATE numbers SET pump_owner = NULL WHERE phone_number_id = '903'");
  assert.equal((await claimNumbers(rig.db, 4)).filter(({ phoneNumberId }) => phoneNumberId === '903').length, 1);
  await assert.rejects(store.addPrekeys([]), FencedError);
  await rig.db.query('UPDATE numbers SET pump_owner = NULL');
});

test('a number whose worker lives is not claimed by another, and is as soon as that one is dead', async () => {
  await rig.registerNumber('904', numberOf('15550109904'));
  const first = await rig.startWorker(5);
  assert.deepEqual(await claimNumbers(rig.db, 6), []);
  await first.lock?.release();
  const taken = (await claimNumbers(rig.db, 6)).map(({ phoneNumberId }) => phoneNumberId);
  assert.ok(taken.includes('904'));
  await first.stop();
  await rig.db.query('UPDATE numbers SET pump_owner = NULL');
});

test('a session written from a version that is not the stored one is refused, with all that came with it', async () => {
  await rig.registerNumber('905', numberOf('15550109905'));
  const store = await claimStore('905', 7);
  const peer = { accountId: '11111111-1111-4111-8111-111111111111', deviceId: 1 } as never;
  const changes = (expectedVersion: number) => ({
    peers: [{ peer, session: new Uint8Array(4_000), identityKey: new Uint8Array(33), expectedVersion }],
    usedPrekeys: [],
    usedBaseKeys: [],
  });
  const received = (expectedVersion: number, envelopeId: string) => ({
    changes: changes(expectedVersion),
    processed: [{ envelopeId: envelopeId as never, isReadable: true }],
    events: [],
    replies: [],
  });
  const [one, two] = ['22222222-2222-4222-8222-222222222222', '33333333-3333-4333-8333-333333333333'];
  await store.commitReceived(received(0, one));
  await assert.rejects(store.commitReceived(received(0, two)), StaleSessionError);
  assert.deepEqual(await store.findProcessed([one as never, two as never]), [{ envelopeId: one, isReadable: true }]);
  const [stored] = await store.loadPeers([peer]);
  assert.equal(stored?.version, 1);
  assert.equal(stored?.session?.length, 4_000);
  await rig.db.query('UPDATE numbers SET pump_owner = NULL');
});

test('who plays a voice note has read it; the first word that it arrived is marked, and a wish is told, sealed', async () => {
  await rig.registerNumber('917', numberOf('15550109917'));
  await rig.db.query("INSERT INTO app_subscriptions VALUES ('77', 'http://127.0.0.1/', '{user_preferences}', 0)");
  const from = { accountId: newAccountId(), deviceId: 1 as never, phoneNumber: numberOf('15550100241') };
  const other = { ...from, phoneNumber: numberOf('15550100242') };
  const messageIds = [await rig.say('917', from.phoneNumber, 'a'), await rig.say('917', from.phoneNumber, 'b')];
  const [first, second] = messageIds as [MessageId, MessageId];
  const store = await claimStore('917', 11);
  const atMs = rig.clock.now();
  const hear = (...events: readonly ReceivedEvent[]) =>
    store.commitReceived({
      changes: { peers: [], usedPrekeys: [], usedBaseKeys: [] },
      processed: [],
      events,
      replies: [],
    });
  await hear({ kind: 'played', from: other, messageIds, playedAtMs: atMs });
  await hear({ kind: 'delivered', messageId: second, recipient: from, atMs });
  await hear({ kind: 'played', from, messageIds, playedAtMs: atMs });
  await hear(
    { kind: 'played', from, messageIds, playedAtMs: atMs },
    { kind: 'read', from, messageIds, readAtMs: atMs },
    { kind: 'delivered', messageId: first, recipient: from, atMs },
    { kind: 'preference', from, isStopped: true, atMs },
  );
  const told = (messageId: MessageId) =>
    rig.db.query<{ kind: string; is_arrival: boolean }>(
      'SELECT kind, is_arrival FROM webhook_events WHERE message_id = $1 ORDER BY event_id',
      [messageId],
    );
  assert.deepEqual(await told(first), [
    { kind: 'read', is_arrival: true },
    { kind: 'played', is_arrival: false },
  ]);
  assert.deepEqual(await told(second), [
    { kind: 'delivered', is_arrival: true },
    { kind: 'read', is_arrival: false },
    { kind: 'played', is_arrival: false },
  ]);
  const [wish] = await rig.db.query<{ message_id: MessageId; accepted_s: number; phone_number_id: string }>(
    "SELECT message_id, accepted_s, phone_number_id FROM webhook_events WHERE kind = 'preference'",
  );
  assert.equal(wish?.phone_number_id, '917');
  const ref = { messageId: wish.message_id, acceptedS: wish.accepted_s, sentByBusiness: false };
  const [opened] = await rig.messages.openAll('917', [ref]);
  assert.deepEqual([opened?.person, opened?.body.case], [from.phoneNumber, 'marketingPreference']);
  await rig.db.query("DELETE FROM app_subscriptions WHERE app_id = '77'");
  await rig.db.query('UPDATE numbers SET pump_owner = NULL');
});

test('a message past its storage time is not readable, though its row is still there', async () => {
  const messageId = await rig.say('901', numberOf('15550100201'), 'old soon');
  const acceptedS = parseInt(messageId.slice(0, 8), 16);
  const ref = { messageId, sentByBusiness: true, acceptedS };
  assert.equal((await rig.messages.openAll('901', [ref]))[0]?.person, '15550100201');
  rig.clock.setOffset(rig.clock.offsetMs + 30 * 24 * 3_600_000 + 1_000);
  assert.deepEqual(await rig.messages.openAll('901', [ref]), [null]);
});
