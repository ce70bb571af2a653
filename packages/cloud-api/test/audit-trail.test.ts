import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { MerkleLog, verifyLog } from '@postern/audit-log';
import { createTestDatabase, type TestDatabase } from '@postern/postgres/testing';
import { limits } from '@postern/protocol';
import { AuditRows } from '../src/audit/audit-rows.ts';
import { auditOrigin, startAuditSequencer } from '../src/audit/audit-sequencer.ts';
import { AuditTrail } from '../src/audit/audit-trail.ts';
import { KeyUseLog } from '../src/audit/key-use-log.ts';
import { verifyAuditTrail } from '../src/audit/verify-audit-trail.ts';
import { migrationsDir } from '../src/migrations.ts';
import { silent } from './storage-rig.ts';

let database: TestDatabase;
let audit: AuditTrail;
let folder: string;
let now = 1_790_000_000_000;
const clock = { now: () => now };
const receipt_id = '0b5f0c3e-6a51-4c0b-9a41-6a2f9e0c7d11';
const anExport = { kind: 'export', wabaId: '71', details: { receipt_id, messages: 1 } } as const;

before(async () => {
  database = await createTestDatabase({ name: 'cloud_api', migrationsDir });
  audit = new AuditTrail({ db: database.db, clock });
});
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'postern-audit-'));
  await database.db.execute('ALTER TABLE audit_entries DISABLE TRIGGER USER');
  await database.db.execute('DELETE FROM audit_entries');
  await database.db.execute('ALTER TABLE audit_entries ENABLE TRIGGER USER');
});
after(() => database.drop());

async function sequence(db = database.db): Promise<void> {
  const sequencer = await startAuditSequencer({ db, folder, logger: silent });
  await sequencer.stop();
}

async function listIndexes(db = database.db): Promise<(number | null)[]> {
  const rows = await db.query<{ log_index: number | null }>('SELECT log_index FROM audit_entries ORDER BY seq');
  return rows.map(({ log_index: index }) => index);
}

async function countEntries(): Promise<number> {
  return (await listIndexes()).length;
}

test('an entry stands and falls with the transaction that it tells of', async () => {
  const { db } = database;
  const failing = db.transaction(async (tx) => {
    await audit.record(tx, anExport);
    throw new Error('the work failed');
  });
  await assert.rejects(failing, /the work failed/);
  assert.equal(await countEntries(), 0);
  await db.transaction((tx) => audit.record(tx, anExport, anExport));
  assert.equal(await countEntries(), 2);
});

test('an entry cannot be changed, deleted or moved in the table', async () => {
  await audit.recordNow(anExport);
  await sequence();
  for (const change of [
    "UPDATE audit_entries SET kind = 'settings'",
    'UPDATE audit_entries SET log_index = 9',
    'UPDATE audit_entries SET log_index = NULL',
    'DELETE FROM audit_entries',
    'TRUNCATE audit_entries',
  ])
    await assert.rejects(database.db.execute(change), /append-only/, change);
  assert.deepEqual(await listIndexes(), [0]);
});

test('an entry has the account of its number', async () => {
  await database.db.execute(
    `INSERT INTO numbers (phone_number_id, waba_id, phone_number, verified_name, state)
     VALUES ('901', '77', '15550100901', 'Shop', 'verified')`,
  );
  await audit.recordNow({ kind: 'number-registered', phoneNumberId: '901', details: {} });
  const [row] = await database.db.query<{ waba_id: string }>('SELECT waba_id FROM audit_entries');
  assert.equal(row?.waba_id, '77');
});

test('key use is accounted for before the first use in an hour, once for each purpose and number', async () => {
  const log = new KeyUseLog({ audit, clock });
  const together = [log.note('accepting', ['901', '902']), log.note('accepting', ['901'])];
  assert.ok(
    together.every((each) => each instanceof Promise),
    'the second waits for what the first writes',
  );
  await Promise.all(together);
  assert.equal(log.note('accepting', ['902', '901']), undefined);
  assert.equal(await countEntries(), 2);
  await log.note('webhook', ['901']);
  assert.equal(await countEntries(), 3);
  now += limits.hourMs;
  await log.note('accepting', ['901']);
  assert.equal(await countEntries(), 4);
});

test('a use that could not be accounted for is refused, and is written with the next', async () => {
  const log = new KeyUseLog({ audit, clock });
  await database.db.execute('ALTER TABLE audit_entries ADD CONSTRAINT full_disk CHECK (false) NOT VALID');
  await assert.rejects(async () => log.note('sessions', ['901']));
  await assert.rejects(async () => log.note('sessions', ['901']));
  await database.db.execute('ALTER TABLE audit_entries DROP CONSTRAINT full_disk');
  await log.note('sessions', ['901']);
  assert.equal(await countEntries(), 1);
});

