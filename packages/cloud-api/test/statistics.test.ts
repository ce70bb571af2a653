import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, test } from 'node:test';
import { limits } from '@postern/protocol';
import { startCloudApiWorker } from '../src/cloud-api-worker.ts';
import { cells } from '../src/statistics/cells.ts';
import { until } from './rig.ts';
import { openTestStorage, silent, storageConfig } from './storage-rig.ts';
import { messagesOf, personOf, sentText, startStatisticsRig, type StatisticsRig } from './statistics-rig.ts';

let rig: StatisticsRig;
beforeEach(async () => {
  rig = await startStatisticsRig();
});
afterEach(() => rig.stop());

const receivedImage = { direction: 'received', type: 'image' } as const;

test('a person adds ten messages to a day and no more, however many they write and in however many batches', async () => {
  const person = personOf(1);
  await rig.record(Array.from({ length: 7 }, () => ({ person, ...sentText })));
  await rig.record(Array.from({ length: 25 }, () => ({ person, ...receivedImage })));
  await rig.record([{ person, ...sentText }]);
  const wanted = [
    ...Array.from({ length: 7 }, () => 'sent/text'),
    ...Array.from({ length: 3 }, () => 'received/image'),
  ];
  assert.deepEqual(await rig.countedCells(), [wanted]);
});

test('what is released counts ten messages of each person', async () => {
  const people = messagesOf(60);
  for (let round = 0; round < 3; round += 1) await rig.record([...people, ...people, ...people, ...people, ...people]);
  assert.deepEqual(await rig.releaseExactly(rig.today), [{ cell: 'sent/text', messages: 600, people: 60 }]);
});

test('a person counts as a person in the first four cells that they come to', async () => {
  const types = ['image', 'text', 'sticker', 'audio', 'video'] as const;
  for (const type of types)
    await rig.record([
      ...messagesOf(70, { direction: 'received', type }),
      ...messagesOf(70, { direction: 'received', type }),
    ]);
  const shown = await rig.releaseExactly(rig.today);
  assert.deepEqual(
    new Map(shown.map(({ cell, people }) => [cell, people])),
    new Map(['received/audio', 'received/image', 'received/sticker', 'received/text'].map((cell) => [cell, 70])),
  );
});

test('49 people are too few to be shown, and 50 are enough', async () => {
  await rig.record([...messagesOf(49), ...messagesOf(49)]);
  assert.deepEqual(await rig.releaseExactly(rig.today), []);
  rig.passDays(1);
  await rig.record([...messagesOf(50), ...messagesOf(50)]);
  assert.deepEqual(await rig.releaseExactly(rig.today + 1), [{ cell: 'sent/text', messages: 100, people: 50 }]);
});

test('every cell of a released day is there, also those in which there was nothing', async () => {
  await rig.record(messagesOf(200));
  await rig.releaseExactly(rig.today);
  const released = await rig.released.list({ since: rig.today, until: rig.today });
  assert.equal(released.length, cells.length);
  assert.equal(new Set(released.map(({ direction, type }) => `${direction}/${type}`)).size, cells.length);
  assert.deepEqual(
    released.filter(({ messages }) => messages !== null).map(({ direction, type }) => `${direction}/${type}`),
    ['sent/text'],
  );
});

test('a day is released a day after its end, once, whether anything happened on it or not', async () => {
  await rig.newRelease().start();
  await rig.record(messagesOf(300));
  rig.passDays(1);
  await rig.newRelease().start();
  assert.equal(await rig.countRows('statistics_budget'), 0);
  rig.passDays(3);
  await rig.newRelease().start();
  const days = await rig.db.query<{ day: number }>('SELECT day FROM statistics_budget ORDER BY day');
  assert.deepEqual(
    days.map(({ day }) => day - rig.today),
    [0, 1, 2],
  );
  const released = await rig.released.list({ since: rig.today, until: rig.today + 4 });
  assert.equal(released.length, 3 * cells.length);
  await rig.newRelease().start();
  assert.deepEqual(await rig.released.list({ since: rig.today, until: rig.today + 4 }), released);
});

