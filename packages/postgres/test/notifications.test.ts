import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { openDatabase, type Database } from '../src/index.ts';
import { createTestDatabase, type TestDatabase } from '../src/testing.ts';
import { until } from './until.ts';

let testDatabase: TestDatabase;
let db: Database;
let listening: Database;
const errors: string[] = [];
const logger = { info() {}, warn() {}, error: (_: object, message: string) => void errors.push(message) };

before(async () => {
  testDatabase = await createTestDatabase({ name: 'notifications' });
  db = testDatabase.db;
});
after(() => testDatabase.drop());
beforeEach(() => {
  listening = openDatabase({ url: testDatabase.url, applicationName: 'listening', logger });
});
afterEach(() => listening.close());

const notify = (channel: string, payload: string) => db.query('SELECT pg_notify($1, $2)', [channel, payload]);

async function listeningBackends(): Promise<number[]> {
  const rows = await db.query<{ pid: number }>("SELECT pid FROM pg_stat_activity WHERE application_name = 'listening'");
  return rows.map(({ pid }) => pid);
}

test('every listener hears its channel, over one connection', async () => {
  const heard: string[] = [];
  await listening.listen('a', (payload) => heard.push(`a1 ${payload}`));
  await listening.listen('a', (payload) => heard.push(`a2 ${payload}`));
  await listening.listen('B "quoted"', (payload) => heard.push(`b ${payload}`));
  await notify('a', 'one');
  await notify('B "quoted"', 'two');
  await until(() => heard.length === 3);
  assert.deepEqual(heard, ['a1 one', 'a2 one', 'b two']);
  assert.equal((await listeningBackends()).length, 1);
});

test('a stopped listener hears nothing more, and others of its channel go on', async () => {
  const heard: string[] = [];
  const first = await listening.listen('c', () => heard.push('first'));
  await listening.listen('c', () => heard.push('second'));
  await first.stop();
  await notify('c', '');
  await until(() => heard.length > 0);
  assert.deepEqual(heard, ['second']);
});

test('after its backend was killed, every listener is called once with an empty payload and hears again', async () => {
  const heard: string[] = [];
  await listening.listen('d', (payload) => heard.push(`d:${payload}`));
  await listening.listen('e', (payload) => heard.push(`e:${payload}`));
  const [pid] = await listeningBackends();
  await db.query('SELECT pg_terminate_backend($1)', [pid]);
  await until(() => heard.length === 2);
  await notify('d', 'again');
  await notify('e', 'again');
  await until(() => heard.length === 4);
  assert.deepEqual(heard, ['d:', 'e:', 'd:again', 'e:again']);
});

test('a listener that throws does not keep others from hearing', async () => {
  const heard: string[] = [];
  await listening.listen('f', () => {
    throw new Error('clumsy');
  });
  await listening.listen('f', (payload) => heard.push(payload));
  await notify('f', 'x');
  await until(() => heard.length === 1);
  assert.deepEqual(errors, ['a notification listener failed']);
});

test('a database that is closed while it reconnects stops trying', async () => {
  await listening.listen('g', () => {});
  const [pid] = await listeningBackends();
  await db.query('SELECT pg_terminate_backend($1)', [pid]);
  await listening.close();
  await until(async () => (await listeningBackends()).length === 0);
});
