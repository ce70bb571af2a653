import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';
import type { Phone } from '@postern/client';
import { limits, type MessageId } from '@postern/protocol';
import { sweepSilent } from '../src/retention/retention-sweep.ts';
import { numberOf, startRig, until, untilShown } from './rig.ts';

const id = '950';
const shop = numberOf('15550109950');
const secondMs = 1_000;
const freeForm = { category: 'service' } as const;

let rig: Awaited<ReturnType<typeof startRig>>;
let ana: Phone;
let working: Awaited<ReturnType<(typeof rig)['startWorker']>>;
before(async () => {
  rig = await startRig();
  await rig.db.query("INSERT INTO subscribed_apps VALUES ('1', '77')");
  await rig.registerNumber(id, shop);
  working = await rig.startWorker(1);
  ana = await rig.openPhone('Ana', '15550100950');
});
after(() => rig.stop());

/** What the business heard first of a message: that it was sent, or the code of the error with which it failed. */
async function fateOf(messageId: MessageId): Promise<'sent' | number> {
  let fate: 'sent' | number | null = null;
  await until(async () => {
    const [row] = await rig.db.query<{ kind: string; error_code: number | null }>(
      "SELECT kind, error_code FROM webhook_events WHERE owner_id = $1 AND message_id = $2 AND kind IN ('sent', 'failed')",
      [id, messageId],
    );
    fate = row ? (row.error_code ?? 'sent') : null;
    return fate !== null;
  });
  return fate ?? 'sent';
}

/** The person says something; gives when the transport had it. */
async function write(phone: Phone = ana): Promise<number> {
  const messageId = phone.say({ to: shop, text: { body: 'hello' } });
  await untilShown(phone, (items) => items.some((item) => item.id.length > 0 && item.state !== 'queued'));
  let atMs = 0;
  await until(async () => {
    const [row] = await rig.db.query<{ happened_at_ms: number }>(
      "SELECT happened_at_ms FROM webhook_events WHERE owner_id = $1 AND message_id = $2 AND kind = 'message'",
      [id, messageId],
    );
    atMs = row?.happened_at_ms ?? 0;
    return atMs > 0;
  });
  return atMs;
}

function advance(byMs: number): void {
  rig.clock.setOffset(rig.clock.offsetMs + byMs);
}

function moveTo(atMs: number): void {
  advance(atMs - rig.clock.now());
}

test('somebody who never wrote gets no free-form message, and gets a template', async () => {
  assert.equal(await fateOf(await rig.say(id, ana.phoneNumber, 'buy', freeForm)), 131047);
  assert.equal(await fateOf(await rig.say(id, ana.phoneNumber, 'your code', { category: 'authentication' })), 'sent');
  assert.equal(await fateOf(await rig.say(id, ana.phoneNumber, 'still nothing', freeForm)), 131047);
});

test('the window closes 24 hours after the last thing a person said, to the second', async () => {
  const firstMs = await write();
  assert.equal(await fateOf(await rig.say(id, ana.phoneNumber, 'at once', freeForm)), 'sent');
  moveTo(firstMs + limits.serviceWindowMs - secondMs);
  assert.equal(await fateOf(await rig.say(id, ana.phoneNumber, 'just in time', freeForm)), 'sent');
  moveTo(firstMs + limits.serviceWindowMs + secondMs);
  assert.equal(await fateOf(await rig.say(id, ana.phoneNumber, 'too late', freeForm)), 131047);
  const secondAtMs = await write();
  moveTo(secondAtMs + limits.serviceWindowMs / 2);
  const thirdMs = await write();
  moveTo(thirdMs + limits.serviceWindowMs - secondMs);
  assert.equal(await fateOf(await rig.say(id, ana.phoneNumber, 'the last counts', freeForm)), 'sent');
});

test('a message accepted while the window was open is sent when the pump comes to it later', async () => {
  const atMs = await write();
  await working.stop();
  moveTo(atMs + limits.serviceWindowMs - secondMs);
  const messageId = await rig.say(id, ana.phoneNumber, 'accepted in time', freeForm);
  moveTo(atMs + limits.serviceWindowMs + limits.hourMs);
  working = await rig.startWorker(2);
  assert.equal(await fateOf(messageId), 'sent');
});

test('whom a business blocked gets nothing from it, and it hears nothing of them', async () => {
  await write();
  const { suppressions } = rig.storage;
  const ben = await rig.openPhone('Ben', '15550100951');
  await write(ben);
  await suppressions.add(rig.db, id, { kind: 'blocked', person: ana.phoneNumber, nowMs: rig.clock.now() });
  assert.equal(await fateOf(await rig.say(id, ana.phoneNumber, 'free form', freeForm)), 130403);
  assert.equal(await fateOf(await rig.say(id, ana.phoneNumber, 'template')), 130403);
  assert.equal(await fateOf(await rig.say(id, ben.phoneNumber, 'somebody else', freeForm)), 'sent');
  const unheard = ana.say({ to: shop, text: { body: 'do you hear me?' } });
  await untilShown(ana, (items) => items.at(-1)?.state === 'delivered');
  const kept = await rig.db.query('SELECT FROM messages WHERE message_id = $1', [unheard]);
  const told = await rig.db.query('SELECT FROM webhook_events WHERE message_id = $1', [unheard]);
  assert.deepEqual([kept.length, told.length], [0, 0]);
  assert.equal(await suppressions.remove(rig.db, id, { kind: 'blocked', person: ana.phoneNumber }), true);
  await write();
  assert.equal(await fateOf(await rig.say(id, ana.phoneNumber, 'welcome back', freeForm)), 'sent');
});

