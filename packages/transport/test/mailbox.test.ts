import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { EnvelopeType, limits, newEnvelopeId, NoticeKind, RejectionReason, type DeviceId } from '@postern/protocol';
import { hexOf, idsOf, newEnvelope, TestClient } from './test-client.ts';
import { startTestTransport, toAddress, until, type TestDevice, type TestTransport } from './test-transport.ts';

let transport: TestTransport;
before(async () => {
  transport = await startTestTransport({ sweepIntervalMs: 20, maxMailboxEnvelopes: 1_000 });
});
after(() => transport.stop());

interface Attached {
  device: TestDevice;
  client: TestClient;
  attachment: number;
}

async function open(device: TestDevice, window = 0): Promise<Attached> {
  const client = await TestClient.open(transport.url);
  return { device, client, attachment: (await client.attach(device, window)).attachment };
}

const attached = async (window = 0) => open(await transport.register(), window);

async function rowsOf(device: TestDevice): Promise<number> {
  const rows = await transport.db.query('SELECT 1 FROM mailbox WHERE account_id = $1', [device.address.accountId]);
  return rows.length;
}

const many = (count: number, device: TestDevice, bytes = 100) =>
  Array.from({ length: count }, () => newEnvelope(device.address, { bytes }));

test('an envelope is delivered as it was sent, acknowledged, and its sender hears of the delivery', async () => {
  const [sender, recipient] = [await attached(), await attached()];
  await recipient.client.pushed('drained');
  const outgoing = newEnvelope(recipient.device.address, { type: EnvelopeType.PREKEY_MESSAGE, bytes: 3_000 });
  assert.deepEqual((await sender.client.sendBatch(sender.attachment, [outgoing])).rejections, []);
  const [delivery] = await recipient.client.deliveries(1);
  assert.ok(delivery?.item.case === 'envelope');
  const { envelope, senderPhoneNumber, storedAtMs, sender: from } = delivery.item.value;
  assert.deepEqual(Buffer.from(envelope!.ciphertext), outgoing.envelope.ciphertext);
  assert.deepEqual(Buffer.from(envelope!.commitment), outgoing.envelope.commitment);
  assert.equal(envelope!.type, EnvelopeType.PREKEY_MESSAGE);
  assert.equal(senderPhoneNumber, sender.device.phoneNumber);
  assert.equal(Number(storedAtMs), transport.clock.now());
  assert.equal(Buffer.from(from!.accountId).toString('hex'), sender.device.address.accountId.replaceAll('-', ''));
  recipient.client.acknowledge(recipient.attachment, [delivery]);
  const notices = await sender.client.deliveries(1);
  assert.deepEqual(idsOf(notices), [`${NoticeKind.DELIVERED}:${hexOf(outgoing)}`]);
  assert.equal(await rowsOf(recipient.device), 0);
  sender.client.acknowledge(sender.attachment, notices);
  await until(async () => (await rowsOf(sender.device)) === 0);
  await Promise.all([sender.client.close(), recipient.client.close()]);
});

test('a retry request is delivered without a notice', async () => {
  const [sender, recipient] = [await attached(), await attached()];
  await sender.client.sendBatch(sender.attachment, [
    newEnvelope(recipient.device.address, { type: EnvelopeType.RETRY_REQUEST }),
  ]);
  recipient.client.acknowledge(recipient.attachment, await recipient.client.deliveries(1));
  await until(async () => (await rowsOf(recipient.device)) === 0);
  assert.equal(await rowsOf(sender.device), 0);
  await Promise.all([sender.client.close(), recipient.client.close()]);
});

test('an envelope that its device could not read is removed without a notice', async () => {
  const [sender, recipient] = [await attached(), await attached()];
  await sender.client.sendBatch(sender.attachment, many(2, recipient.device));
  const [unreadable, readable] = await recipient.client.deliveries(2);
  const { attachment } = recipient;
  const value = { attachment, positions: [readable!.position], unreadablePositions: [unreadable!.position] };
  recipient.client.send({ case: 'acknowledge', value });
  const notices = await sender.client.deliveries(1);
  assert.equal(notices.length, 1);
  assert.equal(await rowsOf(recipient.device), 0);
  assert.equal(await rowsOf(sender.device), 1);
  await Promise.all([sender.client.close(), recipient.client.close()]);
});

