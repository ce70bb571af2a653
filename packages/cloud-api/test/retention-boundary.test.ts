import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { timeKeyEndsMs } from '@postern/keyring';
import { limits } from '@postern/protocol';
import { MessageReader } from '../src/messages/message-reader.ts';
import type { NumberStore } from '../src/pump/number-store.ts';
import { EndpointFetcher } from '../src/webhooks/endpoint.ts';
import { WebhookEventStore } from '../src/webhooks/event-store.ts';
import { Lane } from '../src/webhooks/lane.ts';
import { dealWith, nothingOf, readableKeys, readableMessages, readKeys, readMessages } from './kept-person.ts';
import { ana, bob, startSealedRig, type SealedRig } from './sealed-rig.ts';
import { StatisticsRelease } from '../src/statistics/statistics-release.ts';
import { StoppedClock } from './stopped-clock.ts';
import { silent } from './storage-rig.ts';
import { Receiver } from './webhooks-rig.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** The begin of an hour that has just passed: from there every test sets its own time. */
const hourStartMs = Math.floor(Date.now() / hourMs) * hourMs;

type Stop = () => void | Promise<void>;

/** A rig at this time, and how to say what is to be stopped before it. */
async function startAt(t: TestContext, atMs: number) {
  const clock = new StoppedClock(atMs);
  const rig = await startSealedRig({ clock });
  const stops: Stop[] = [() => rig.stop()];
  t.after(async () => {
    for (const stop of stops.toReversed()) await stop();
  });
  return { rig, clock, before: (stop: Stop) => void stops.push(stop) };
}

/** A webhook lane of number 501 to one app on loopback. */
async function openLane({ db, storage }: SealedRig, appId: string, before: (stop: Stop) => void) {
  const receiver = new Receiver();
  await db.execute('INSERT INTO app_subscriptions VALUES ($1, $2, $3, 0)', [
    appId,
    await receiver.start(),
    ['messages'],
  ]);
  const fetcher = new EndpointFetcher({ allowLoopback: true });
  before(() => {
    fetcher.close();
    receiver.stop();
  });
  const lane = new Lane(
    { ownerId: '501', appId, attempts: 0 },
    {
      store: new WebhookEventStore(db),
      messages: new MessageReader({ db, stored: storage.stored }),
      secrets: { signingSecret: () => Promise.resolve('secret') },
      fetcher,
      clock: storage.clock,
      logger: silent,
      random: () => 0,
    },
  );
  const waiting = () => db.query('SELECT FROM webhook_events WHERE app_id = $1', [appId]);
  return { lane, receiver, waiting };
}

/** Slots of an hour less ten minutes; where messages are kept for less than a day, of five minutes less one. */
const lives = [
  { retentionHours: 1, slotMs: 300_000, marginMs: 60_000 },
  { retentionHours: 23, slotMs: 300_000, marginMs: 60_000 },
  { retentionHours: 24, slotMs: hourMs, marginMs: 600_000 },
  { retentionHours: 720, slotMs: hourMs, marginMs: 600_000 },
];

for (const { retentionHours, slotMs, marginMs } of lives)
  for (const [edge, intoSlotMs] of [
    ['first', 0],
    ['last', slotMs - 1_000],
  ] as const)
    test(`what is kept for ${retentionHours} h and came in the ${edge} second of its slot is there a second before its end, and a second after it is gone in every way, without a sweep`, async (t) => {
      const endsMs = hourStartMs + retentionHours * hourMs - marginMs;
      const { rig, clock, before } = await startAt(t, hourStartMs + intoSlotMs);
      const dealings = await dealWith(rig, { retentionHours });
      const fresh = await rig.openStorage();
      before(() => fresh.close());
      const [early, late] = [await openLane(rig, '77', before), await openLane(rig, '78', before)];

      clock.set(endsMs - 1_000);
      for (const by of [rig.storage, fresh]) {
        assert.deepEqual(await readMessages(rig, by, dealings), readableMessages);
        assert.deepEqual(await readKeys(rig, by, dealings), readableKeys);
      }
      await early.lane.step();
      assert.match(early.receiver.events.join(), /^from the person/);

      clock.set(endsMs + 1_000);
      const isAllOver = retentionHours === limits.maxRetentionHours;
      for (const by of [rig.storage, fresh]) {
        assert.deepEqual(await readMessages(rig, by, dealings), nothingOf(readableMessages));
        assert.deepEqual(await readKeys(rig, by, dealings), isAllOver ? nothingOf(readableKeys) : readableKeys);
      }
      assert.equal((await late.waiting()).length, 1);
      await late.lane.step();
      assert.deepEqual([late.receiver.posts.length, (await late.waiting()).length], [0, 0]);

      await rig.retention.run();
      assertNoDueKeys(rig, clock.now());
      clock.set(hourStartMs + retentionHours * hourMs + (isAllOver ? dayMs : slotMs));
      await rig.retention.run();
      assert.equal(await rig.count('messages'), 0);
    });

function assertNoDueKeys({ storage }: SealedRig, nowMs: number): void {
  const { oldestTimeKey } = storage.keyring.describe();
  assert.ok(oldestTimeKey === null || timeKeyEndsMs(oldestTimeKey) > nowMs, JSON.stringify(oldestTimeKey));
}

