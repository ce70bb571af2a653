import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { dataClasses } from '../src/index.ts';
import { credentialOf, put } from './blob-client.ts';
import { newEnvelope, TestClient } from './test-client.ts';
import { inspectToken, startTestTransport, type TestTransport } from './test-transport.ts';

let transport: TestTransport;
before(async () => {
  transport = await startTestTransport();
});
after(() => transport.stop());

test('every column of every table has a data class, and no class is left over', async () => {
  const columns = await transport.db.query<{ name: string }>(
    `SELECT c.table_name || '.' || c.column_name AS name
       FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
      WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE'`,
  );
  const tagged = Object.entries(dataClasses).flatMap(([table, classes]) =>
    Object.keys(classes).map((column) => `${table}.${column}`),
  );
  assert.ok(columns.length > 30);
  assert.deepEqual(columns.map(({ name }) => name).toSorted(), tagged.toSorted());
});

test('inspecting needs the token, and shows what the tables hold', async () => {
  const [from, to] = [await transport.register(), await transport.register()];
  const client = await TestClient.open(transport.url);
  const { attachment } = await client.attach(from);
  const sent = [newEnvelope(to.address, { bytes: 5_000 }), newEnvelope(to.address)];
  await client.sendBatch(attachment, sent);
  for (const path of ['/v1/inspect/envelopes', '/v1/inspect/accounts', '/v1/inspect/blobs']) {
    assert.equal((await transport.http('GET', path)).status, 401);
    assert.equal((await transport.http('GET', path, { token: 'wrong' })).status, 401);
  }
  const { body } = await transport.http<{ envelopes: Record<string, unknown>[] }>(
    'GET',
    '/v1/inspect/envelopes?limit=2',
    {
      token: inspectToken,
    },
  );
  const [newest, oldest] = body.envelopes;
  assert.equal(oldest?.['ciphertext'], sent[0]!.envelope.ciphertext.toString('base64'));
  assert.equal(oldest?.['bytes'], 5_000);
  assert.equal(newest?.['commitment'], sent[1]!.envelope.commitment.toString('hex'));
  assert.equal(newest?.['senderPhoneNumber'], from.phoneNumber);
  assert.equal(newest?.['recipientPhoneNumber'], to.phoneNumber);
  const accounts = await transport.http<{ accounts: { accountId: string; oneTimePrekeys: number }[] }>(
    'GET',
    '/v1/inspect/accounts',
    { token: inspectToken },
  );
  const seen = accounts.body.accounts.map(({ accountId }) => accountId);
  assert.deepEqual(seen.toSorted(), [from, to].map(({ address }) => address.accountId as string).toSorted());
  const blob = { url: transport.url, authorization: credentialOf(from), blobId: 'ab'.repeat(16) };
  assert.equal((await put(blob, Buffer.alloc(77))).status, 204);
  const { body: inspected } = await transport.http('GET', '/v1/inspect/blobs', { token: inspectToken });
  const [accountId, storedAtMs] = [from.address.accountId, transport.clock.now()];
  const shown = { senderAccountId: accountId, senderPhoneNumber: from.phoneNumber, bytes: 77, storedAtMs };
  assert.deepEqual(inspected, { blobs: [{ blobId: blob.blobId, ...shown }] });
  assert.equal((await transport.http('GET', '/v1/inspect/envelopes?limit=0', { token: inspectToken })).status, 400);
  await client.close();
});

test('without a token there is nothing to inspect', async () => {
  const other = await startTestTransport({ inspectToken: undefined as unknown as string });
  assert.equal((await other.http('GET', '/v1/inspect/envelopes', { token: inspectToken })).status, 404);
  await other.stop();
});
