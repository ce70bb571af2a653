import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createBusinessSetup, masterKey, startRig, type BusinessSetup, type Rig } from './rig.ts';

let rig: Rig;
let bank: BusinessSetup;

before(async () => {
  rig = await startRig();
  bank = await createBusinessSetup(rig.admin, 'Bank');
});
after(() => rig.stop());

/** Every row of every table, as text. */
async function everything(): Promise<string> {
  const tables = await rig.database.query<{ name: string }>(
    `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'`,
  );
  assert.ok(tables.length > 5);
  const rows = await Promise.all(
    tables.map(({ name }) => rig.database.query<{ row: string }>(`SELECT t::text AS row FROM "${name}" AS t`)),
  );
  return rows
    .flat()
    .map(({ row }) => row)
    .join('\n');
}

test('the database holds no token and no app secret, in no spelling', async () => {
  const text = await everything();
  assert.ok(text.includes(bank.tokenId), 'the scan sees the rows');
  for (const secret of [bank.token, bank.token.slice(3), bank.appSecret, masterKey]) {
    for (const encoding of ['utf8', 'base64', 'hex'] as const)
      assert.ok(!text.includes(Buffer.from(secret).toString(encoding)), encoding);
  }
  assert.ok(!text.includes(Buffer.from(bank.token.slice(3), 'base64url').toString('hex')));
});

test('a token has 256 random bits after its prefix', () => {
  assert.match(bank.token, /^EAA[A-Za-z0-9_-]{43}$/);
});

test('the log lines of a failure hold no token', async () => {
  await rig.database.execute('ALTER TABLE access_tokens RENAME COLUMN label TO label_away');
  const { appId, wabaId, systemUserId } = bank;
  const body = { appId, label: 'x', scopes: ['business_management'], wabaIds: [wabaId] };
  const failed = await rig.admin('POST', `/v1/system-users/${systemUserId}/tokens`, body);
  await rig.database.execute('ALTER TABLE access_tokens RENAME COLUMN label_away TO label');
  assert.equal(failed.status, 500);
  assert.equal(failed.body.error.code, 'internal');
  assert.ok(rig.logged.length > 0);
  for (const line of rig.logged) assert.doesNotMatch(line, /EAA|admin-token|service-token/);
});