/** Everything in any table that could stand for a person: where it is found again, they were not forgotten. */
async function findTraces(rig: SealedRig, traces: ReadonlySet<string>): Promise<string[]> {
  const tables = await rig.db.query<{ name: string }>(
    "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'",
  );
  const found: string[] = [];
  for (const { name } of tables) {
    const rows = await rig.db.query<{ row: string }>(`SELECT to_jsonb(t)::text AS row FROM "${name}" t`);
    for (const { row } of rows) for (const trace of traces) if (row.includes(trace)) found.push(`${name}: ${trace}`);
  }
  return found;
}

/** The ids and hashes that stand for whoever there is now. */
async function listTraces(rig: SealedRig): Promise<Set<string>> {
  const rows = await rig.db.query<{ trace: string }>(
    `SELECT subject_id::text AS trace FROM subjects UNION SELECT encode(person_hash, 'hex') FROM subject_lookups
     UNION SELECT encode(user_id_hash, 'hex') FROM user_ids UNION SELECT account_id::text FROM sessions UNION SELECT message_id FROM messages
     UNION SELECT envelope_id::text FROM processed_envelopes`,
  );
  return new Set(rows.map(({ trace }) => trace));
}

/** What the pump does with what waits to be sent and cannot be read any more. */
async function failAll(store: NumberStore): Promise<void> {
  const queued = await store.loadQueued(10);
  assert.equal(queued.length, 3);
  const failed = queued.map(({ outboxId, messageId }) => ({ outboxId, messageId, failure: 'expired' as const }));
  await store.commitSent([], failed);
}

test('a person who is silent for 30 days leaves no row anywhere, and one who is not stays', async (t) => {
  const { rig, clock, before } = await startAt(t, hourStartMs);
  const { storeBy } = await dealWith(rig, { retentionHours: 720 });
  const traces = await listTraces(rig);
  assert.equal(traces.size, 7);
  assert.ok((await findTraces(rig, traces)).length > 8);
  clock.set(hourStartMs + 15 * dayMs);
  await rig.store(bob, 'later');
  await rig.retention.run();
  assert.ok((await findTraces(rig, traces)).length > 8);
  clock.set(hourStartMs + 31 * dayMs);
  await failAll(storeBy(rig.storage));
  for (const appId of ['77', '78']) {
    const { lane } = await openLane(rig, appId, before);
    while ((await lane.step()) === 'more') continue;
  }
  await rig.retention.run();
  assert.deepEqual(await findTraces(rig, traces), []);
  assert.deepEqual([await rig.count('messages'), await rig.count('subjects')], [1, 1]);
});

test('an upkeep that was not there for three days catches up at once', async (t) => {
  const { rig, clock } = await startAt(t, hourStartMs);
  const kept = [];
  for (const retentionHours of [1, 24, 48, 720])
    kept.push(await rig.store(ana, `${retentionHours}`, { retentionHours }));
  clock.set(hourStartMs + 72 * hourMs);
  const young = await rig.store(ana, 'young', { retentionHours: 24 });
  await rig.retention.run();
  assertNoDueKeys(rig, clock.now());
  assert.deepEqual(await Promise.all([...kept, young].map((each) => rig.read(each))), [
    null,
    null,
    null,
    '720',
    'young',
  ]);
  assert.equal(await rig.count('messages'), 2);
});

test('while the clock is suspect nothing is destroyed or removed, and nothing that is over by it is given', async (t) => {
  const { rig, clock } = await startAt(t, hourStartMs);
  const kept = await rig.store(ana, 'kept', { retentionHours: 24 });
  const before = rig.storage.keyring.describe();
  clock.jump(40 * dayMs);
  await assert.rejects(rig.read(kept), { name: 'ClockSuspectError' });
  await rig.retention.run();
  assert.equal(rig.storage.keyring.describe().clock.state, 'suspect');
  assert.equal(rig.storage.keyring.describe().timeKeys, before.timeKeys);
  assert.equal(await rig.count('messages'), 1);
  await assert.rejects(rig.store(ana, 'new'), { name: 'ClockSuspectError' });
  clock.jump(-40 * dayMs);
  assert.equal(await rig.read(kept), 'kept');
});

test('while the clock is suspect no day of statistics is released', async (t) => {
  const { rig, clock } = await startAt(t, hourStartMs);
  await rig.storage.contributions.today();
  const { sealer } = rig.storage;
  const options = { db: rig.db, sealer, region: 'local', maxRetentionHours: 720, logger: silent };
  const release = new StatisticsRelease({ ...options, clock: rig.storage.clock });
  clock.jump(5 * dayMs);
  await assert.rejects(release.run(), { name: 'ClockSuspectError' });
  assert.deepEqual([await rig.count('statistics_days'), await rig.count('statistics_budget')], [1, 0]);
});

test('a clock that is set back brings nothing back, nor does another process that starts then', async (t) => {
  const { rig, clock } = await startAt(t, hourStartMs);
  const kept = await rig.store(ana, 'kept', { retentionHours: 24 });
  clock.set(hourStartMs + 24 * hourMs);
  assert.equal(await rig.read(kept), null);
  rig.storage.keyring.clock.save();
  clock.jump(-20 * hourMs);
  const late = await rig.openStorage();
  assert.deepEqual([await rig.read(kept), await rig.read(kept, late)], [null, null]);
  await rig.retention.run();
  assertNoDueKeys(rig, hourStartMs + 24 * hourMs);
  await late.close();
});
