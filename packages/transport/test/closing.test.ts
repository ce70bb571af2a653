import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ErrorCode, EnvelopeType, NoticeKind, RejectionReason } from '@postern/protocol';
import { encodeAddress } from '../src/address.ts';
import { hexOf, idsOf, newEnvelope, TestClient } from './test-client.ts';
import { startTestTransport, type TestDevice, type TestTransport } from './test-transport.ts';

let transport: TestTransport;
before(async () => {
  transport = await startTestTransport();
});
after(() => transport.stop());

const attachRequest = ({ address, secret }: TestDevice) => ({
  case: 'attachAccount' as const,
  value: { ...encodeAddress(address), secret, window: 0 },
});

test('registering a number anew closes the old account, and senders hear what was not delivered', async () => {
  const sender = await transport.register();
  const old = await transport.register();
  const client = await TestClient.open(transport.url);
  const { attachment } = await client.attach(sender);
  const reader = await TestClient.open(transport.url);
  const { attachment: oldAttachment } = await reader.attach(old);
  const message = newEnvelope(old.address);
  const retry = newEnvelope(old.address, { type: EnvelopeType.RETRY_REQUEST });
  await client.sendBatch(attachment, [message, retry]);
  await reader.deliveries(2);

  const fresh = await transport.register(old.phoneNumber);
  assert.notEqual(fresh.address.accountId, old.address.accountId);
  assert.equal((await reader.pushed('replaced')).attachment, oldAttachment);
  const notices = await client.deliveries(1);
  assert.deepEqual(idsOf(notices), [`${NoticeKind.UNDELIVERABLE}:${hexOf(message)}`]);

  const answer = await reader.request(attachRequest(old));
  assert.equal(answer.case === 'error' && answer.value.code, ErrorCode.NOT_AUTHENTICATED);
  const { rejections } = await client.sendBatch(attachment, [newEnvelope(old.address)]);
  assert.deepEqual(
    rejections.map(({ reason }) => reason),
    [RejectionReason.UNKNOWN_DEVICE],
  );
  const found = await client.ask('accountsFound', {
    case: 'findAccounts',
    value: { attachment, phoneNumbers: [old.phoneNumber, '4999999999', 'no number'] },
  });
  assert.deepEqual(
    found.accounts.map(({ phoneNumber, accountId, deviceIds }) => [phoneNumber, Buffer.from(accountId), deviceIds]),
    [[old.phoneNumber, Buffer.from(encodeAddress(fresh.address).accountId), [1]]],
  );
  const left = await transport.db.query(
    `SELECT 1 FROM devices WHERE account_id = $1 UNION ALL SELECT 1 FROM mailbox WHERE account_id = $1
     UNION ALL SELECT 1 FROM one_time_prekeys WHERE account_id = $1`,
    [old.address.accountId],
  );
  assert.equal(left.length, 0);
  await Promise.all([client.close(), reader.close()]);
});

test('an account is closed with its own secret only, and what it sent before still names its number', async () => {
  const leaving = await transport.register();
  const staying = await transport.register();
  const client = await TestClient.open(transport.url);
  const { attachment } = await client.attach(leaving);
  await client.sendBatch(attachment, [newEnvelope(staying.address)]);
  const path = `/v1/accounts/${leaving.address.accountId}`;
  const bearer = (secret: Buffer) => ({ token: secret.toString('base64url') });
  assert.equal((await transport.http('DELETE', path, bearer(staying.secret))).status, 401);
  assert.equal((await transport.http('DELETE', path)).status, 401);
  assert.equal((await transport.http('DELETE', '/v1/accounts/nobody', bearer(leaving.secret))).status, 401);
  assert.equal((await transport.http('DELETE', path, bearer(leaving.secret))).status, 204);
  assert.equal((await client.pushed('replaced')).attachment, attachment);
  const late = await client.request({ case: 'sendBatch', value: { attachment, envelopes: [] } });
  assert.equal(late.case === 'error' && late.value.code, ErrorCode.UNKNOWN_ATTACHMENT);
  assert.equal((await transport.http('DELETE', path, bearer(leaving.secret))).status, 401);
  await client.attach(staying);
  const [delivery] = await client.deliveries(1);
  assert.equal(delivery?.item.case === 'envelope' && delivery.item.value.senderPhoneNumber, leaving.phoneNumber);
  await client.close();
});
