import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { limits } from '@postern/protocol';
import { startCloudApi } from '../src/cloud-api.ts';
import { cells } from '../src/statistics/cells.ts';
import { dayMs, messagesOf, startStatisticsRig, type StatisticsRig } from './statistics-rig.ts';
import { silent, storageConfig } from './storage-rig.ts';

const operatorToken = 'operator-token-of-the-test';

interface Shown {
  parameters: Record<string, unknown>;
  days: { day: string; cells: Record<string, unknown>[] }[];
  error?: { code: string };
}

let rig: StatisticsRig;
const running: { stop(): Promise<void> }[] = [];

async function start(config: { operatorToken?: string }): Promise<string> {
  const { clock, folder, url: databaseUrl } = rig;
  const cloudApi = await startCloudApi({
    config: storageConfig(folder, { databaseUrl, port: 0, ...config }),
    clock,
    logger: silent,
  });
  running.push(cloudApi);
  return `${cloudApi.url}/operator/statistics`;
}

let url: string;
before(async () => {
  rig = await startStatisticsRig();
  await rig.record([...messagesOf(200), ...messagesOf(200)]);
  rig.passDays(3);
  await rig.newRelease().start();
  url = await start({ operatorToken });
});
after(async () => {
  for (const each of running) await each.stop();
  await rig.stop();
});

async function ask(query = '', token: string | null = operatorToken) {
  const headers: Record<string, string> = token === null ? {} : { authorization: `Bearer ${token}` };
  const response = await fetch(url + query, { headers });
  return { status: response.status, body: (await response.json()) as Shown };
}

const dateOf = (day: number) => new Date(day * dayMs).toISOString().slice(0, 10);

test('the operator sees the released days with their parameters, and no cell that is too small', async () => {
  const { status, body } = await ask();
  assert.equal(status, 200);
  assert.deepEqual(body.parameters, {
    unit: 'person and day',
    mechanism: 'discrete Laplace',
    messages_epsilon: 0.5,
    people_epsilon: 0.5,
    messages_per_person: limits.statisticsMessagesPerPerson,
    cells_per_person: limits.statisticsCellsPerPerson,
    min_people: limits.statisticsMinPeople,
    min_messages: limits.statisticsMinMessages,
    rounded_to: limits.statisticsRounding,
  });
  assert.deepEqual(
    body.days.map(({ day }) => day),
    [dateOf(rig.today), dateOf(rig.today + 1)],
  );
  const [first] = body.days;
  assert.equal(first?.cells.length, cells.length);
  const text = first.cells.find(({ direction, type }) => direction === 'sent' && type === 'text');
  // A scale of 20 and of 8: further away once in a million runs.
  assert.ok(Math.abs(Number(text?.['messages']) - 400) < 300 && Math.abs(Number(text?.['people']) - 200) < 120);
  assert.equal(Number(text?.['messages']) % limits.statisticsRounding, 0);
  const image = first.cells.find(({ direction, type }) => direction === 'sent' && type === 'image');
  assert.deepEqual(image, { region: 'local', direction: 'sent', type: 'image', suppressed: true });
});

test('the same question gets the same answer', async () => {
  const { body } = await ask();
  for (let times = 0; times < 20; times += 1) assert.deepEqual((await ask()).body, body);
});

test('a question can be for some days only', async () => {
  const { body } = await ask(`?since=${dateOf(rig.today + 1)}&until=${dateOf(rig.today + 3)}`);
  assert.deepEqual(
    body.days.map(({ day }) => day),
    [dateOf(rig.today + 1)],
  );
  for (const query of [
    '?since=yesterday',
    '?since=2026-02-30',
    '?since=2026-01-02&until=2026-01-01',
    '?since=2020-01-01&until=2026-01-01',
  ]) {
    const refused = await ask(query);
    assert.deepEqual([refused.status, refused.body.error?.code], [400, 'bad_request'], query);
  }
});

test('nobody else sees them, and without an operator token there is no such path', async () => {
  for (const token of [null, '', 'operator-token-of-the-tesu', `${operatorToken}x`])
    assert.equal((await ask('', token)).status, 401, String(token));
  const closed = await start({});
  const response = await fetch(closed, { headers: { authorization: `Bearer ${operatorToken}` } });
  assert.equal(response.status, 404);
});
