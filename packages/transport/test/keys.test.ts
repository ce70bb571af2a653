import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ErrorCode, limits, type Bundle } from '@postern/protocol';
import { encodeAddress, type Address } from '../src/address.ts';
import { TestClient } from './test-client.ts';
import { newKyberPrekey, newPrekey, newSignedPrekey, TestIdentity } from './test-keys.ts';
import { startTestTransport, toAddress, type TestDevice, type TestTransport } from './test-transport.ts';

let transport: TestTransport;
before(async () => {
  transport = await startTestTransport();
});
after(() => transport.stop());

async function attached(): Promise<{ device: TestDevice; client: TestClient; attachment: number }> {
  const device = await transport.register();
  const client = await TestClient.open(transport.url);
  return { device, client, attachment: (await client.attach(device)).attachment };
}

const range = (from: number, count: number) => Array.from({ length: count }, (_, index) => from + index);

function upload(attachment: number, identity: TestIdentity, { ec, kyber }: { ec: number[]; kyber: number[] }) {
  const oneTime = ec.map(newPrekey);
  const kyberOneTime = kyber.map((id) => newKyberPrekey(identity, id));
  return { case: 'putPrekeys' as const, value: { attachment, oneTime, kyberOneTime } };
}

async function fetchBundles(client: TestClient, attachment: number, targets: Address[]): Promise<Bundle[]> {
  const value = { attachment, devices: targets.map(encodeAddress) };
  return (await client.ask('bundlesFetched', { case: 'fetchBundles', value })).bundles;
}

async function errorOf(client: TestClient, body: Parameters<TestClient['request']>[0]) {
  const answer = await client.request(body);
  assert.equal(answer.case, 'error');
  return answer.case === 'error' ? answer.value : assert.fail();
}

test('one-time prekeys are handed out once, however many fetch at once, and then the last resort', async () => {
  const owner = await attached();
  const stored = await owner.client.ask(
    'prekeysStored',
    upload(owner.attachment, owner.device.identity, { ec: range(1, 30), kyber: range(1, 20) }),
  );
  assert.deepEqual([stored.prekeys?.oneTime, stored.prekeys?.kyberOneTime], [30, 20]);
  const others = await Promise.all(range(0, 5).map(attached));
  const fetched = await Promise.all(
    range(0, 50).map((index) => {
      const { client, attachment } = others[index % others.length]!;
      return fetchBundles(client, attachment, [owner.device.address]);
    }),
  );
  const bundles = fetched.flat();
  assert.equal(bundles.length, 50);
  const oneTimeIds = bundles.flatMap(({ oneTime }) => oneTime?.id ?? []);
  assert.deepEqual(
    oneTimeIds.toSorted((a, b) => a - b),
    range(1, 30),
  );
  const kyber = bundles.map((bundle) => Buffer.from(bundle.kyber!.publicKey).toString('hex'));
  assert.equal(new Set(kyber).size, 21, 'twenty one-time keys and one last resort');
  for (const { signed, identityKey, registrationId } of bundles) {
    assert.equal(signed?.id, 1);
    assert.deepEqual(Buffer.from(identityKey), owner.device.identity.publicKey);
    assert.equal(registrationId, 1234);
  }
  for (const { client } of [owner, ...others]) await client.close();
});

test('the owner hears once that its keys run low, and again after it has filled them up', async () => {
  const owner = await attached();
  const reader = await attached();
  const low = limits.oneTimePrekeysLow;
  await owner.client.ask(
    'prekeysStored',
    upload(owner.attachment, owner.device.identity, { ec: range(1, low + 1), kyber: range(1, low + 5) }),
  );
  const fetchOne = () => fetchBundles(reader.client, reader.attachment, [owner.device.address]);
  await fetchOne();
  assert.equal(owner.client.waiting('keysLow'), 0);
  await fetchOne();
  const { prekeys } = await owner.client.pushed('keysLow');
  assert.deepEqual([prekeys?.oneTime, prekeys?.kyberOneTime], [low - 1, low + 3]);
  await fetchOne();
  await owner.client.ask(
    'prekeysStored',
    upload(owner.attachment, owner.device.identity, { ec: range(100, 3), kyber: [] }),
  );
  assert.equal(owner.client.waiting('keysLow'), 0);
  await fetchOne();
  await fetchOne();
  assert.equal((await owner.client.pushed('keysLow')).prekeys?.oneTime, low - 1);
  const again = await (await TestClient.open(transport.url)).attach(owner.device);
  assert.equal(again.prekeys?.oneTime, low - 1, 'counts are given on attaching');
  await Promise.all([owner.client.close(), reader.client.close()]);
});

