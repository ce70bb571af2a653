import assert from 'node:assert/strict';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { describeSchema, migrate, StatementFailedError } from '../src/index.ts';
import { createTestDatabase, type TestDatabase } from '../src/testing.ts';

const migrationsDir = new URL('migrations', import.meta.url).pathname;
const databases: TestDatabase[] = [];
let folder: string;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'migrations-'));
});
after(async () => {
  await Promise.all(databases.map((database) => database.drop()));
  await rm(folder, { recursive: true });
});

async function emptyDatabase(): Promise<TestDatabase> {
  const database = await createTestDatabase({ name: 'migrate' });
  databases.push(database);
  return database;
}

test('migrations are applied once, in order, and logged by name', async () => {
  const { url } = await emptyDatabase();
  const lines: object[] = [];
  const logger = { info: (fields: object) => void lines.push(fields), warn() {}, error() {} };
  assert.deepEqual(await migrate({ url, migrationsDir, logger }), ['0001_notes', '0002_days']);
  assert.deepEqual(await migrate({ url, migrationsDir, logger }), []);
  assert.deepEqual(lines, [{ migration: '0001_notes' }, { migration: '0002_days' }]);
});

test('of two that migrate at once, each migration is applied by one', async () => {
  const { url } = await emptyDatabase();
  const applied = await Promise.all([migrate({ url, migrationsDir }), migrate({ url, migrationsDir })]);
  assert.deepEqual(applied.flat(), ['0001_notes', '0002_days']);
});

test('a failing migration leaves nothing of itself and keeps those before it', async () => {
  const { url, db } = await emptyDatabase();
  await cp(migrationsDir, folder, { recursive: true });
  await writeFile(join(folder, '0003_broken.sql'), 'CREATE TABLE half (id int);\nSELECT no_such_function();\n');
  await assert.rejects(migrate({ url, migrationsDir: folder }), StatementFailedError);
  const description = await describeSchema(db);
  assert.match(description, /table public\.days/);
  assert.doesNotMatch(description, /half/);
});

test('the description of a schema is the same for the same migrations, and names what matters', async () => {
  const [one, other] = [await emptyDatabase(), await emptyDatabase()];
  await Promise.all([migrate({ url: one.url, migrationsDir }), migrate({ url: other.url, migrationsDir })]);
  await other.db.execute("CREATE TABLE days_2026 PARTITION OF days FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')");
  const description = await describeSchema(one.db);
  assert.equal(await describeSchema(other.db), description);
  assert.equal(
    description,
    `
CREATE OR REPLACE FUNCTION public.day_count()
 RETURNS bigint
 LANGUAGE sql
 STABLE
AS $function$SELECT count(*) FROM days$function$

table public.days partition by RANGE (day)
  column day date not null
  column note text not null
  constraint days_note_check CHECK ((note <> ''::text))

enum public.mood ('calm', 'busy')

table public.notes with (toast_tuple_target=8160)
  column body bytea storage external statistics 0
  column feeling mood not null default 'calm'::mood
  column id uuid not null
  column phone_number_id bigint not null
  constraint notes_pkey PRIMARY KEY (phone_number_id, id)
  CREATE INDEX notes_busy ON public.notes USING btree (phone_number_id) WHERE (feeling = 'busy'::mood)
`,
  );
});

test('the description changes with a column, an index and a function body', async () => {
  const { url, db } = await emptyDatabase();
  await migrate({ url, migrationsDir });
  const seen = new Set([await describeSchema(db)]);
  for (const change of [
    'ALTER TABLE notes ADD COLUMN extra int DEFAULT 3',
    'CREATE INDEX ON notes (extra)',
    "CREATE OR REPLACE FUNCTION day_count() RETURNS bigint LANGUAGE sql AS 'SELECT 1::bigint'",
    'ALTER TABLE notes ALTER COLUMN extra SET STATISTICS 7',
  ]) {
    await db.execute(change);
    seen.add(await describeSchema(db));
  }
  assert.equal(seen.size, 5);
});
