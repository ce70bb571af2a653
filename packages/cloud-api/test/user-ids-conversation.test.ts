import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { decodeWamid, parseUserId, type PhoneNumber } from '@postern/protocol';
import { silent } from '../../../test/rigs/real-transport.ts';
import { WebhookDelivery } from '../src/webhooks/delivery.ts';
import { EndpointFetcher } from '../src/webhooks/endpoint.ts';
import { accountEventsChannel } from '../src/webhooks/events.ts';
import { numberOf, startRig, untilShown } from './rig.ts';
import { appSecret, Receiver, until } from './webhooks-rig.ts';

type Rig = Awaited<ReturnType<typeof startRig>>;

/** What a webhook tells of people. */
interface Told {
  contacts?: { wa_id?: string; user_id?: string; profile?: { name: string; username?: string } }[];
  messages?: {
    id: string;
    from?: string;
    from_user_id?: string;
    type: string;
    text?: { body: string };
    system?: Record<string, string>;
    context?: object;
  }[];
  statuses?: { id: string; status: string; recipient_id?: string; recipient_user_id?: string }[];
}

let rig: Rig;
let shop: { phoneNumber: PhoneNumber; phoneNumberId: string };
let receiver: Receiver;
let stop: () => Promise<void>;
before(async () => {
  rig = await startRig();
  shop = await rig.registerNumber('951', numberOf('15550109951'));
  receiver = new Receiver();
  await receiver.start();
  await rig.db.execute("INSERT INTO app_subscriptions VALUES ('700', $1, '{messages,user_preferences}', 0, '{}')", [
    receiver.url,
  ]);
  await rig.db.execute("INSERT INTO subscribed_apps VALUES ('1', '700')");
  const secrets = { signingSecret: () => Promise.resolve(appSecret) };
  const fetcher = new EndpointFetcher({ allowLoopback: true, timeoutMs: 5_000 });
  const { db, messages, clock } = rig;
  const delivery = new WebhookDelivery({ db, messages, secrets, fetcher, clock, logger: silent });
  await delivery.start();
  await db.listen(accountEventsChannel, () => delivery.wakeAll());
  const { committed, stop: stopWorker } = await rig.startWorker(1);
  committed.add(() => delivery.wake(shop.phoneNumberId));
  stop = async () => {
    await stopWorker();
    await delivery.stop();
    await fetcher.close();
    receiver.stop();
    await rig.stop();
  };
});
after(() => stop());

/** Everything that was told, in order, each in a value of its own. */
const told = () => receiver.posts.flatMap(({ changes }) => changes.map(({ value }) => value as unknown as Told));

/** Waits until something was told. */
async function heard(what: (value: Told) => boolean): Promise<Told> {
  await until(() => told().some(what));
  return told().find(what) as Told;
}

const message = (body: string) => (value: Told) => value.messages?.[0]?.text?.body === body;
const status = (kind: string, id: string) => (value: Told) =>
  value.statuses?.[0]?.status === kind && decodeWamid(value.statuses[0].id)?.messageId === id;

/** The only message that a value tells, with the only contact. */
function inboundOf({ contacts: [contact] = [], messages: [first] = [] }: Told) {
  assert.ok(contact && first);
  return { contact, message: first };
}

test('webhooks name a person by one user id in messages and in statuses', async () => {
  const ana = await rig.openPhone('Ana', '15550100950');
  ana.say({ to: shop.phoneNumber, text: { body: 'Open?' } });
  const { contact, message: asked } = inboundOf(await heard(message('Open?')));
  const { user_id: id = '' } = contact;
  assert.ok(parseUserId(id));
  assert.deepEqual(contact, { profile: { name: 'Ana' }, wa_id: ana.phoneNumber, user_id: id });
  assert.deepEqual([asked.from, asked.from_user_id], [ana.phoneNumber, id]);
  const answer = await rig.say(shop.phoneNumberId, ana.phoneNumber, 'Yes');
  await untilShown(ana, (items) => items.some(({ text }) => text?.body === 'Yes'));
  for (const kind of ['sent', 'delivered']) {
    const { statuses: [update] = [], contacts } = await heard(status(kind, answer));
    assert.deepEqual([update?.recipient_id, update?.recipient_user_id], [ana.phoneNumber, id]);
    assert.deepEqual(contacts, [{ wa_id: ana.phoneNumber, user_id: id }]);
  }
});

test('another account of the same phone number is another user; the business is told once, before what they say', async () => {
  const ben = await rig.openPhone('Ben', '15550100951');
  ben.say({ to: shop.phoneNumber, text: { body: 'It is Ben' } });
  const { contact: ofBen } = inboundOf(await heard(message('It is Ben')));
  await ben.close();
  rig.forgetPhone('15550100951');
  const other = await rig.openPhone('Cleo', '15550100951');
  other.say({ to: shop.phoneNumber, text: { body: 'It is Cleo' } });
  const heardOther = await heard(message('It is Cleo'));
  const { contact } = inboundOf(heardOther);
  const [id, newId] = [ofBen.user_id ?? '', contact.user_id ?? ''];
  assert.ok(parseUserId(newId) && newId !== id);
  const system = await heard((value) => value.messages?.[0]?.type === 'system');
  assert.ok(told().indexOf(system) < told().indexOf(heardOther));
  assert.equal(system.contacts, undefined);
  const { body = '', ...said } = system.messages?.[0]?.system ?? {};
  assert.ok(body.includes(id) && body.includes(newId));
  const numbered = { wa_id: other.phoneNumber, user_id: newId, previous_user_id: id };
  assert.deepEqual(said, { type: 'user_changed_user_id', ...numbered });
  assert.equal(system.messages?.[0]?.from_user_id, newId);
  other.say({ to: shop.phoneNumber, text: { body: 'And again' } });
  assert.equal(inboundOf(await heard(message('And again'))).contact.user_id, newId);
  assert.equal(told().filter((value) => value.messages?.[0]?.type === 'system').length, 1);
});