test('an upload that is repeated does not bring back a key that was handed out', async () => {
  const owner = await attached();
  const request = upload(owner.attachment, owner.device.identity, { ec: [7], kyber: [7] });
  await owner.client.ask('prekeysStored', request);
  const take = () => fetchBundles(owner.client, owner.attachment, [owner.device.address]);
  assert.equal((await take())[0]?.oneTime?.id, 7);
  assert.equal((await owner.client.ask('prekeysStored', request)).prekeys?.oneTime, 0);
  const [bundle] = await take();
  assert.equal(bundle?.oneTime, undefined);
  assert.equal(bundle?.kyber?.id, 2, 'the last resort');
  await owner.client.close();
});

test('an upload with one bad signature stores nothing', async () => {
  const { device, client, attachment } = await attached();
  const request = upload(attachment, device.identity, { ec: range(1, 5), kyber: range(1, 4) });
  request.value.kyberOneTime.push(newKyberPrekey(new TestIdentity(), 5));
  assert.equal((await errorOf(client, request)).code, ErrorCode.BAD_SIGNATURE);
  const signed = newSignedPrekey(new TestIdentity(), 9);
  const foreign = { case: 'putPrekeys' as const, value: { attachment, oneTime: [newPrekey(1)], signed } };
  assert.equal((await errorOf(client, foreign)).code, ErrorCode.BAD_SIGNATURE);
  const { prekeys } = await client.ask('prekeysStored', { case: 'putPrekeys', value: { attachment } });
  assert.deepEqual([prekeys?.oneTime, prekeys?.kyberOneTime], [0, 0]);
  await client.close();
});

test('the signed and the last-resort prekey are replaced', async () => {
  const { device, client, attachment } = await attached();
  const signed = newSignedPrekey(device.identity, 11);
  const kyberLastResort = newKyberPrekey(device.identity, 12);
  await client.ask('prekeysStored', { case: 'putPrekeys', value: { attachment, signed, kyberLastResort } });
  const [bundle] = await fetchBundles(client, attachment, [device.address]);
  assert.deepEqual([bundle?.signed?.id, bundle?.kyber?.id], [11, 12]);
  assert.deepEqual(Buffer.from(bundle!.kyber!.signature), kyberLastResort.signature);
  await client.close();
});

test('more prekeys than the directory keeps are refused', async () => {
  const { device, client, attachment } = await attached();
  const tooLong = upload(attachment, device.identity, { ec: range(1, limits.maxPrekeysPerUpload + 1), kyber: [] });
  assert.equal((await errorOf(client, tooLong)).code, ErrorCode.TOO_MANY);
  for (const from of [1, 101]) {
    await client.ask('prekeysStored', upload(attachment, device.identity, { ec: range(from, 100), kyber: [] }));
  }
  const tooMany = upload(attachment, device.identity, { ec: [999], kyber: [] });
  assert.equal((await errorOf(client, tooMany)).code, ErrorCode.TOO_MANY);
  await client.close();
});

test('bundles come for many devices at once, each once, and unknown devices are left out', async () => {
  const { client, attachment } = await attached();
  const devices = await Promise.all(range(0, 6).map(() => transport.register()));
  const targets = devices.map(({ address }) => address);
  const nobody = toAddress('00000000-0000-4000-8000-000000000000');
  const bundles = await fetchBundles(client, attachment, [...targets, nobody, targets[0]!]);
  const keys = bundles.map(({ identityKey }) => Buffer.from(identityKey).toString('hex')).toSorted();
  assert.deepEqual(keys, devices.map(({ identity }) => identity.publicKey.toString('hex')).toSorted());
  await client.close();
});

test('a target can be fetched only so often in a minute, and then nothing is taken', async () => {
  const { device, client, attachment } = await attached();
  const owner = await attached();
  await client.ask('prekeysStored', upload(attachment, device.identity, { ec: [1], kyber: [] }));
  for (let spent = 0; spent < limits.bundleFetchesPerTargetPerMinute; spent += 1) {
    await fetchBundles(client, attachment, [owner.device.address]);
  }
  const devices = [device.address, owner.device.address].map(encodeAddress);
  const refused = await errorOf(client, { case: 'fetchBundles', value: { attachment, devices } });
  assert.equal(refused.code, ErrorCode.RATE_LIMITED);
  assert.ok(refused.retryAfterMs > 0 && refused.retryAfterMs <= 60_000);
  const { prekeys } = await client.ask('prekeysStored', { case: 'putPrekeys', value: { attachment } });
  assert.equal(prekeys?.oneTime, 1);
  transport.clock.nowMs += refused.retryAfterMs;
  assert.equal((await fetchBundles(client, attachment, [owner.device.address])).length, 1);
  await Promise.all([client.close(), owner.client.close()]);
});