test('who stopped marketing gets no marketing and everything else, until they resume', async () => {
  await write();
  const countStopped = async () =>
    (await rig.db.query("SELECT FROM suppressions WHERE phone_number_id = $1 AND kind = 'marketing'", [id])).length;
  const fateOfEach = async () => {
    const fates: ('sent' | number)[] = [];
    for (const category of ['marketing', 'marketing_lite', 'utility', 'authentication', 'service'] as const)
      fates.push(await fateOf(await rig.say(id, ana.phoneNumber, category, { category })));
    return fates;
  };
  ana.setMarketing(shop, true);
  await until(async () => (await countStopped()) === 1);
  assert.deepEqual(await fateOfEach(), [131050, 131050, 'sent', 'sent', 'sent']);
  // A month later it still holds, though nothing else of her is kept.
  advance(31 * 24 * limits.hourMs);
  await write();
  assert.deepEqual((await fateOfEach()).slice(0, 3), [131050, 131050, 'sent']);
  ana.setMarketing(shop, false);
  await until(async () => (await countStopped()) === 0);
  assert.deepEqual(await fateOfEach(), ['sent', 'sent', 'sent', 'sent', 'sent']);
});

test('a message for one identity does not go to another, and goes to the one that it is for', async () => {
  await write();
  const [row] = await rig.db.query<{ identity_hash: Buffer }>(
    'SELECT identity_hash FROM sessions WHERE phone_number_id = $1 AND account_id = $2',
    [id, ana.accountId],
  );
  assert.equal(row?.identity_hash.length, 8);
  const stale = randomBytes(8).toString('base64');
  const known = row.identity_hash.toString('base64');
  assert.equal(await fateOf(await rig.say(id, ana.phoneNumber, 'for another', { identityKeyHash: stale })), 137000);
  assert.equal(await fateOf(await rig.say(id, ana.phoneNumber, 'for her', { identityKeyHash: known })), 'sent');
});

test('a business that wants to know is told by which key it knows a person, with what they say and what it sends', async () => {
  const told = async () => {
    const atMs = await write();
    const sent = await rig.say(id, ana.phoneNumber, 'hello');
    assert.equal(await fateOf(sent), 'sent');
    const [inbound] = await rig.db.query<{ message_id: MessageId; accepted_s: number }>(
      "SELECT message_id, accepted_s FROM webhook_events WHERE owner_id = $1 AND kind = 'message' AND happened_at_ms = $2",
      [id, atMs],
    );
    assert.ok(inbound);
    const opened = await rig.messages.openAll(id, [
      { messageId: inbound.message_id, acceptedS: inbound.accepted_s, sentByBusiness: false },
      { messageId: sent, acceptedS: parseInt(sent.slice(0, 8), 16), sentByBusiness: true },
    ]);
    return opened.map((message) => message?.identityKeyHash);
  };
  assert.deepEqual(await told(), [null, null]);
  await rig.numbers.changeSetting(id, { setting: 'checks_identity', value: true }, '77');
  const [row] = await rig.db.query<{ identity_hash: Buffer }>(
    'SELECT identity_hash FROM sessions WHERE phone_number_id = $1 AND account_id = $2',
    [id, ana.accountId],
  );
  const known = row?.identity_hash.toString('base64');
  assert.deepEqual(await told(), [known, known]);
});

test('a number that came to the higher throughput is told of once', async () => {
  await rig.db.query("INSERT INTO app_subscriptions VALUES ('77', 'http://x', '{phone_number_quality_update}', 0)");
  for (const value of ['HIGH', 'HIGH', 'STANDARD'] as const)
    await rig.numbers.changeSetting(id, { setting: 'throughput_level', value }, '77');
  const told = await rig.db.query<{ value: object }>(
    "SELECT value FROM webhook_events WHERE field = 'phone_number_quality_update'",
  );
  assert.deepEqual(
    told.map(({ value }) => value),
    [{ display_phone_number: shop, event: 'THROUGHPUT_UPGRADE' }],
  );
});

test('what is kept for the rules goes with its time, with the person, and with the number', async () => {
  await write();
  const count = async (table: string) =>
    (await rig.db.query(`SELECT FROM ${table} WHERE phone_number_id = $1`, [id])).length;
  assert.ok((await count('conversations')) > 0);
  await rig.storage.suppressions.add(rig.db, id, { kind: 'marketing', person: ana.phoneNumber, nowMs: 1 });
  const [kept] = await rig.db.query<{ row: string }>('SELECT row_to_json(s)::text AS row FROM suppressions s');
  assert.ok(!kept?.row.includes(ana.phoneNumber), 'a phone number stands in plain sight');
  advance(limits.serviceWindowMs + limits.hourMs);
  await sweepSilent(rig.db, rig.clock.now());
  assert.deepEqual([await count('conversations'), await count('suppressions')], [0, 1]);
  await rig.numbers.deregister(id);
  await rig.offBoarding.run();
  advance(limits.leavingGraceMs + secondMs);
  await rig.offBoarding.run();
  assert.equal(await count('suppressions'), 0);
});