test('who has taken a username is told by it and by the user id, and by no number; until the business uses the number', async () => {
  const dora = await rig.openPhone('Dora', '15550100952');
  await dora.username.take('dora.d');
  dora.say({ to: shop.phoneNumber, text: { body: 'Guess who' } });
  const first = await heard(message('Guess who'));
  const { contact, message: said } = inboundOf(first);
  const id = parseUserId(contact.user_id ?? '');
  assert.ok(id);
  assert.deepEqual(contact, { profile: { name: 'Dora', username: '@dora.d' }, user_id: id });
  assert.deepEqual([said.from, said.from_user_id], [undefined, id]);
  assert.equal(decodeWamid(said.id)?.phoneNumber, id);

  const toUserId = { isToUserId: true };
  const answer = await rig.say(shop.phoneNumberId, dora.phoneNumber, 'It is Dora', toUserId);
  await untilShown(dora, (items) => items.some(({ text }) => text?.body === 'It is Dora'));
  const { statuses: [delivered] = [], contacts } = await heard(status('delivered', answer));
  assert.deepEqual([delivered?.recipient_id, delivered?.recipient_user_id], [undefined, id]);
  assert.deepEqual(contacts, [{ user_id: id }]);
  const { messageId } = decodeWamid(said.id)!;
  dora.say({ to: shop.phoneNumber, text: { body: 'Quoting myself' }, quote: { messageId, fromMe: true } });
  const { message: quoting } = inboundOf(await heard(message('Quoting myself')));
  assert.deepEqual(quoting.context, { id: said.id });
  dora.setMarketing(shop.phoneNumber, true);
  await heard((value) => 'user_preferences' in value);
  assert.doesNotMatch(receiver.posts.map(({ raw }) => raw).join(), new RegExp(dora.phoneNumber));

  await rig.say(shop.phoneNumberId, dora.phoneNumber, 'I know your number');
  await untilShown(dora, (items) => items.some(({ text }) => text?.body === 'I know your number'));
  dora.say({ to: shop.phoneNumber, text: { body: 'Well' } });
  const known = inboundOf(await heard(message('Well')));
  assert.deepEqual([known.contact.wa_id, known.contact.user_id], [dora.phoneNumber, id]);
  assert.equal(decodeWamid(known.message.id)?.phoneNumber, id, 'its ids are named as before');
});

test('a name that is taken later hides no number that the business has', async () => {
  const eve = await rig.openPhone('Eve', '15550100953');
  eve.say({ to: shop.phoneNumber, text: { body: 'Eve here' } });
  const early = inboundOf(await heard(message('Eve here')));
  assert.equal(early.contact.profile?.username, undefined);
  await eve.username.take('eve_e');
  eve.say({ to: shop.phoneNumber, text: { body: 'With a name' } });
  const { contact } = inboundOf(await heard(message('With a name')));
  assert.deepEqual(contact, {
    profile: { name: 'Eve', username: '@eve_e' },
    wa_id: eve.phoneNumber,
    user_id: early.contact.user_id,
  });
  await eve.username.take(null);
  assert.equal(await eve.username.find(), null);
});

test('of whom the business has blocked it does not hear that they have another user id', async () => {
  const digits = '15550100954';
  const finn = await rig.openPhone('Finn', digits);
  finn.say({ to: shop.phoneNumber, text: { body: 'Finn here' } });
  const { contact } = inboundOf(await heard(message('Finn here')));
  const blocked = { kind: 'blocked', person: finn.phoneNumber, nowMs: rig.clock.now() } as const;
  await rig.storage.suppressions.add(rig.db, shop.phoneNumberId, blocked);
  await finn.close();
  rig.forgetPhone(digits);
  const again = await rig.openPhone('Finn', digits);
  again.say({ to: shop.phoneNumber, text: { body: 'Unheard' } });
  await untilShown(again, (items) => items.every(({ state }) => state === 'delivered'));
  await rig.storage.suppressions.remove(rig.db, shop.phoneNumberId, blocked);
  again.say({ to: shop.phoneNumber, text: { body: 'Heard again' } });
  const { contact: now } = inboundOf(await heard(message('Heard again')));
  assert.notEqual(now.user_id, contact.user_id);
  const systems = told().filter((value) => value.messages?.[0]?.type === 'system');
  assert.ok(systems.every((value) => value.messages?.[0]?.system?.['user_id'] !== now.user_id));
});
