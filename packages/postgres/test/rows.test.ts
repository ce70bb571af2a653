import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';
import { insertRows, updateFromRows, type Database, type InsertSpec, type UpdateSpec } from '../src/index.ts';
import { createTestDatabase, type TestDatabase } from '../src/testing.ts';

const columns = [
  { name: 'id', type: 'int4' },
  { name: 'bytes', type: 'bytea' },
  { name: 'tags', type: 'text[]' },
];
const insert: InsertSpec = { name: 'insert_rows', into: 'rows', columns };
const insertNew: InsertSpec = {
  ...insert,
  name: 'insert_new_rows',
  suffix: 'ON CONFLICT DO NOTHING RETURNING id',
};
const update: UpdateSpec = {
  name: 'update_rows',
  columns,
  tail: 'UPDATE rows SET bytes = v.bytes, tags = v.tags FROM v WHERE rows.id = v.id',
};
const remove: UpdateSpec & { returning: true } = {
  name: 'remove_rows',
  columns: [{ name: 'id', type: 'int4' }],
  tail: 'DELETE FROM rows USING v WHERE rows.id = v.id RETURNING rows.id, rows.bytes',
  returning: true,
};

let testDatabase: TestDatabase;
let db: Database;

before(async () => {
  testDatabase = await createTestDatabase({ name: 'rows' });
  db = testDatabase.db;
  await db.execute('CREATE TABLE rows (id int PRIMARY KEY, bytes bytea, tags text[])');
});
after(() => testDatabase.drop());

function makeRows(count: number) {
  return Array.from(
    { length: count },
    (_, id) => [id, id % 7 === 0 ? null : randomBytes(id % 50), [`t${id}`, 'x']] as const,
  );
}

async function storedRows() {
  const rows = await db.query<{ id: number; bytes: Buffer | null; tags: string[] }>('SELECT * FROM rows ORDER BY id');
  return rows.map(({ id, bytes, tags }) => [id, bytes, tags]);
}

for (const count of [0, 1, 2, 3, 255, 256, 257, 777]) {
  test(`${count} rows are inserted, changed and deleted exactly`, async () => {
    const rows = makeRows(count);
    assert.deepEqual(await insertRows(db, insert, rows), []);
    assert.deepEqual(await storedRows(), rows);
    const changed = rows.map(([id]) => [id, randomBytes(20), []] as const);
    assert.equal(await updateFromRows(db, update, changed), count);
    assert.deepEqual(await storedRows(), changed);
    const removed = await updateFromRows<{ id: number; bytes: Buffer }>(
      db,
      remove,
      changed.map(([id]) => [id]),
    );
    assert.deepEqual(
      new Map(removed.map(({ id, bytes }) => [id, bytes])),
      new Map(changed.map(([id, bytes]) => [id, bytes])),
    );
    assert.equal((await storedRows()).length, 0);
  });
}

test('RETURNING gives the rows of every statement of a batch', async () => {
  await insertRows(db, insert, makeRows(10));
  const inserted = await insertRows<{ id: number }>(db, insertNew, makeRows(300));
  assert.deepEqual(
    inserted.map(({ id }) => id),
    Array.from({ length: 290 }, (_, index) => index + 10),
  );
  await db.execute('DELETE FROM rows');
});

test('a batch inside a transaction is kept whole or not at all', async () => {
  const rows: (readonly unknown[])[] = [...makeRows(300), [0, null, []]];
  await assert.rejects(db.transaction((tx) => insertRows(tx, insert, rows)));
  assert.equal((await storedRows()).length, 0);
});

test('any batch size runs through at most nine statements per spec', async () => {
  const names = new Set<string>();
  const recording = {
    ...db,
    run: async (statement: { name?: string }) => (names.add(statement.name!), { rows: [], affected: 0, command: '' }),
  };
  for (let count = 0; count <= 600; count += 1)
    await insertRows(recording as unknown as Database, insert, makeRows(count));
  assert.equal(names.size, 9);
});

test('a wide table keeps below the number of parameters that the protocol counts', async () => {
  const wide = Array.from({ length: 1000 }, (_, index) => ({ name: `c${index}`, type: 'int4' }));
  await db.execute(`CREATE TABLE wide (${wide.map(({ name }) => `${name} int`).join(', ')})`);
  await insertRows(
    db,
    { name: 'insert_wide', into: 'wide', columns: wide },
    Array.from({ length: 100 }, () => wide.map((_, i) => i)),
  );
  const [row] = await db.query('SELECT count(*), sum(c999)::int AS sum FROM wide');
  assert.deepEqual(row, { count: 100, sum: 99_900 });
});

test('a row with too few values is refused before anything is sent', async () => {
  await assert.rejects(insertRows(db, insert, [[1, null, []], [2]]), RangeError);
  assert.equal((await storedRows()).length, 0);
});