test('a batch that is sent again is stored and delivered once', async () => {
  const [sender, recipient] = [await attached(), await attached()];
  const batch = many(5, recipient.device);
  await Promise.all([1, 2, 3].map(() => sender.client.sendBatch(sender.attachment, [...batch, ...batch])));
  const last = newEnvelope(recipient.device.address);
  await sender.client.sendBatch(sender.attachment, [last]);
  assert.deepEqual(idsOf(await recipient.client.deliveries(6)), [...batch, last].map(hexOf));
  assert.equal(await rowsOf(recipient.device), 6);
  await Promise.all([sender.client.close(), recipient.client.close()]);
});

test('what waits for an absent device is delivered in order when it comes, then it is told that it has all', async () => {
  const sender = await attached();
  const device = await transport.register();
  const batches = Array.from({ length: 4 }, () => many(100, device));
  for (const batch of batches) await sender.client.sendBatch(sender.attachment, batch);
  const recipient = await open(device, 1_000);
  const deliveries = await recipient.client.deliveries(400);
  assert.deepEqual(idsOf(deliveries), batches.flat().map(hexOf));
  await recipient.client.pushed('drained');
  const positions = deliveries.map(({ position }) => Number(position));
  assert.deepEqual(
    positions,
    positions.toSorted((a, b) => a - b),
  );
  await Promise.all([sender.client.close(), recipient.client.close()]);
});

test('no more is delivered than the window holds, and acknowledging refills it in order', async () => {
  const [sender, recipient] = [await attached(), await attached(3)];
  const batch = many(10, recipient.device);
  await sender.client.sendBatch(sender.attachment, batch);
  const seen = await recipient.client.deliveries(3);
  await recipient.client.ask('batchStored', {
    case: 'sendBatch',
    value: { attachment: recipient.attachment, envelopes: [] },
  });
  assert.equal(recipient.client.waiting('deliverBatch'), 0);
  while (seen.length < 10) {
    recipient.client.acknowledge(recipient.attachment, [seen.at(-1)!, seen.at(-2)!]);
    seen.push(...(await recipient.client.deliveries(Math.min(2, 10 - seen.length))));
  }
  assert.deepEqual(idsOf(seen), batch.map(hexOf));
  await Promise.all([sender.client.close(), recipient.client.close()]);
});

test('nothing is skipped, repeated or out of order while senders and acknowledgements race', async () => {
  const recipient = await attached(40);
  const senders = await Promise.all([1, 2, 3].map(() => attached(1)));
  const expected = new Set<string>();
  const sending = senders.map(async ({ client, attachment }) => {
    for (let round = 0; round < 25; round += 1) {
      const batch = many(1 + (round % 13), recipient.device);
      for (const outgoing of batch) expected.add(hexOf(outgoing));
      await client.sendBatch(attachment, batch);
    }
  });
  const total = 3 * Array.from({ length: 25 }, (_, round) => 1 + (round % 13)).reduce((sum, size) => sum + size, 0);
  const seen: string[] = [];
  let last = 0n;
  while (seen.length < total) {
    const deliveries = await recipient.client.deliveries(1);
    for (const { position } of deliveries) {
      assert.ok(position > last, 'positions rise');
      last = position;
    }
    seen.push(...idsOf(deliveries));
    recipient.client.acknowledge(recipient.attachment, deliveries);
  }
  await Promise.all(sending);
  assert.equal(seen.length, total);
  assert.deepEqual(new Set(seen), expected);
  await until(async () => (await rowsOf(recipient.device)) === 0);
  await Promise.all([recipient, ...senders].map(({ client }) => client.close()));
});

