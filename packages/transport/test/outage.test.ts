import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ErrorCode, NoticeKind, newEnvelopeId } from '@postern/protocol';
import { openDatabase } from '@postern/postgres';
import { startTestServer } from '@postern/postgres/testing';
import { createLogger } from '@postern/service';
import { startTransport } from '../src/index.ts';
import { answerOf, beginPut, credentialOf, fileSizes, get, put } from './blob-client.ts';
import { hexOf, idsOf, newEnvelope, TestClient } from './test-client.ts';
import { startTestTransport, until, type TestTransport } from './test-transport.ts';

let transport: TestTransport;
before(async () => {
  transport = await startTestTransport();
});
after(() => transport.stop());

/** Cuts the transport off from its database until the returned function is called. */
async function cutOff(): Promise<() => Promise<void>> {
  const server = await startTestServer();
  const superuser = openDatabase({ url: server.superuserUrl(), applicationName: 'test outage', maxConnections: 1 });
  const name = decodeURIComponent(new URL(transport.parts.database.url).pathname.slice(1));
  await superuser.execute(`ALTER DATABASE "${name}" WITH ALLOW_CONNECTIONS false`);
  await superuser.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [name]);
  return async () => {
    await superuser.execute(`ALTER DATABASE "${name}" WITH ALLOW_CONNECTIONS true`);
    await superuser.close();
  };
}

test('while the database is away requests are refused and sockets stay; then everything goes on', async () => {
  const [from, to] = [await transport.register(), await transport.register()];
  const sender = await TestClient.open(transport.url);
  const reader = await TestClient.open(transport.url);
  const { attachment } = await sender.attach(from);
  const { attachment: reading } = await reader.attach(to, 4);
  const batch = Array.from({ length: 6 }, () => newEnvelope(to.address));
  await sender.sendBatch(attachment, batch);
  const first = await reader.deliveries(4);

  const restore = await cutOff();
  reader.acknowledge(reading, first);
  const during = newEnvelope(to.address, { id: newEnvelopeId() });
  const send = { case: 'sendBatch' as const, value: { attachment, envelopes: [during] } };
  const refused = await sender.request(send);
  assert.equal(refused.case === 'error' && refused.value.code, ErrorCode.UNAVAILABLE);
  const http = await transport.http('POST', '/v1/registrations', { body: { phoneNumber: '491234567' } });
  assert.equal(http.status, 503);
  assert.equal(sender.waiting('deliverBatch'), 0, 'nothing is called delivered that is not durable');
  await restore();

  await until(async () => (await sender.request(send)).case === 'batchStored');
  const rest = await reader.deliveries(3);
  assert.deepEqual(idsOf(rest), [...batch.slice(4), during].map(hexOf));
  const notices = await sender.deliveries(4);
  assert.deepEqual(
    idsOf(notices).toSorted(),
    batch
      .slice(0, 4)
      .map((e) => `${NoticeKind.DELIVERED}:${hexOf(e)}`)
      .toSorted(),
  );
  await Promise.all([sender.close(), reader.close()]);
});

test('a commit whose answer was lost is neither lost nor doubled', async () => {
  const [from, to] = [await transport.register(), await transport.register()];
  const sender = await TestClient.open(transport.url);
  const reader = await TestClient.open(transport.url);
  const { attachment } = await sender.attach(from);
  await reader.attach(to);
  await reader.pushed('drained');
  const outgoing = newEnvelope(to.address);
  // What the table looks like when PostgreSQL died between the commit and its answer.
  await transport.db.execute(
    `INSERT INTO mailbox (account_id, device_id, kind, envelope_id, peer_account_id, peer_device_id, envelope_type,
       ciphertext, commitment, stored_at_ms, expires_at_ms)
     VALUES ($1, 1, 'envelope', $2, $3, 1, 1, $4, $5, $6::bigint, $6::bigint + 3600000)`,
    [
      to.address.accountId,
      hexOf(outgoing),
      from.address.accountId,
      outgoing.envelope.ciphertext,
      outgoing.envelope.commitment,
      transport.clock.now(),
    ],
  );
  const restore = await cutOff();
  const send = { case: 'sendBatch' as const, value: { attachment, envelopes: [outgoing] } };
  assert.equal((await sender.request(send)).case, 'error');
  await restore();
  await until(async () => (await sender.request(send)).case === 'batchStored');
  assert.deepEqual(idsOf(await reader.deliveries(1)), [hexOf(outgoing)]);
  const last = newEnvelope(to.address);
  await until(
    async () => (await sender.request({ ...send, value: { attachment, envelopes: [last] } })).case !== 'error',
  );
  assert.deepEqual(idsOf(await reader.deliveries(1)), [hexOf(last)]);
  await Promise.all([sender.close(), reader.close()]);
});
test('an upload whose database goes away before it is whole is refused and leaves nothing; then it can be done again', async () => {
  const { blobsFolder } = transport.parts.config;
  const authorization = credentialOf(await transport.register());
  const call = { url: transport.url, authorization, blobId: 'cd'.repeat(16) };
  const bytes = Buffer.alloc(1_000, 7);
  const sent = beginPut(call, { 'content-length': bytes.length });
  sent.write(bytes.subarray(0, 500));
  await until(() => fileSizes(blobsFolder).includes(500));
  const restore = await cutOff();
  const answer = answerOf(sent);
  sent.end(bytes.subarray(500));
  assert.deepEqual(await answer, { status: 503, code: 'unavailable' });
  assert.deepEqual(fileSizes(blobsFolder), []);
  assert.equal(await get(call), 503);
  await restore();
  await until(async () => (await put(call, bytes)).status === 204);
  assert.deepEqual(await get(call), bytes);
});

test('a second process on the same database takes over, and the first one stops', async () => {
  const old = await startTestTransport();
  const device = await old.register();
  const client = await TestClient.open(old.url);
  const { attachment } = await client.attach(device);
  const { config, clock } = old.parts;
  const logger = createLogger({ system: 'transport', level: 'silent' });
  const successor = await startTransport({ config, clock, logger });
  const outgoing = newEnvelope(device.address);
  const send = { case: 'sendBatch' as const, value: { attachment, envelopes: [outgoing] } };
  assert.notEqual(
    await client.request(send).then(
      (answer) => answer.case,
      () => 'closed',
    ),
    'batchStored',
  );
  await client.closed;
  const fresh = await TestClient.open(successor.url);
  const again = await fresh.attach(device);
  await fresh.sendBatch(again.attachment, [outgoing]);
  assert.deepEqual(idsOf(await fresh.deliveries(1)), [hexOf(outgoing)]);
  await successor.stop();
  await old.stop();
});
