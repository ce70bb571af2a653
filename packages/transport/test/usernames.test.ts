import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { limits } from '@postern/protocol';
import { credentialOf } from './blob-client.ts';
import { startTestTransport, type TestDevice, type TestTransport } from './test-transport.ts';

let transport: TestTransport;
before(async () => {
  transport = await startTestTransport();
});
after(() => transport.stop());

async function ask(
  device: TestDevice,
  method: string,
  body?: object,
): Promise<{ status: number; code?: string; username?: string | null }> {
  const response = await fetch(`${transport.url}/v1/username`, {
    method,
    headers: { authorization: credentialOf(device), ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  const answer = (await response.json().catch(() => ({}))) as { error?: { code: string }; username?: string | null };
  return {
    status: response.status,
    ...(answer.error && { code: answer.error.code }),
    ...('username' in answer && { username: answer.username ?? null }),
  };
}

const take = (device: TestDevice, username: unknown) => ask(device, 'PUT', { username });

test('a username belongs to one account, in whatever case it is written, until it is given up', async () => {
  const [ana, ben] = [await transport.register(), await transport.register()];
  assert.deepEqual(await ask(ana, 'GET'), { status: 200, username: null });
  assert.equal((await take(ana, 'Ana.K')).status, 204);
  assert.deepEqual(await ask(ana, 'GET'), { status: 200, username: 'ana.k' });
  assert.equal((await take(ana, 'ana.k')).status, 204, 'what one has one may take again');
  assert.deepEqual(await take(ben, 'ANA.K'), { status: 409, code: 'username_taken' });
  assert.deepEqual(await ask(ben, 'GET'), { status: 200, username: null });
  assert.equal((await take(ana, 'ana_k')).status, 204);
  assert.equal((await take(ben, 'ana.k')).status, 204, 'it is free once another is taken in its place');
  assert.equal((await ask(ana, 'DELETE')).status, 204);
  assert.deepEqual(await ask(ana, 'GET'), { status: 200, username: null });
});

test('what is no username is refused, and so is whoever does not say who they are', async () => {
  const device = await transport.register();
  for (const wrong of ['ab', 'a'.repeat(36), '123', '.ana', 'ana.', 'a..na', 'www.ana', 'ana.com', 'ana k', 'änä'])
    assert.deepEqual(await take(device, wrong), { status: 400, code: 'bad_username' }, wrong);
  assert.equal((await take(device, undefined)).status, 400);
  const stranger = { ...device, secret: Buffer.alloc(32) };
  for (const method of ['GET', 'PUT', 'DELETE'])
    assert.equal((await ask(stranger, method, method === 'PUT' ? { username: 'stranger' } : undefined)).status, 401);
});

test('of many who want a name in the same moment one gets it', async () => {
  const devices = await Promise.all(Array.from({ length: 6 }, () => transport.register()));
  const outcomes = await Promise.all(devices.map((device) => take(device, 'wanted')));
  assert.equal(outcomes.filter(({ status }) => status === 204).length, 1);
  assert.ok(outcomes.every(({ status, code }) => status === 204 || code === 'username_taken'));
});

test('an account that is closed leaves its name to others', async () => {
  const [leaving, other] = [await transport.register(), await transport.register()];
  assert.equal((await take(leaving, 'free.soon')).status, 204);
  const response = await fetch(`${transport.url}/v1/accounts/${leaving.address.accountId}`, {
    method: 'DELETE',
    headers: { authorization: `Bearer ${Buffer.from(leaving.secret).toString('base64url')}` },
  });
  assert.equal(response.status, 204);
  assert.equal((await take(other, 'free.soon')).status, 204);
});

test('an account changes its name so often in a minute, and no more', async () => {
  const device = await transport.register();
  for (let change = 0; change < limits.usernameChangesPerAccountPerMinute; change += 1)
    assert.equal((await take(device, `name_${change}`)).status, 204);
  assert.deepEqual(await take(device, 'too_many'), { status: 429, code: 'rate_limited' });
});