test('another socket takes a mailbox over and gets again what was not acknowledged', async () => {
  const [sender, first] = [await attached(), await attached()];
  const batch = many(4, first.device);
  await sender.client.sendBatch(sender.attachment, batch);
  const deliveries = await first.client.deliveries(4);
  first.client.acknowledge(first.attachment, deliveries.slice(0, 2));
  await sender.client.deliveries(2);
  const second = await open(first.device);
  assert.equal((await first.client.pushed('replaced')).attachment, first.attachment);
  assert.deepEqual(idsOf(await second.client.deliveries(2)), batch.slice(2).map(hexOf));
  await second.client.close();
  const third = await open(first.device);
  assert.deepEqual(idsOf(await third.client.deliveries(2)), batch.slice(2).map(hexOf));
  await Promise.all([sender, first, third].map(({ client }) => client.close()));
});

test('one socket carries many mailboxes', async () => {
  const client = await TestClient.open(transport.url);
  const devices = await Promise.all(Array.from({ length: 5 }, () => transport.register()));
  const attachments = await Promise.all(devices.map(async (device) => (await client.attach(device)).attachment));
  assert.equal(new Set(attachments).size, 5);
  await client.sendBatch(
    attachments[0]!,
    devices.map(({ address }) => newEnvelope(address)),
  );
  const reached = new Set<number>();
  while (reached.size < 5) reached.add((await client.pushed('deliverBatch')).attachment);
  assert.deepEqual(reached, new Set(attachments));
  await client.close();
});

test('acknowledging positions that were not delivered here does nothing', async () => {
  const [sender, victim, other] = [await attached(), await attached(), await attached()];
  await sender.client.sendBatch(sender.attachment, [newEnvelope(victim.device.address)]);
  const deliveries = await victim.client.deliveries(1);
  other.client.acknowledge(other.attachment, deliveries);
  const own = newEnvelope(other.device.address);
  await sender.client.sendBatch(sender.attachment, [own]);
  other.client.acknowledge(other.attachment, await other.client.deliveries(1));
  assert.deepEqual(idsOf(await sender.client.deliveries(1)), [`${NoticeKind.DELIVERED}:${hexOf(own)}`]);
  assert.equal(await rowsOf(victim.device), 1);
  await Promise.all([sender, victim, other].map(({ client }) => client.close()));
});

test('what is too old is not delivered, and is deleted', async () => {
  const sender = await attached();
  const device = await transport.register();
  await sender.client.sendBatch(sender.attachment, many(3, device));
  transport.clock.nowMs += limits.mailboxTtlMs - 1;
  const fresh = newEnvelope(device.address);
  await sender.client.sendBatch(sender.attachment, [fresh]);
  assert.equal(await rowsOf(device), 4);
  transport.clock.nowMs += 1;
  const recipient = await open(device);
  assert.deepEqual(idsOf(await recipient.client.deliveries(1)), [hexOf(fresh)]);
  transport.clock.nowMs += limits.expiredItemGraceMs;
  await until(async () => (await rowsOf(device)) === 1);
  await Promise.all([sender.client.close(), recipient.client.close()]);
});

test('what its sender gave less time is not delivered after that, and then the sender is told, once', async () => {
  const sender = await attached();
  const device = await transport.register();
  const endsMs = transport.clock.nowMs + 60_000;
  const short = newEnvelope(device.address, { expiresAtMs: endsMs });
  const long = newEnvelope(device.address);
  const asked = newEnvelope(device.address, { expiresAtMs: endsMs + 2 * limits.mailboxTtlMs });
  const retry = newEnvelope(device.address, { type: EnvelopeType.RETRY_REQUEST, expiresAtMs: endsMs });
  await sender.client.sendBatch(sender.attachment, [short, long, asked, retry]);
  transport.clock.nowMs = endsMs - 1;
  const early = await open(device);
  assert.equal((await early.client.deliveries(4)).length, 4);
  await early.client.close();
  transport.clock.nowMs = endsMs;
  const late = await open(device);
  assert.deepEqual(idsOf(await late.client.deliveries(2)), [hexOf(long), hexOf(asked)]);
  transport.clock.nowMs += limits.expiredItemGraceMs;
  const [told] = await sender.client.deliveries(1);
  assert.equal(told?.item.case, 'notice');
  const notice = told.item.case === 'notice' ? told.item.value : null;
  assert.equal(notice?.kind, NoticeKind.UNDELIVERABLE);
  assert.equal(Buffer.from(notice.envelopeId).toString('hex'), hexOf(short));
  await until(async () => (await rowsOf(device)) === 2);
  // No wish makes the transport keep anything for longer than it keeps anything.
  transport.clock.nowMs += limits.mailboxTtlMs;
  await until(async () => (await rowsOf(device)) === 0);
  await Promise.all([sender.client.close(), late.client.close()]);
});