test('what is noted stays in bounds, and what was forgotten is written again', async () => {
  let written = 0;
  const log = new KeyUseLog({ clock, audit: { recordNow: async () => void (written += 1) } });
  const numbers = Array.from({ length: limits.maxNotedKeyUses + 1 }, (_, at) => String(at));
  await log.note('webhook', numbers);
  await log.note('webhook', ['0']);
  assert.equal(written, numbers.length + 1);
});

test('entries come into the log in their order, and a log of many batches is whole', async () => {
  const count = limits.maxEntriesPerAppend + 5;
  await database.db.transaction((tx) => audit.record(tx, ...Array.from({ length: count }, () => anExport)));
  await sequence();
  assert.deepEqual(
    await listIndexes(),
    Array.from({ length: count }, (_, at) => at),
  );
  await audit.recordNow(anExport);
  await sequence();
  assert.deepEqual(await verifyAuditTrail({ db: database.db, folder }), { size: count + 1, problems: [] });
});

test('a new entry is brought into the log without being asked for', async () => {
  const sequencer = await startAuditSequencer({ db: database.db, folder, logger: silent });
  await audit.recordNow(anExport);
  while ((await listIndexes())[0] !== 0) await new Promise((resolve) => setTimeout(resolve, 5));
  await sequencer.stop();
});

test('entries that were appended just before a crash are not appended again', async () => {
  await audit.recordNow(anExport);
  await sequence();
  await audit.recordNow(anExport, anExport);
  // What the crashed process did: it appended, and noted nothing.
  const pending = await new AuditRows(database.db).listPending(10);
  const log = await MerkleLog.open({ folder, origin: auditOrigin });
  await log.append(pending.map(({ entry }) => entry));
  await audit.recordNow(anExport);
  await sequence();
  assert.deepEqual(await listIndexes(), [0, 1, 2, 3]);
  assert.deepEqual(await verifyAuditTrail({ db: database.db, folder }), { size: 4, problems: [] });
});

test('after the database came back from a backup, the log keeps what the table lost and goes on', async () => {
  await audit.recordNow(anExport);
  await sequence();
  await audit.recordNow(anExport);
  const backup = await createTestDatabase({ name: 'cloud_api', migrationsDir });
  for (const row of await database.db.query('SELECT * FROM audit_entries ORDER BY seq'))
    await backup.db.execute(
      `INSERT INTO audit_entries (id, at_ms, kind, waba_id, phone_number_id, details, log_index)
       SELECT id, at_ms, kind, waba_id, phone_number_id, details, log_index FROM jsonb_populate_record(NULL::audit_entries, $1)`,
      [JSON.stringify(row)],
    );
  await audit.recordNow(anExport);
  await sequence();
  const checkpoint = readFileSync(join(folder, 'checkpoint'), 'utf8');
  await new AuditTrail({ db: backup.db, clock }).recordNow(anExport);
  await sequence(backup.db);
  assert.deepEqual(await listIndexes(backup.db), [0, 1, 3]);
  const verified = await verifyAuditTrail({ db: backup.db, folder, earlier: [checkpoint] });
  assert.deepEqual(verified, { size: 4, problems: [] });
  await backup.drop();
});

test('a log that came back from a backup is not written to: its history would fork', async () => {
  await audit.recordNow(anExport);
  await sequence();
  const backup = `${folder}-backup`;
  cpSync(folder, backup, { recursive: true });
  await audit.recordNow(anExport);
  await sequence();
  rmSync(folder, { recursive: true });
  cpSync(backup, folder, { recursive: true });
  await audit.recordNow(anExport);
  await sequence();
  assert.deepEqual(await listIndexes(), [0, 1, null]);
  assert.equal((await verifyLog(folder)).size, 1);
  const { problems } = await verifyAuditTrail({ db: database.db, folder });
  assert.deepEqual(problems, ['the row of entry 1 is not what the log says']);
});

test('a row that was altered behind the back of the table is reported', async () => {
  await audit.recordNow(anExport, anExport);
  await sequence();
  await database.db.execute('ALTER TABLE audit_entries DISABLE TRIGGER USER');
  await database.db.execute("UPDATE audit_entries SET details = '{}' WHERE log_index = 1");
  await database.db.execute('ALTER TABLE audit_entries ENABLE TRIGGER USER');
  const { problems } = await verifyAuditTrail({ db: database.db, folder });
  assert.deepEqual(problems, ['the row of entry 1 is not what the log says']);
});

test('two sequencers never write at the same time', async () => {
  const first = await startAuditSequencer({ db: database.db, folder, logger: silent });
  const second = await startAuditSequencer({ db: database.db, folder, logger: silent });
  await audit.recordNow(...Array.from({ length: 20 }, () => anExport));
  await Promise.all([first.stop(), second.stop()]);
  await sequence();
  assert.deepEqual(await verifyAuditTrail({ db: database.db, folder }), { size: 20, problems: [] });
});
