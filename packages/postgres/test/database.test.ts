import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  DatabaseClosedError,
  DatabaseUnavailableError,
  openDatabase,
  StatementFailedError,
  TransactionEndedError,
  TransactionRolledBackError,
  type Database,
  type Transaction,
} from '../src/index.ts';
import { createTestDatabase, startTestServer, type TestDatabase } from '../src/testing.ts';
import { until } from './until.ts';

let testDatabase: TestDatabase;
let db: Database;

before(async () => {
  testDatabase = await createTestDatabase({ name: 'database' });
  db = testDatabase.db;
  await db.execute('CREATE TABLE items (id int PRIMARY KEY, secret text)');
});
after(() => testDatabase.drop());

async function countItems(): Promise<number> {
  const [row] = await db.query<{ count: number }>('SELECT count(*) FROM items');
  return row!.count;
}

test('values of every column type we use come back as they went in', async () => {
  const id = '0c3a8e0c-7d1c-4f4e-9a53-6f7a3f0d5a11';
  const bytes = Buffer.from(Array.from({ length: 256 }, (_, i) => i));
  const text = `SELECT $1::uuid AS id, $2::text AS "text", $3::int4 AS "int4", $4::int8 AS "int8", $5::bool AS "bool",
    $6::bytea AS "bytea", $7::text[] AS texts, $8::jsonb AS "json", $9::int8[] AS numbers, NULL::bytea AS "nothing", $10::bytea AS "empty"`;
  const values = [
    id,
    'ü"\\',
    -5,
    2 ** 53 - 1,
    true,
    new Uint8Array(bytes),
    ['a', 'b"{}'],
    { a: [1] },
    [1, 2],
    Buffer.alloc(0),
  ];
  const expected = {
    id,
    text: 'ü"\\',
    int4: -5,
    int8: 2 ** 53 - 1,
    bool: true,
    bytea: bytes,
    texts: ['a', 'b"{}'],
    json: { a: [1] },
    numbers: [1, 2],
    nothing: null,
    empty: Buffer.alloc(0),
  };
  assert.deepEqual(await db.query(text, values), [expected]);
  assert.deepEqual(await db.prepared('every_type', text, values), [expected]);
});

test('execute gives the number of affected rows', async () => {
  assert.equal(await db.execute('INSERT INTO items SELECT generate_series(1000, 1004)'), 5);
  assert.equal(await db.execute('DELETE FROM items WHERE id >= $1', [1000]), 5);
});

test('a transaction keeps everything when its work ends', async () => {
  const result = await db.transaction(async (tx) => {
    await Promise.all([tx.execute('INSERT INTO items VALUES (1)'), tx.execute('INSERT INTO items VALUES (2)')]);
    return 'done';
  });
  assert.equal(result, 'done');
  assert.equal(await db.execute('DELETE FROM items WHERE id IN (1, 2)'), 2);
});

test('a transaction keeps nothing when its work throws', async () => {
  const failing = db.transaction(async (tx) => {
    await tx.execute('INSERT INTO items VALUES (3)');
    throw new Error('changed my mind');
  });
  await assert.rejects(failing, /changed my mind/);
  assert.equal(await countItems(), 0);
});

test('a transaction that swallowed a failed statement says that it was rolled back', async () => {
  const failing = db.transaction(async (tx) => {
    await tx.execute('INSERT INTO items VALUES (4)');
    await tx.execute('INSERT INTO items VALUES (4)').catch(() => {});
  });
  await assert.rejects(failing, TransactionRolledBackError);
  assert.equal(await countItems(), 0);
});

test('a transaction cannot be used after its end', async () => {
  let committed: Transaction | undefined;
  let rolledBack: Transaction | undefined;
  await db.transaction(async (tx) => void (committed = tx));
  await assert.rejects(
    db.transaction(async (tx) => {
      rolledBack = tx;
      throw new Error('no');
    }),
  );
  await assert.rejects(committed!.query('SELECT 1'), TransactionEndedError);
  await assert.rejects(rolledBack!.query('SELECT 1'), TransactionEndedError);
});

test('a connection that dies inside a transaction is discarded, and the pool goes on', async () => {
  const failing = db.transaction(async (tx) => {
    await tx.query('SELECT pg_terminate_backend(pg_backend_pid())');
  });
  await assert.rejects(failing, DatabaseUnavailableError);
  assert.equal(await countItems(), 0);
});

test('an idle connection that dies does not end the process and is replaced', async () => {
  const small = openDatabase({ url: testDatabase.url, applicationName: 'small', maxConnections: 1 });
  const [old] = await small.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  await db.query('SELECT pg_terminate_backend($1)', [old!.pid]);
  await until(async () => {
    const [now] = await small.query<{ pid: number }>('SELECT pg_backend_pid() AS pid').catch(() => []);
    return now !== undefined && now.pid !== old!.pid;
  });
  await small.close();
});

