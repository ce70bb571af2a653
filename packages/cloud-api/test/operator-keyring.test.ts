import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startCloudApi } from '../src/cloud-api.ts';
import { startStatisticsRig, type StatisticsRig } from './statistics-rig.ts';
import { silent, storageConfig } from './storage-rig.ts';

const operatorToken = 'operator-token-of-the-test';

let rig: StatisticsRig;
const running: { stop(): Promise<void> }[] = [];
before(async () => {
  rig = await startStatisticsRig();
});
after(async () => {
  for (const each of running) await each.stop();
  await rig.stop();
});

async function start(config: { operatorToken?: string }): Promise<string> {
  const { clock, folder, url: databaseUrl } = rig;
  const settings = storageConfig(folder, { databaseUrl, port: 0, ...config });
  const cloudApi = await startCloudApi({ config: settings, clock, logger: silent });
  running.push(cloudApi);
  return `${cloudApi.url}/operator/keyring`;
}

async function ask(url: string, token: string | null) {
  const headers: Record<string, string> = token === null ? {} : { authorization: `Bearer ${token}` };
  const response = await fetch(url, { headers });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

test('the operator sees how old the keys are, and no key', async () => {
  const { status, body } = await ask(await start({ operatorToken }), operatorToken);
  assert.equal(status, 200);
  const { generation, root_made_at: madeAt, oldest_time_key_ends_at: endsAt, ...rest } = body;
  assert.equal(generation, 1);
  assert.ok(Math.abs(Date.parse(String(madeAt)) - rig.clock.now()) < 60_000);
  assert.ok(endsAt === null || Date.parse(endsAt as string) > rig.clock.now());
  assert.deepEqual(Object.keys(rest), ['backend', 'time_keys', 'number_keys', 'shard_keys', 'clock']);
  assert.equal(rest['clock'], 'good');
});

test('nobody else sees it, and without an operator token there is no such path', async () => {
  const url = await start({ operatorToken });
  for (const token of [null, '', 'operator-token-of-the-tesu'])
    assert.deepEqual((await ask(url, token)).status, 401, String(token));
  assert.equal((await ask(await start({}), operatorToken)).status, 404);
});
