import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { openDatabase, type Database } from '@postern/postgres';
import { createTestDatabase, type TestDatabase } from '@postern/postgres/testing';
import { limits, MovableClock } from '@postern/protocol';
import { ConfigError } from '@postern/service';
import { AuditTrail } from '../src/audit/audit-trail.ts';
import { startCompliance, type Compliance } from '../src/compliance/compliance.ts';
import { dayOf, type SubProcessor } from '../src/compliance/sub-processor.ts';
import { migrationsDir } from '../src/migrations.ts';
import { storageConfig } from './storage-rig.ts';

const dayMs = 24 * limits.hourMs;
let database: TestDatabase;
let clock: MovableClock;
let folder: string;

beforeEach(async () => {
  database = await createTestDatabase({ name: 'cloud_api', migrationsDir });
  clock = new MovableClock();
  folder = mkdtempSync(join(tmpdir(), 'postern-sub-processors-'));
});
afterEach(async () => {
  await database.drop();
  rmSync(folder, { recursive: true });
});

/** A day so many days from now. */
function day(days: number): string {
  return dayOf(clock.now() + days * dayMs);
}

function host(changes: Partial<SubProcessor> = {}): SubProcessor {
  const usual = { name: 'Host', purpose: 'computers', country: 'DE', region: 'de-1', mechanism: 'not-needed' } as const;
  return { ...usual, effectiveFrom: '2026-01-01', ...changes };
}

/** Starts as a process of its own would, with this text or list in the file; with no file when it is undefined. */
function start(list: string | readonly SubProcessor[] | undefined, db: Database = database.db): Promise<Compliance> {
  const subProcessorsFile = join(folder, 'sub-processors.json');
  if (list !== undefined)
    writeFileSync(subProcessorsFile, typeof list === 'string' ? list : JSON.stringify({ subProcessors: list }));
  const config = storageConfig(folder, list === undefined ? {} : { subProcessorsFile });
  return startCompliance({ config, db, clock, audit: new AuditTrail({ db, clock }) });
}

async function refusal(started: Promise<Compliance>): Promise<string> {
  const error: unknown = await started.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof ConfigError, String(error));
  return error.message;
}

/** The version, and the purposes of who is in force and who is announced. */
async function shown({ subProcessors }: Compliance): Promise<[number, string[], string[]]> {
  const { version, inForce, announced } = await subProcessors.get();
  const purposes = (entries: readonly SubProcessor[]) => entries.map(({ name, purpose }) => `${name}: ${purpose}`);
  return [version, purposes(inForce), purposes(announced)];
}

async function versions(): Promise<number[]> {
  const rows = await database.db.query<{ version: number }>('SELECT version FROM sub_processor_versions ORDER BY 1');
  return rows.map(({ version }) => version);
}

test('without a list there are no sub-processors, from version 1 on', async () => {
  assert.deepEqual(await shown(await start(undefined)), [1, [], []]);
});

test('the first list is in force as it says: nobody was told another one', async () => {
  const compliance = await start([host(), host({ name: 'Mail', effectiveFrom: day(3) })]);
  assert.deepEqual(await shown(compliance), [1, ['Host: computers'], ['Mail: computers']]);
  clock.setOffset(3 * dayMs);
  assert.deepEqual(await shown(compliance), [1, ['Host: computers', 'Mail: computers'], []]);
});

test('the same list again is the same version', async () => {
  await start([host()]);
  assert.deepEqual(await shown(await start([host()])), [1, ['Host: computers'], []]);
  assert.deepEqual(await versions(), [1]);
});

test('a new sub-processor is refused until its notice is long enough, and the message says the first day that is', async () => {
  await start([host()]);
  const message = await refusal(start([host(), host({ name: 'Mail', effectiveFrom: day(30) })]));
  assert.match(message, /"Mail"/);
  const [, proposed = ''] = /set effectiveFrom to (\S+) or later/.exec(message) ?? [];
  assert.deepEqual(await versions(), [1]);
  const dayBefore = dayOf(Date.parse(proposed) - dayMs);
  await refusal(start([host(), host({ name: 'Mail', effectiveFrom: dayBefore })]));
  const accepted = await start([host(), host({ name: 'Mail', effectiveFrom: proposed })]);
  assert.deepEqual(await shown(accepted), [2, ['Host: computers'], ['Mail: computers']]);
});

test('what is in force stands until its change takes effect', async () => {
  await start([host()]);
  const compliance = await start([host({ purpose: 'more', effectiveFrom: day(31) })]);
  assert.deepEqual(await shown(compliance), [2, ['Host: computers'], ['Host: more']]);
  clock.setOffset(31 * dayMs);
  assert.deepEqual(await shown(compliance), [2, ['Host: more'], []]);
});