test('a refused statement tells its code and constraint, never a value', async () => {
  await db.execute("INSERT INTO items VALUES (7, 'x')");
  const duplicate = await db.query('INSERT INTO items VALUES ($1, $2)', [7, 'canary']).catch((error: unknown) => error);
  assert(duplicate instanceof StatementFailedError);
  assert.deepEqual(
    { code: duplicate.code, constraint: duplicate.constraint, table: duplicate.table, retryable: duplicate.retryable },
    { code: '23505', constraint: 'items_pkey', table: 'items', retryable: false },
  );
  const malformed = await db.query('SELECT $1::uuid', ['canary']).catch((error: unknown) => error);
  assert(malformed instanceof StatementFailedError);
  for (const error of [duplicate, malformed]) {
    assert.doesNotMatch(`${error.stack} ${JSON.stringify(error)} ${String(error.cause)}`, /canary/);
  }
  await db.execute('DELETE FROM items');
});

test('a statement that runs too long is refused in a way that a retry may help', async () => {
  const hasty = openDatabase({ url: testDatabase.url, applicationName: 'hasty', statementTimeoutMs: 20 });
  const slow = await hasty.query('SELECT pg_sleep(10)').catch((error: unknown) => error);
  assert(slow instanceof StatementFailedError);
  assert.deepEqual([slow.code, slow.retryable], ['57014', true]);
  await hasty.close();
});

test('a prepared statement that a schema change broke fails once at most per connection', async () => {
  const one = openDatabase({ url: testDatabase.url, applicationName: 'one', maxConnections: 1 });
  await one.prepared('all_items', 'SELECT * FROM items');
  await db.execute('ALTER TABLE items ADD COLUMN extra int');
  await assert.rejects(one.prepared('all_items', 'SELECT * FROM items'), StatementFailedError);
  assert.deepEqual(await one.prepared('all_items', 'SELECT * FROM items'), []);
  await one.close();
});

test('a server that is not there is an unavailable database, which a retry may help', async () => {
  const nowhere = openDatabase({ url: 'postgres://a:b@%2Fnowhere:5432/c', applicationName: 'lost' });
  const error = await nowhere.query('SELECT 1').catch((failure: unknown) => failure);
  assert(error instanceof DatabaseUnavailableError);
  assert.equal(error.retryable, true);
  await nowhere.close();
});

test('a database that takes no connections for a while is unavailable, and the pool comes back with it', async () => {
  const server = await startTestServer();
  const admin = openDatabase({ url: server.superuserUrl(), applicationName: 'test', maxConnections: 1 });
  const name = new URL(testDatabase.url).pathname.slice(1);
  await admin.execute(`ALTER DATABASE ${name} ALLOW_CONNECTIONS false`);
  await admin.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [name]);
  await until(async () => {
    const error = await db.query('SELECT 1').catch((failure: unknown) => failure);
    assert(error instanceof DatabaseUnavailableError);
    return error.message.includes('55000');
  });
  await admin.execute(`ALTER DATABASE ${name} ALLOW_CONNECTIONS true`);
  assert.deepEqual(await db.query('SELECT 1 AS one'), [{ one: 1 }]);
  await admin.close();
});

test('a closed database refuses work', async () => {
  const closed = openDatabase({ url: testDatabase.url, applicationName: 'closed' });
  await closed.query('SELECT 1');
  await Promise.all([closed.close(), closed.close()]);
  await assert.rejects(closed.query('SELECT 1'), DatabaseClosedError);
  await assert.rejects(
    closed.listen('a', () => {}),
    DatabaseClosedError,
  );
  await assert.rejects(closed.holdLock([1, 1]), DatabaseClosedError);
});

test('test databases with the same migrations are separate', async () => {
  const migrationsDir = new URL('migrations', import.meta.url).pathname;
  const [one, other] = await Promise.all([
    createTestDatabase({ name: 'copies', migrationsDir }),
    createTestDatabase({ name: 'copies', migrationsDir }),
  ]);
  await one.db.execute("INSERT INTO notes VALUES (1, gen_random_uuid(), 'x')");
  assert.equal((await other.db.query('SELECT 1 FROM notes')).length, 0);
  await Promise.all([one.drop(), other.drop()]);
  const server = await startTestServer();
  const admin = openDatabase({ url: server.superuserUrl(), applicationName: 'test' });
  const left = await admin.query(
    "SELECT 1 FROM pg_database WHERE datname LIKE 'copies%' AND NOT datname ~ '^copies_[0-9]+$'",
  );
  assert.equal(left.length, 0);
  await admin.close();
});
