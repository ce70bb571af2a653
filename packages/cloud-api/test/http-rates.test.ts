import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertError, startRig, type Answer, type Rig } from './http-rig.ts';
import { StoppedClock } from './stopped-clock.ts';

// Time stands still unless it is moved, so that the machine may be slow.
const clock = new StoppedClock(Date.now());
let rig: Rig;
before(async () => {
  rig = await startRig({ clock, config: { rateLimits: true, allowHighThroughput: true } });
  await rig.register(rig.bank);
});
after(() => rig.stop());

const somebody = '16505551234';

function send(to: string): Promise<Answer> {
  const body = { messaging_product: 'whatsapp', to, type: 'text', text: { body: 'Hello' } };
  return rig.graph('POST', `/${rig.bank.phoneNumberId}/messages`, { body });
}

function set(body: object): Promise<Answer> {
  return rig.graph('POST', `/${rig.bank.phoneNumberId}/settings`, { body });
}

async function levelOf(): Promise<unknown> {
  const { body } = await rig.graph('GET', `/${rig.bank.phoneNumberId}?fields=throughput`);
  return (body as unknown as { throughput: { level: string } }).throughput.level;
}

/** How many of so many messages to as many people are taken. */
async function countTaken(people: number): Promise<number> {
  const recipients = Array.from({ length: people }, (_, index) => String(16_505_560_000 + index));
  const answers = await Promise.all(recipients.map((to) => send(to)));
  const refused = answers.filter(({ status }) => status !== 200);
  for (const answer of refused) assertError(answer, 400, 130429);
  return people - refused.length;
}

function wait(ms: number): void {
  clock.set(clock.now() + ms);
}

test('the 46th message to one person is refused with 131056 and not stored, and one more is taken six seconds later', async () => {
  const rows = await rig.countRows();
  for (let count = 0; count < 45; count += 1) assert.equal((await send(somebody)).status, 200);
  const refused = await send(somebody);
  assertError(refused, 400, 131056);
  assert.equal(refused.body.error.is_transient, true);
  wait(5_999);
  assertError(await send(somebody), 400, 131056);
  wait(1);
  assert.equal((await send(somebody)).status, 200);
  assert.equal((await rig.countRows()).messages - rows.messages, 46);
});

test('a number sends 80 messages a second, and 1,000 at the higher level, which its business may choose', async () => {
  wait(60_000);
  assert.equal(await levelOf(), 'STANDARD');
  assert.equal(await countTaken(90), 80);
  wait(1_000);
  assert.equal(await countTaken(80), 80);
  assert.equal((await set({ throughput: { level: 'HIGH' } })).status, 200);
  assert.equal(await levelOf(), 'HIGH');
  wait(1_000);
  assert.equal(await countTaken(300), 300);
  assert.equal((await set({ throughput: { level: 'STANDARD' } })).status, 200);
});

test('what a number gets takes part of its throughput', async () => {
  wait(60_000);
  await rig.db.query('SELECT pg_notify($1, $2)', ['inbound_messages', `${rig.bank.phoneNumberId}:60`]);
  // Notices come in their order: when the process has heard of a later one, it has heard of this one.
  for (let taken = 80; taken > 20; wait(60_000)) {
    await rig.db.query('SELECT pg_notify($1, $2)', ['inbound_messages', `${rig.bank.phoneNumberId}:60`]);
    taken = await countTaken(81);
  }
});

test('the higher level is for the operator to allow, and a refusal may have the status 429', async () => {
  const strict = await startRig({ clock, config: { rateLimits: true, throttleStatus: 429 } });
  try {
    await strict.register(strict.bank);
    const path = `/${strict.bank.phoneNumberId}`;
    const raise = await strict.graph('POST', `${path}/settings`, { body: { throughput: { level: 'HIGH' } } });
    assertError(raise, 403, 10);
    const body = { messaging_product: 'whatsapp', to: somebody, type: 'text', text: { body: 'Hello' } };
    const answers = await Promise.all(
      Array.from({ length: 46 }, () => strict.graph('POST', `${path}/messages`, { body })),
    );
    const refused = answers.filter(({ status }) => status !== 200);
    assert.equal(refused.length, 1);
    assertError(refused[0]!, 429, 131056);
  } finally {
    await strict.stop();
  }
});

test('one setting is changed at a time, and only to what it can be', async () => {
  for (const body of [
    {},
    { throughput: {} },
    { throughput: { level: 'LUDICROUS' } },
    { user_identity_change: {} },
    { user_identity_change: { enable_identity_key_check: 'perhaps' } },
    { throughput: { level: 'HIGH' }, user_identity_change: { enable_identity_key_check: true } },
  ])
    assertError(await set(body), 400, 100);
  assert.equal((await set({ user_identity_change: { enable_identity_key_check: true } })).status, 200);
  const { body } = await rig.graph('GET', `/${rig.bank.phoneNumberId}/settings`);
  const kept = body as unknown as Record<string, unknown>;
  assert.deepEqual(kept['user_identity_change'], { enable_identity_key_check: true });
  assert.deepEqual(kept['throughput'], { level: 'STANDARD' });
});
