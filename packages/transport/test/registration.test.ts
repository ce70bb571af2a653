import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';
import { limits } from '@postern/protocol';
import { TestIdentity } from './test-keys.ts';
import { accountBody, startTestTransport, type TestTransport } from './test-transport.ts';

let transport: TestTransport;
before(async () => {
  transport = await startTestTransport();
});
after(() => transport.stop());

const begin = (phoneNumber: string) => transport.http('POST', '/v1/registrations', { body: { phoneNumber } });
const tryCode = (id: string, code: string) =>
  transport.http('POST', `/v1/registrations/${id}/code`, { body: { code } });
const putAccount = (id: string, body: unknown) => transport.http('PUT', `/v1/registrations/${id}/account`, { body });
const wrongCode = (code: string) => (code === '123456' ? '654321' : '123456');

test('a number becomes an account by the code that was sent to it, and repeated requests have the same answer', async () => {
  const { id, code } = await transport.begin('14155550101');
  assert.match(code, /^[0-9]{6}$/);
  assert.equal(transport.parts.verifier.state.authorization, 'Bearer verifier token');
  const body = accountBody(new TestIdentity(), randomBytes(32));
  assert.equal((await putAccount(id, body)).status, 403, 'the code comes first');
  for (let round = 0; round < 2; round += 1) {
    assert.deepEqual(await tryCode(id, code), { status: 200, body: { verified: true } });
  }
  const first = await putAccount(id, body);
  assert.equal(first.status, 200);
  assert.equal((first.body as { deviceId?: unknown }).deviceId, 1);
  assert.deepEqual(await putAccount(id, body), first);
  const other = await putAccount(id, accountBody(new TestIdentity(), randomBytes(32)));
  assert.equal(other.status, 409);
});

test('neither the code nor the registration id stands in the table', async () => {
  const { id, code } = await transport.begin('14155550102');
  const rows = await transport.db.query('SELECT * FROM registrations WHERE phone_number = $1', ['14155550102']);
  const text = JSON.stringify(rows) + rows.flatMap((row) => Object.values(row).map(String)).join();
  assert.equal(rows.length, 1);
  assert.ok(!text.includes(code) && !text.includes(id));
});

test('after five wrong codes the right one is refused too', async () => {
  const { id, code } = await transport.begin('14155550103');
  for (let attempt = 0; attempt < limits.maxRegistrationAttempts; attempt += 1) {
    assert.equal((await tryCode(id, wrongCode(code))).status, 403);
  }
  const dead = await tryCode(id, code);
  assert.equal(dead.status, 429);
  assert.equal((await putAccount(id, accountBody(new TestIdentity(), randomBytes(32)))).status, 403);
});

test('a registration expires', async () => {
  const early = await transport.begin('14155550104');
  const late = await transport.verified('14155550105');
  transport.clock.nowMs += limits.registrationTtlMs;
  assert.equal((await tryCode(early.id, early.code)).status, 410);
  assert.equal((await putAccount(late, accountBody(new TestIdentity(), randomBytes(32)))).status, 410);
  assert.equal((await tryCode('00000000-0000-4000-8000-000000000000', '123456')).status, 404);
});

test('a number can begin only so many registrations in an hour', async () => {
  const phoneNumber = '14155550106';
  const answers = await Promise.all(
    Array.from({ length: limits.maxRegistrationsPerNumberPerHour + 4 }, () => begin(phoneNumber)),
  );
  const begun = answers.filter(({ status }) => status === 201);
  assert.equal(begun.length, limits.maxRegistrationsPerNumberPerHour);
  assert.ok(answers.every(({ status }) => status === 201 || status === 429));
  transport.clock.nowMs += 60 * 60_000;
  assert.equal((await begin(phoneNumber)).status, 201);
});

test('when the code cannot be delivered nothing is kept', async () => {
  transport.parts.verifier.state.status = 500;
  assert.equal((await begin('14155550107')).status, 502);
  transport.parts.verifier.state.status = 200;
  const rows = await transport.db.query('SELECT 1 FROM registrations WHERE phone_number = $1', ['14155550107']);
  assert.equal(rows.length, 0);
});

test('what is no phone number is refused', async () => {
  for (const phoneNumber of ['', '+14155550108', '0155550108', '123', '1'.repeat(16), '1415x550108']) {
    assert.equal((await begin(phoneNumber)).status, 400, phoneNumber);
  }
});

test('an account whose keys are not signed by its identity key is not opened', async () => {
  const id = await transport.verified('14155550109');
  const identity = new TestIdentity();
  const good = accountBody(identity, randomBytes(32));
  const foreign = accountBody(new TestIdentity(), randomBytes(32));
  const bad = [
    { ...good, signedPrekey: foreign.signedPrekey },
    { ...good, kyberLastResort: foreign.kyberLastResort },
    { ...good, identityKey: foreign.identityKey },
    { ...good, identityKey: Buffer.concat([Buffer.of(5), Buffer.alloc(32)]).toString('base64') },
    { ...good, kyberLastResort: good.signedPrekey },
  ];
  for (const body of bad) assert.equal((await putAccount(id, body)).status, 422);
  assert.equal((await putAccount(id, { ...good, secretHash: 'short' })).status, 400);
  assert.equal((await putAccount(id, { ...good, registrationId: 0x4000 })).status, 400);
  assert.equal((await putAccount(id, good)).status, 200);
});
