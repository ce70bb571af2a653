import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createTestDatabase, type TestDatabase } from '@postern/postgres/testing';
import { dataClasses } from '../src/data-classes.ts';
import { migrationsDir } from '../src/migrations.ts';

let database: TestDatabase;
before(async () => {
  database = await createTestDatabase({ name: 'cloud_api', migrationsDir });
});
after(() => database.drop());

async function liveColumns(): Promise<string[]> {
  const rows = await database.db.query<{ column: string }>(
    `SELECT table_name || '.' || column_name AS column FROM information_schema.columns
     WHERE table_schema = 'public' AND table_name NOT LIKE 'messages_day_%'`,
  );
  return rows.map(({ column }) => column).sort();
}

const taggedColumns = Object.entries(dataClasses)
  .flatMap(([table, columns]) => Object.keys(columns).map((column) => `${table}.${column}`))
  .sort();

test('every column of the live schema has a data class, and every tagged column exists', async () => {
  assert.deepEqual(await liveColumns(), taggedColumns);
});

test('a column without a data class is noticed', async () => {
  await database.db.execute('ALTER TABLE numbers ADD COLUMN untagged text');
  assert.notDeepEqual(await liveColumns(), taggedColumns);
});
