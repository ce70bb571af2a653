import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openDatabase, type Database } from '../src/index.ts';
import { createTestDatabase, type TestDatabase } from '../src/testing.ts';

let testDatabase: TestDatabase;
let other: Database;

before(async () => {
  testDatabase = await createTestDatabase({ name: 'locks' });
  other = openDatabase({ url: testDatabase.url, applicationName: 'other' });
});
after(async () => {
  await other.close();
  await testDatabase.drop();
});

test('a lock is held by one, and by the next after its release', async () => {
  const mine = await testDatabase.db.holdLock([1, 7]);
  assert(mine !== null);
  assert.equal(await other.holdLock([1, 7]), null);
  const different = await other.holdLock([1, 8]);
  assert(different !== null);
  await mine.release();
  await mine.released;
  const next = await other.holdLock([1, 7]);
  assert(next !== null);
  await Promise.all([next.release(), different.release()]);
});

test('a lock whose backend dies is released, and its holder learns it', async () => {
  const lock = await testDatabase.db.holdLock([2, 1]);
  assert(lock !== null);
  await other.query(`SELECT pg_terminate_backend(pid) FROM pg_locks
    WHERE locktype = 'advisory' AND classid = 2 AND objid = 1 AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`);
  await lock.released;
  await lock.release();
  const next = await other.holdLock([2, 1]);
  assert(next !== null);
  await next.release();
});

test('closing the database releases its locks', async () => {
  const closing = openDatabase({ url: testDatabase.url, applicationName: 'closing' });
  const lock = await closing.holdLock([3, 1]);
  await closing.close();
  await lock!.released;
  const next = await other.holdLock([3, 1]);
  assert(next !== null);
  await next.release();
});