test('two workers that release at the same time release each day once', async () => {
  await rig.record(messagesOf(100));
  rig.passDays(9);
  await Promise.all([1, 2, 3, 4].map(() => rig.newRelease().start()));
  assert.equal(await rig.countRows('statistics_budget'), 8);
  assert.equal(await rig.countRows('released_statistics'), 8 * cells.length);
});

test('a day cannot be released a second time, and what was spent and released cannot be changed', async () => {
  await rig.record(messagesOf(100));
  await rig.releaseExactly(rig.today);
  await rig.record(messagesOf(100));
  await assert.rejects(rig.releaseExactly(rig.today), { name: 'StatementFailedError' });
  for (const statement of [
    'DELETE FROM statistics_budget',
    'UPDATE statistics_budget SET people_epsilon_millis = 1',
    'DELETE FROM released_statistics',
    'UPDATE released_statistics SET messages = 7, people = 7',
    'TRUNCATE released_statistics',
  ])
    await assert.rejects(rig.db.execute(statement), /append-only/, statement);
});

test('the ledger says what each day cost, and refuses to spend more than ε 1', async () => {
  await rig.releaseExactly(rig.today);
  const [row] = await rig.db.query(
    'SELECT messages_epsilon_millis, people_epsilon_millis, region FROM statistics_budget',
  );
  assert.deepEqual(row, {
    messages_epsilon_millis: limits.statisticsMessagesEpsilonMillis,
    people_epsilon_millis: limits.statisticsPeopleEpsilonMillis,
    region: 'local',
  });
  await assert.rejects(rig.db.execute("INSERT INTO statistics_budget VALUES (1, 'local', 600, 500, 0)"), /check/);
});

test('a release that fails halfway spends nothing and shows nothing', async () => {
  await rig.record(messagesOf(100));
  await rig.db.execute("ALTER TABLE released_statistics ADD CHECK (type <> 'other')");
  await assert.rejects(rig.releaseExactly(rig.today));
  assert.equal(await rig.countRows('statistics_budget'), 0);
  assert.equal(await rig.countRows('released_statistics'), 0);
  assert.equal(await rig.countRows('statistics_contributions'), 100);
});

test('after the release the salt, the tokens and what each person did are gone from every table', async () => {
  await rig.record(messagesOf(100));
  const [day] = await rig.db.query<{ salt: Buffer }>('SELECT salt FROM statistics_days');
  const tokens = await rig.db.query<{ token: Buffer }>('SELECT person_token AS token FROM statistics_contributions');
  const secrets = [day?.salt, ...tokens.map(({ token }) => token)].map((bytes) => bytes?.toString('hex') ?? '');
  const before = await rig.dump();
  assert.ok(secrets.every((secret) => secret !== '' && before.includes(secret)));
  await rig.releaseExactly(rig.today);
  const dump = await rig.dump();
  assert.deepEqual(
    secrets.filter((secret) => dump.includes(secret)),
    [],
  );
  assert.equal(await rig.countRows('statistics_days'), 0);
  assert.equal(await rig.countRows('statistics_contributions'), 0);
});

test('what comes after its day was released is dropped', async () => {
  await rig.record(messagesOf(100));
  const late = await rig.storage.contributions.today();
  const released = await rig.releaseExactly(rig.today);
  await rig.db.transaction((tx) => late.record(tx, messagesOf(500)));
  await rig.record(messagesOf(500));
  assert.equal(await rig.countRows('statistics_contributions'), 0);
  assert.deepEqual(released, [{ cell: 'sent/text', messages: 100, people: 100 }]);
});

