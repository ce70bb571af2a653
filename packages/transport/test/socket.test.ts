import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';
import { ErrorCode, limits } from '@postern/protocol';
import { encodeAddress } from '../src/address.ts';
import { newEnvelope, TestClient } from './test-client.ts';
import { startTestTransport, toAddress, type TestDevice, type TestTransport } from './test-transport.ts';

let transport: TestTransport;
before(async () => {
  transport = await startTestTransport({ helloTimeoutMs: 500, pingIntervalMs: 400 });
});
after(() => transport.stop());

type ClientBody = Parameters<TestClient['request']>[0];

async function connect(): Promise<TestClient> {
  const client = new TestClient(transport.url);
  await client.opened();
  return client;
}

const attachRequest = ({ address }: TestDevice, secret: Buffer): ClientBody => ({
  case: 'attachAccount',
  value: { ...encodeAddress(address), secret },
});

async function errorCode(client: TestClient, body: ClientBody): Promise<ErrorCode> {
  const answer = await client.request(body);
  return answer.case === 'error' ? answer.value.code : assert.fail(`answered with ${answer.case}`);
}

test('what is no frame is answered with an error, and the socket is closed', async () => {
  const frames = [Buffer.from('ffffffff', 'hex'), Buffer.alloc(0), Buffer.from('0805', 'hex'), 'text'];
  for (const frame of frames) {
    for (const client of [await connect(), await TestClient.open(transport.url)]) {
      client.socket.send(frame, { binary: typeof frame !== 'string' });
      if (frame.toString('hex') !== '0805')
        assert.equal((await client.pushed('error')).code, ErrorCode.MALFORMED_FRAME);
      assert.equal(await client.closed, 1002);
    }
  }
});

test('the first frame must be Hello, once, with a version that is spoken here', async () => {
  const rude = await connect();
  assert.equal(
    await errorCode(rude, attachRequest(await transport.register(), randomBytes(32))),
    ErrorCode.MALFORMED_FRAME,
  );
  assert.equal(await rude.closed, 1002);
  const future = await connect();
  assert.equal(
    await errorCode(future, { case: 'hello', value: { protocolVersion: 2 } }),
    ErrorCode.UNSUPPORTED_VERSION,
  );
  await future.closed;
  const twice = await TestClient.open(transport.url);
  assert.equal(await errorCode(twice, { case: 'hello', value: { protocolVersion: 1 } }), ErrorCode.MALFORMED_FRAME);
  await twice.closed;
});

test('a socket that says nothing is closed', async () => {
  assert.equal(await (await connect()).closed, 1008);
});

test('a frame that is too big closes the socket', async () => {
  const client = await TestClient.open(transport.url);
  client.socket.send(Buffer.alloc(limits.maxFrameBytes + 1));
  assert.equal(await client.closed, 1009);
});

test('only the one path takes sockets', async () => {
  const client = new TestClient(`${transport.url}/elsewhere`);
  await assert.rejects(client.opened(), /404/);
});

test('a socket that answers no ping is dropped, others are kept', async () => {
  const quiet = await TestClient.open(transport.url);
  const lively = await TestClient.open(transport.url);
  quiet.socket.pong = () => undefined;
  (quiet.socket as unknown as { _autoPong: boolean })._autoPong = false;
  assert.equal(await quiet.closed, 1006);
  await lively.attach(await transport.register());
  await lively.close();
});

test('a wrong secret is refused, the socket stays, and one that guesses on is closed', async () => {
  const device = await transport.register();
  const client = await TestClient.open(transport.url);
  for (const secret of [randomBytes(32), Buffer.alloc(0), device.secret.subarray(1)]) {
    assert.equal(await errorCode(client, attachRequest(device, secret)), ErrorCode.NOT_AUTHENTICATED);
  }
  const nobody = { ...device, address: toAddress('00000000-0000-4000-8000-000000000000') };
  assert.equal(await errorCode(client, attachRequest(nobody, device.secret)), ErrorCode.NOT_AUTHENTICATED);
  await client.attach(device);
  for (let guess = 4; guess < limits.maxAttachFailuresPerSocket; guess += 1) {
    client.send(attachRequest(device, randomBytes(32)));
  }
  assert.equal(await client.closed, 1008);
});

test('requests name an attachment of their own socket', async () => {
  const [client, other] = [await TestClient.open(transport.url), await TestClient.open(transport.url)];
  await other.attach(await transport.register());
  const requests: ClientBody[] = [
    { case: 'sendBatch', value: { attachment: 1 } },
    { case: 'putPrekeys', value: { attachment: 1 } },
    { case: 'findAccounts', value: { attachment: 1 } },
    { case: 'fetchBundles', value: { attachment: 1 } },
    { case: 'acknowledge', value: { attachment: 1, positions: [1n] } },
  ];
  for (const request of requests) assert.equal(await errorCode(client, request), ErrorCode.UNKNOWN_ATTACHMENT);
  await Promise.all([client.close(), other.close()]);
});

test('lists that are too long and envelopes that are malformed are refused', async () => {
  const device = await transport.register();
  const tooMany: ClientBody[] = [
    {
      case: 'sendBatch',
      value: { attachment: 1, envelopes: Array.from({ length: 257 }, () => newEnvelope(device.address, { bytes: 1 })) },
    },
    { case: 'findAccounts', value: { attachment: 1, phoneNumbers: Array.from({ length: 257 }, () => '49123456789') } },
    {
      case: 'fetchBundles',
      value: { attachment: 1, devices: Array.from({ length: 257 }, () => encodeAddress(device.address)) },
    },
    { case: 'acknowledge', value: { attachment: 1, positions: Array.from({ length: 1025 }, () => 1n) } },
  ];
  const client = await TestClient.open(transport.url);
  await client.attach(device);
  for (const request of tooMany) assert.equal(await errorCode(client, request), ErrorCode.TOO_MANY);
  await client.close();
  const good = newEnvelope(device.address);
  const malformed = [
    { ...good, recipient: { accountId: Buffer.alloc(15), deviceId: 1 } },
    { ...good, recipient: { accountId: Buffer.alloc(16), deviceId: 0 } },
    { ...good, envelope: { ...good.envelope, envelopeId: Buffer.alloc(15) } },
    { ...good, envelope: { ...good.envelope, type: 0 } },
    { ...good, envelope: { ...good.envelope, type: 9 } },
    { ...good, envelope: { ...good.envelope, commitment: Buffer.alloc(31) } },
    { ...good, envelope: { ...good.envelope, ciphertext: Buffer.alloc(0) } },
    { ...good, envelope: { ...good.envelope, ciphertext: Buffer.alloc(limits.maxCiphertextBytes + 1) } },
    { recipient: good.recipient },
  ];
  for (const bad of malformed) {
    const one = await TestClient.open(transport.url);
    await one.attach(device);
    const request: ClientBody = { case: 'sendBatch', value: { attachment: 1, envelopes: [good, bad] } };
    assert.equal(await errorCode(one, request), ErrorCode.MALFORMED_FRAME);
    await one.closed;
  }
  assert.equal((await transport.db.query('SELECT 1 FROM mailbox')).length, 0);
});