test('a change of what is in force needs its notice too, also one of a change that was announced', async () => {
  await start([host()]);
  await refusal(start([host({ purpose: 'more' })]));
  await start([host({ purpose: 'more', effectiveFrom: day(40) })]);
  await refusal(start([host({ purpose: 'more', effectiveFrom: day(20) })]));
  assert.deepEqual(await versions(), [1, 2]);
});

test('an announcement is taken back, and a sub-processor removed, without notice', async () => {
  await start([host()]);
  await start([host({ purpose: 'more', effectiveFrom: day(31) })]);
  assert.deepEqual(await shown(await start([host()])), [3, ['Host: computers'], []]);
  assert.deepEqual(await shown(await start([])), [4, [], []]);
  await refusal(start([host()]));
});

test('a list that was forgotten is no list without entries', async () => {
  await start([host()]);
  assert.match(await refusal(start(undefined)), /Version 1 .* Set subProcessorsFile/);
  await start([]);
  assert.deepEqual(await shown(await start(undefined)), [2, [], []]);
});

test('several processes that start at once make one version', async () => {
  await start([host()]);
  const next = [host(), host({ name: 'Mail', effectiveFrom: day(31) })];
  const databases = Array.from({ length: 6 }, () => openDatabase({ url: database.url, applicationName: 'test' }));
  try {
    // Connected before, so that they meet.
    await Promise.all(databases.map((db) => db.query('SELECT 1')));
    await Promise.all(databases.map((db) => start(next, db)));
  } finally {
    await Promise.all(databases.map((db) => db.close()));
  }
  assert.deepEqual(await versions(), [1, 2]);
});

test('a wrong file ends the start with a message that says what is wrong', async () => {
  const list = (entry: object) => JSON.stringify({ subProcessors: [entry] });
  for (const [content, expected] of [
    ['{', /Cannot read the list of sub-processors .*sub-processors\.json/],
    ['[]', /must be object/],
    ['{}', /subProcessors/],
    [list({ ...host(), country: 'Germany' }), /\/subProcessors\/0\/country/],
    [list({ ...host(), mechanism: 'a handshake' }), /\/subProcessors\/0\/mechanism/],
    [list({ ...host(), surprise: 1 }), /\/subProcessors\/0/],
    [list({ ...host(), name: 'x'.repeat(201) }), /\/subProcessors\/0\/name/],
    [list({ ...host(), effectiveFrom: '2027-02-30' }), /2027-02-30 is no day/],
    [JSON.stringify({ subProcessors: [host(), host()] }), /names "Host" twice/],
    [' '.repeat(limits.maxSubProcessorsFileBytes + 1), /larger than/],
  ] as const)
    assert.match(await refusal(start(content)), expected);
  const config = storageConfig(folder, { subProcessorsFile: join(folder, 'nowhere.json') });
  assert.match(
    await refusal(
      startCompliance({ config, db: database.db, clock, audit: new AuditTrail({ db: database.db, clock }) }),
    ),
    /nowhere\.json/,
  );
  assert.deepEqual(await versions(), []);
});

test('the first acceptance of a version counts, and a version that is not in force is not accepted', async () => {
  const { terms } = await start(undefined);
  const by = (acceptedBy: string) => ({ version: 'postern-1', acceptedBy, appId: '7' });
  const acceptedAtMs = clock.now();
  assert.equal(await terms.accept('900', by('first')), true);
  clock.setOffset(dayMs);
  assert.equal(await terms.accept('900', by('second')), true);
  assert.equal(await terms.accept('900', { ...by('first'), version: 'postern-2' }), false);
  const accepted = await terms.list('900');
  assert.deepEqual(
    accepted.map(({ version, acceptedBy }) => [version, acceptedBy]),
    [['postern-1', 'first']],
  );
  assert.ok((accepted[0]?.acceptedAtMs ?? 0) < acceptedAtMs + dayMs);
  assert.deepEqual(await terms.list('901'), []);
});

for (const table of ['sub_processor_versions', 'accepted_terms'])
  test(`${table} can be added to, and refuses every statement that would change or delete`, async () => {
    const { terms } = await start([host()]);
    await terms.accept('900', { version: 'postern-1', acceptedBy: '1', appId: '7' });
    for (const statement of [`UPDATE ${table} SET version = version`, `DELETE FROM ${table}`, `TRUNCATE ${table}`])
      await assert.rejects(database.db.execute(statement), /is append-only/);
    const [row] = await database.db.query<{ count: number }>(`SELECT count(*)::int AS count FROM ${table}`);
    assert.equal(row?.count, 1);
  });
