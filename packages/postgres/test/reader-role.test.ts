import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  ensureReaderRole,
  listFigures,
  openDatabase,
  ReaderRoleMissingError,
  StatementFailedError,
  type Database,
} from '../src/index.ts';
import { createTestDatabase, startTestServer, type TestDatabase } from '../src/testing.ts';

const migrationsDir = new URL('operator-migrations', import.meta.url).pathname;
const role = { name: 'figures reader', password: 'a password' };
let database: TestDatabase;
let unrelated: TestDatabase;
let reader: Database;

before(async () => {
  const server = await startTestServer();
  database = await createTestDatabase({ name: 'read', migrationsDir });
  unrelated = await createTestDatabase({ name: 'unread', migrationsDir });
  const name = new URL(database.url).pathname.slice(1);
  const superuser = openDatabase({ url: server.superuserUrl(name), applicationName: 'test' });
  await ensureReaderRole(superuser, role);
  await superuser.close();
  reader = openDatabase({ url: server.urlFor(role.name, role.password, name), applicationName: 'test reader' });
});
after(async () => {
  await reader.close();
  await database.drop();
  await unrelated.drop();
});

const refused = (error: unknown) => error instanceof StatementFailedError && error.code === '42501';

test('a reading role reads the views of the operator, with what is there now', async () => {
  await database.db.execute(`INSERT INTO notes VALUES (1, 'nobody is to read this')`);
  assert.deepEqual(await listFigures(reader, 10), [{ figure: 'notes', part: '', value: 1 }]);
  assert.deepEqual(await listFigures(reader, 0), []);
});

test('it reads no table, changes nothing, makes nothing', async () => {
  await assert.rejects(reader.query('SELECT * FROM public.notes'), refused);
  await assert.rejects(reader.execute('DELETE FROM public.notes'), refused);
  await assert.rejects(reader.execute('CREATE TABLE public.mine (id integer)'), refused);
  await assert.rejects(reader.execute('CREATE TABLE operator.mine (id integer)'), refused);
  await assert.rejects(reader.execute('CREATE ROLE mine'), refused);
});

test('it cannot connect to a database that did not let it in', async () => {
  const name = new URL(unrelated.url).pathname.slice(1);
  const url = (await startTestServer()).urlFor(role.name, role.password, name);
  const other = openDatabase({ url, applicationName: 'test reader' });
  await assert.rejects(other.query('SELECT 1'));
  await other.close();
});

test('the owner of a database lets a role in that exists, and cannot make one', async () => {
  await ensureReaderRole(unrelated.db, { name: role.name });
  await assert.rejects(ensureReaderRole(unrelated.db, { name: 'nobody yet' }), ReaderRoleMissingError);
  await assert.rejects(ensureReaderRole(unrelated.db, { name: 'nobody yet', password: 'x' }), refused);
});
