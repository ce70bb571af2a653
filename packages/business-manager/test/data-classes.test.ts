import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { dataClasses } from '../src/index.ts';
import { startRig, type Rig } from './rig.ts';

let rig: Rig;

before(async () => {
  rig = await startRig();
});
after(() => rig.stop());

async function liveColumns(): Promise<string[]> {
  const rows = await rig.database.query<{ column: string }>(
    `SELECT table_name || '.' || column_name AS column FROM information_schema.columns WHERE table_schema = 'public'`,
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
  await rig.database.execute('ALTER TABLE businesses ADD COLUMN untagged text');
  assert.notDeepEqual(await liveColumns(), taggedColumns);
});
