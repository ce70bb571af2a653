import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { createTestDatabase, type TestDatabase } from '@postern/postgres/testing';
import { KeyMissingError } from '../src/keyring/keyring.ts';
import { openKeyring } from '../src/keyring/open-keyring.ts';

let database: TestDatabase;
const dir = mkdtempSync(join(tmpdir(), 'postern-keyring-'));
before(async () => {
  database = await createTestDatabase({ name: 'keyring' });
});
after(async () => {
  await database.drop();
  rmSync(dir, { recursive: true });
});

test('two processes that need the key of a new hour at once get the same key, which is on disk', async () => {
  const path = join(dir, 'one', 'keyring.json');
  const [first, second] = [openKeyring(path, database.db), openKeyring(path, database.db)];
  const keys = await Promise.all([
    first.hourKey('local', 1),
    second.hourKey('local', 1),
    first.hourKey('local', 1),
    second.hourKey('local', 1),
  ]);
  for (const key of keys) assert.ok(key.equals(keys[0]));
  const later = openKeyring(path, database.db).findHourKey('local', 1);
  assert.ok(later?.equals(keys[0]));
  assert.equal(statSync(path).mode & 0o777, 0o600);
});

test('every hour, region and number has a key of its own', async () => {
  const keyring = openKeyring(join(dir, 'two', 'keyring.json'), database.db);
  const keys = [
    await keyring.hourKey('local', 1),
    await keyring.hourKey('local', 2),
    await keyring.hourKey('eu', 1),
    await keyring.createNumberKey('1'),
    await keyring.createNumberKey('2'),
  ];
  assert.equal(new Set(keys.map((key) => key.export().toString('hex'))).size, keys.length);
});

test('a key that is not there is not invented when something is to be opened', () => {
  const keyring = openKeyring(join(dir, 'three', 'keyring.json'), database.db);
  assert.equal(keyring.findHourKey('local', 5), null);
  assert.throws(() => keyring.numberKey('1'), KeyMissingError);
});
