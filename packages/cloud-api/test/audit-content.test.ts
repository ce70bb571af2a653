import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { createTestDatabase, type TestDatabase } from '@postern/postgres/testing';
import { ContentSchema, encode, limits, MovableClock } from '@postern/protocol';
import { migrationsDir } from '../src/migrations.ts';
import { newMessageId } from '../src/messages/message-id.ts';
import { MessageReader } from '../src/messages/message-reader.ts';
import { ensurePartitions } from '../src/messages/partitions.ts';
import type { SealedStorage } from '../src/sealed-storage.ts';
import { atAnyTime, openTestStorage, storeSealed } from './storage-rig.ts';

const clock = new MovableClock();
const phoneNumberId = '901';
let database: TestDatabase;
let storage: SealedStorage;
let folder: string;

before(async () => {
  database = await createTestDatabase({ name: 'cloud_api', migrationsDir });
  folder = mkdtempSync(join(tmpdir(), 'postern-content-'));
  const { db, url: databaseUrl } = database;
  storage = await openTestStorage({ databaseUrl, db, clock, keyringFolder: join(folder, 'keyring') });
  await ensurePartitions(db, clock.now());
});
after(async () => {
  await storage.close();
  await database.drop();
  rmSync(folder, { recursive: true });
});

/** Stores a message and gives what opens it. */
async function storeMessage(retentionHours = 720) {
  const messageId = newMessageId(clock.now());
  const acceptedS = Math.floor(clock.now() / 1000);
  const value = { messageId, sentAtMs: 0n, senderName: 'Shop', body: { case: 'text', value: { body: 'Hi' } } } as const;
  const content = encode(ContentSchema, { body: { case: 'message', value } });
  const record = { person: '15550100201', accountId: null, ...atAnyTime, content } as const;
  const ref = { messageId, sentByBusiness: true, acceptedS };
  await storeSealed(database.db, storage, { ...ref, phoneNumberId, retentionHours, record: record as never });
  const reader = new MessageReader({ db: database.db, stored: storage.stored });
  return async () => (await reader.openAll(phoneNumberId, [ref]))[0];
}

async function listKinds(kind: string): Promise<object[]> {
  const rows = await database.db.query<{ details: object }>(
    'SELECT details FROM audit_entries WHERE kind = $1 ORDER BY seq',
    [kind],
  );
  return rows.map(({ details }) => details);
}

async function whileUnwritable(work: () => Promise<void>): Promise<void> {
  await database.db.execute('ALTER TABLE audit_entries ADD CONSTRAINT full_disk CHECK (false) NOT VALID');
  await work();
  await database.db.execute('ALTER TABLE audit_entries DROP CONSTRAINT full_disk');
}

test('content is opened only with an entry of why, once for each hour', async () => {
  const open = await storeMessage();
  await whileUnwritable(async () => {
    await assert.rejects(open(), { name: 'StatementFailedError' });
  });
  assert.deepEqual(await listKinds('content-access'), []);
  for (let times = 0; times < 3; times += 1) assert.equal((await open())?.person, '15550100201');
  const hour = Math.floor(clock.now() / limits.hourMs);
  assert.deepEqual(await listKinds('content-access'), [{ hour, purpose: 'webhook' }]);
});

test('a key is destroyed, and the root replaced, only with an entry of it', async () => {
  await storage.keyring.upkeep();
  const open = await storeMessage(1);
  assert.ok(await open());
  const destroyedBefore = await listKinds('key-destroyed');
  const { timeKeys, generation } = storage.keyring.describe();
  clock.setOffset(clock.offsetMs + limits.hourMs);
  await whileUnwritable(async () => {
    await assert.rejects(storage.keyring.upkeep(), { name: 'StatementFailedError' });
  });
  assert.deepEqual(storage.keyring.describe(), { ...storage.keyring.describe(), timeKeys, generation });
  await storage.keyring.upkeep();
  const described = storage.keyring.describe();
  assert.equal(described.timeKeys, timeKeys - 1);
  const destroyed = (await listKinds('key-destroyed')).slice(destroyedBefore.length);
  assert.equal(destroyed.length, 1);
  assert.match(JSON.stringify(destroyed), /"retention_hours":1/);
  assert.deepEqual((await listKinds('root-ratcheted')).at(-1), { generation: described.generation, destroyed: 1 });
});

test('a clock that jumped is told in the log', async () => {
  const { db, url: databaseUrl } = database;
  const jumping = { now: () => clock.now() + (jumped ? 100 * 24 * limits.hourMs : 0) };
  let jumped = false;
  const other = await openTestStorage({ databaseUrl, db, clock: jumping, keyringFolder: join(folder, 'other') });
  jumped = true;
  while ((await listKinds('clock-suspect')).length === 0) {
    other.clock.now();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  assert.deepEqual(await listKinds('clock-suspect'), [{}]);
  await other.close();
});
