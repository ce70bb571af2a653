import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Phone } from '@postern/client';
import { limits, type MessageId } from '@postern/protocol';
import { silent } from '../../../test/rigs/real-transport.ts';
import { UnresolvedMessages } from '../src/rules/unresolved-messages.ts';
import { deadlineMs, sendUntilMs } from '../src/sealing/sealer.ts';
import { numberOf, startRig, until, untilShown } from './rig.ts';

const id = '960';
const minuteMs = 60_000;

let rig: Awaited<ReturnType<typeof startRig>>;
let ana: Phone;
let working: Awaited<ReturnType<(typeof rig)['startWorker']>>;
before(async () => {
  rig = await startRig();
  await rig.db.query("INSERT INTO subscribed_apps VALUES ('1', '77')");
  await rig.registerNumber(id, numberOf('15550109960'));
  working = await rig.startWorker(1);
  ana = await rig.openPhone('Ana', '15550100960');
});
after(() => rig.stop());

function advance(byMs: number): void {
  rig.clock.setOffset(rig.clock.offsetMs + byMs);
}

async function eventsOf(messageId: MessageId): Promise<string[]> {
  const rows = await rig.db.query<{ kind: string; error_code: number | null }>(
    'SELECT kind, error_code FROM webhook_events WHERE owner_id = $1 AND message_id = $2 ORDER BY event_id',
    [id, messageId],
  );
  return rows.map(({ kind, error_code: code }) => (code === null ? kind : `${kind} ${code}`));
}

async function untilHeard(messageId: MessageId, events: string[]): Promise<void> {
  await until(async () => (await eventsOf(messageId)).length >= events.length);
  assert.deepEqual(await eventsOf(messageId), events);
}

/** Which texts the phone shows. */
function shown(): string[] {
  return ana.inbox().flatMap((item) => (item.text ? [item.text.body] : []));
}

test('a message that nobody fetched in its time fails, and is not shown to who comes later', async () => {
  await ana.goOffline();
  const code = await rig.say(id, ana.phoneNumber, 'your code', { category: 'authentication', ttlMs: 10 * minuteMs });
  const news = await rig.say(id, ana.phoneNumber, 'some news');
  await untilHeard(code, ['sent']);
  await untilHeard(news, ['sent']);
  advance(10 * minuteMs + limits.expiredItemGraceMs);
  await untilHeard(code, ['sent', 'failed 131026']);
  ana.goOnline();
  await untilShown(ana, () => shown().includes('some news'));
  assert.deepEqual(shown(), ['some news']);
  await untilHeard(news, ['sent', 'delivered']);
  assert.deepEqual(await eventsOf(code), ['sent', 'failed 131026']);
});

test('a message that is fetched in the last second of its time is shown, and delivered', async () => {
  await ana.goOffline();
  const code = await rig.say(id, ana.phoneNumber, 'just in time', { category: 'authentication', ttlMs: 10 * minuteMs });
  await untilHeard(code, ['sent']);
  advance(10 * minuteMs - 3_000);
  ana.goOnline();
  await untilShown(ana, () => shown().includes('just in time'));
  await untilHeard(code, ['sent', 'delivered']);
});

test('a message whose time was over before its turn came is not sent at all', async () => {
  await working.stop();
  const late = await rig.say(id, ana.phoneNumber, 'too late', { category: 'utility', ttlMs: minuteMs });
  advance(minuteMs);
  working = await rig.startWorker(2);
  await untilHeard(late, ['failed 131026']);
  assert.ok(!shown().includes('too late'));
});

test('a message that a phone took and said nothing of fails in the end too, and other ones do not', async () => {
  const shop = numberOf('15550109960');
  const { db, clock } = rig;
  const unresolved = new UnresolvedMessages({ db, clock, logger: silent, onCommitted: () => undefined });
  ana.block(shop);
  for (const retentionHours of [2, 720]) {
    const sentMs = clock.now();
    const unseen = await rig.say(id, ana.phoneNumber, 'do you see me?', { retentionHours });
    await untilHeard(unseen, ['sent']);
    await until(async () => (await rig.transportDb.query("SELECT FROM mailbox WHERE kind = 'envelope'")).length === 0);
    const lifetime = { sinceMs: Math.floor(sentMs / 1000) * 1000, retentionHours };
    advance(sendUntilMs(lifetime) + limits.unresolvedGraceMs - clock.now() - 2_000);
    await unresolved.run();
    assert.deepEqual(await eventsOf(unseen), ['sent']);
    // The long-lived ones are looked for once an hour.
    advance(retentionHours === 720 ? limits.hourMs / 2 : 2_000);
    await unresolved.run();
    assert.deepEqual(await eventsOf(unseen), ['sent', 'failed 131026']);
    assert.ok(clock.now() < deadlineMs(lifetime), 'it is told while it can be said whose it was');
  }
  ana.unblock(shop);
});

test('a message that nobody fetched for 30 days fails while it can still be said whose it was', async () => {
  await ana.goOffline();
  const sentMs = rig.clock.now();
  const forgotten = await rig.say(id, ana.phoneNumber, 'are you there?');
  await untilHeard(forgotten, ['sent']);
  const deadline = deadlineMs({ sinceMs: Math.floor(sentMs / 1000) * 1000, retentionHours: 720 });
  advance(deadline - limits.hourMs - rig.clock.now() - 2_000);
  assert.deepEqual(await eventsOf(forgotten), ['sent']);
  advance(2_000 + limits.expiredItemGraceMs);
  await untilHeard(forgotten, ['sent', 'failed 131026']);
  const acceptedS = parseInt(forgotten.slice(0, 8), 16);
  const [opened] = await rig.messages.openAll(id, [{ messageId: forgotten, acceptedS, sentByBusiness: true }]);
  assert.equal(opened?.person, ana.phoneNumber);
  ana.goOnline();
  const later = await rig.say(id, ana.phoneNumber, 'welcome back');
  await untilShown(ana, () => shown().includes('welcome back'));
  await untilHeard(later, ['sent', 'delivered']);
  assert.ok(!shown().includes('are you there?'));
});