test('asking again and again, or for overlapping times, gives the same numbers, so that no noise averages out', async () => {
  for (let day = 0; day < 4; day += 1) {
    await rig.record(messagesOf(300 + day));
    rig.passDays(1);
  }
  rig.passDays(2);
  await rig.newRelease().start();
  const ask = (first: number, last: number) => rig.released.list({ since: rig.today + first, until: rig.today + last });
  const all = await ask(0, 3);
  assert.ok(all.some(({ messages }) => messages !== null));
  for (let times = 0; times < 1_000; times += 1) assert.deepEqual(await ask(0, 3), all);
  const apart = [await ask(0, 0), await ask(1, 3), await ask(0, 1), await ask(2, 3)];
  assert.deepEqual([...(apart[0] ?? []), ...(apart[1] ?? [])], all);
  assert.deepEqual([...(apart[2] ?? []), ...(apart[3] ?? [])], all);
});

test('a token is another one every day, and cannot be made from what the database holds', async () => {
  const person = personOf(1);
  await rig.record([{ person, ...sentText }]);
  rig.passDays(1);
  await rig.record([{ person, ...sentText }]);
  const rows = await rig.db.query<{ token: Buffer; salt: Buffer }>(
    'SELECT person_token AS token, salt FROM statistics_contributions JOIN statistics_days USING (day)',
  );
  assert.equal(new Set(rows.map(({ token }) => token.toString('hex'))).size, 2);
  for (const { token, salt } of rows)
    assert.notDeepEqual(token, createHmac('sha256', salt).update(person).digest().subarray(0, token.length));
});

test('both processes of the Cloud API make the same token, so that one person is one in both', async () => {
  const other = await openTestStorage({
    databaseUrl: rig.url,
    db: rig.db,
    clock: rig.clock,
    keyringFolder: rig.folder,
  });
  const [mine, theirs] = [await rig.storage.contributions.today(), await other.contributions.today()];
  await rig.db.transaction((tx) => mine.record(tx, messagesOf(1)));
  await rig.db.transaction((tx) => theirs.record(tx, messagesOf(1, receivedImage)));
  assert.deepEqual(await rig.countedCells(), [['sent/text', 'received/image']]);
  other.keyring.close();
});

test('batches that share people in any order do not wait for each other in a circle', async () => {
  const people = messagesOf(100);
  const orders = Array.from({ length: 40 }, (_, at) => [...people.slice(at), ...people.slice(0, at)]);
  await Promise.all(orders.map((batch, at) => rig.record(at % 2 === 0 ? batch : batch.toReversed())));
  assert.ok((await rig.countedCells()).every(({ length }) => length === limits.statisticsMessagesPerPerson));
});

test('a person who is to be forgotten is taken out of every day that is not released', async () => {
  await rig.record(messagesOf(2));
  rig.passDays(1);
  await rig.record(messagesOf(2));
  await rig.db.transaction((tx) => rig.storage.contributions.forgetPerson(tx, personOf(0)));
  assert.equal(await rig.countRows('statistics_contributions'), 2);
  await rig.db.transaction((tx) => rig.storage.contributions.forgetPerson(tx, personOf(1)));
  assert.equal(await rig.countRows('statistics_contributions'), 0);
});

test('the worker releases what is due when it starts, and again when time moves on', async () => {
  await rig.record(messagesOf(100));
  rig.passDays(2);
  const config = storageConfig(rig.folder, { databaseUrl: rig.url, transportUrl: 'http://127.0.0.1:9' });
  const worker = await startCloudApiWorker({ config, clock: rig.clock, logger: silent });
  try {
    assert.equal(await rig.countRows('statistics_budget'), 1);
    rig.passDays(1);
    await until(async () => (await rig.countRows('statistics_budget')) === 2);
  } finally {
    await worker.stop();
  }
});

test('nothing is counted where nothing may be kept until its release', async () => {
  const strict = await startStatisticsRig({ maxRetentionHours: 47 });
  await strict.record(messagesOf(100));
  await strict.newRelease().start();
  assert.equal(await strict.countRows('statistics_contributions'), 0);
  assert.equal(await strict.countRows('statistics_days'), 0);
  strict.passDays(5);
  await strict.newRelease().start();
  assert.equal(await strict.countRows('statistics_budget'), 0);
  await strict.stop();
});