test('what was handed out just before it expired may still be acknowledged, and then counts as delivered', async () => {
  const sender = await attached();
  const device = await transport.register();
  const outgoing = newEnvelope(device.address, { expiresAtMs: transport.clock.nowMs + 1_000 });
  await sender.client.sendBatch(sender.attachment, [outgoing]);
  const recipient = await open(device);
  const [delivery] = await recipient.client.deliveries(1);
  transport.clock.nowMs += limits.expiredItemGraceMs;
  recipient.client.acknowledge(recipient.attachment, [delivery!]);
  const [told] = await sender.client.deliveries(1);
  assert.equal(told?.item.case === 'notice' && told.item.value.kind, NoticeKind.DELIVERED);
  await Promise.all([sender.client.close(), recipient.client.close()]);
});

test('a full mailbox and an unknown device are refused, and the rest of the batch is stored', async () => {
  const sender = await attached();
  const [full, fine] = [await transport.register(), await transport.register()];
  await transport.db.execute(
    `INSERT INTO mailbox (account_id, device_id, kind, envelope_id, peer_account_id, peer_device_id, envelope_type,
       ciphertext, commitment, stored_at_ms, expires_at_ms)
     SELECT $1, 1, 'envelope', gen_random_uuid(), $2, 1, 1, 'x', 'x', $3::bigint, $3::bigint + 3600000 FROM generate_series(1, 999)`,
    [full.address.accountId, sender.device.address.accountId, transport.clock.now()],
  );
  const nobody = toAddress('00000000-0000-4000-8000-000000000000');
  const otherDevice = { accountId: fine.address.accountId, deviceId: 2 as DeviceId };
  const [fits, over, unknown, missing, stored] = [full.address, full.address, nobody, otherDevice, fine.address].map(
    (address) => newEnvelope(address),
  );
  const { rejections } = await sender.client.sendBatch(sender.attachment, [fits!, over!, unknown!, missing!, stored!]);
  assert.deepEqual(
    rejections.map(({ envelopeId, reason }) => [Buffer.from(envelopeId).toString('hex'), reason]),
    [
      [hexOf(over!), RejectionReason.MAILBOX_FULL],
      [hexOf(unknown!), RejectionReason.UNKNOWN_DEVICE],
      [hexOf(missing!), RejectionReason.UNKNOWN_DEVICE],
    ],
  );
  assert.equal(await rowsOf(full), 1_000);
  assert.equal(await rowsOf(fine), 1);
  const recipient = await open(full);
  recipient.client.acknowledge(recipient.attachment, await recipient.client.deliveries(10));
  await until(async () => {
    const again = await sender.client.sendBatch(sender.attachment, [newEnvelope(full.address)]);
    return again.rejections.length === 0;
  });
  await Promise.all([sender.client.close(), recipient.client.close()]);
});

test('the same envelope id in two mailboxes is two envelopes', async () => {
  const [sender, one, other] = [await attached(), await attached(), await attached()];
  const id = newEnvelopeId();
  const batch = [one, other].map(({ device }) => newEnvelope(device.address, { id }));
  await sender.client.sendBatch(sender.attachment, batch);
  for (const { client } of [one, other]) assert.deepEqual(idsOf(await client.deliveries(1)), [hexOf(batch[0]!)]);
  await Promise.all([sender, one, other].map(({ client }) => client.close()));
});
