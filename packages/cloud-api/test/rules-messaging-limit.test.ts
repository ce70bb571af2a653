import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { limits, type MessageId, type PhoneNumber } from '@postern/protocol';
import { sweepSilent } from '../src/retention/retention-sweep.ts';
import { numberOf, startRig, until } from './rig.ts';

const [sales, service] = ['970', '971'];
const secondMs = 1_000;
const dayMs = 24 * limits.hourMs;

let rig: Awaited<ReturnType<typeof startRig>>;
let people: PhoneNumber[];
before(async () => {
  rig = await startRig({ maxFirstContacts: 2 });
  await rig.db.query("INSERT INTO subscribed_apps VALUES ('1', '77')");
  await rig.registerNumber(sales, numberOf('15550109970'));
  await rig.registerNumber(service, numberOf('15550109971'));
  await rig.startWorker(1);
  const phones = await Promise.all(['970', '971', '972'].map((digits) => rig.openPhone('P', `15550100${digits}`)));
  people = phones.map(({ phoneNumber }) => phoneNumber);
});
after(() => rig.stop());

function advance(byMs: number): void {
  rig.clock.setOffset(rig.clock.offsetMs + byMs);
}

/** Sends a template; gives what the business heard first of it. */
async function fateOf(from: string, to: PhoneNumber): Promise<'sent' | number> {
  const messageId: MessageId = await rig.say(from, to, 'an offer', { category: 'marketing' });
  let fate: 'sent' | number | null = null;
  await until(async () => {
    const [row] = await rig.db.query<{ error_code: number | null }>(
      "SELECT error_code FROM webhook_events WHERE message_id = $1 AND kind IN ('sent', 'failed')",
      [messageId],
    );
    fate = row ? (row.error_code ?? 'sent') : null;
    return fate !== null;
  });
  return fate ?? 'sent';
}

test('a portfolio begins to write to so many people in 24 hours with all its numbers, and to the same ones again', async () => {
  const [ana, ben, cleo] = people as [PhoneNumber, PhoneNumber, PhoneNumber];
  const startMs = rig.clock.now();
  assert.equal(await fateOf(sales, ana), 'sent');
  advance(limits.hourMs);
  assert.equal(await fateOf(service, ben), 'sent');
  assert.equal(await fateOf(sales, cleo), 131048);
  assert.equal(await fateOf(service, cleo), 131048);
  assert.deepEqual([await fateOf(sales, ben), await fateOf(service, ben)], ['sent', 'sent']);

  advance(startMs + dayMs - secondMs * 5 - rig.clock.now());
  assert.equal(await fateOf(sales, cleo), 131048);
  // A day after she was written to, Ana does not count any more.
  advance(secondMs * 10);
  assert.equal(await fateOf(sales, cleo), 'sent');
  assert.equal(await fateOf(sales, ana), 131048);
});

test('who wrote first does not count', async () => {
  const dora = await rig.openPhone('Dora', '15550100973');
  assert.equal(await fateOf(sales, dora.phoneNumber), 131048);
  dora.say({ to: numberOf('15550109970'), text: { body: 'hello' } });
  await until(async () => (await rig.db.query('SELECT FROM conversations')).length > 0);
  assert.equal(await fateOf(sales, dora.phoneNumber), 'sent');
});

test('whom a portfolio wrote to is known by a hash for a day, and not after an erasure', async () => {
  const rows = await rig.db.query<{ row: string }>('SELECT row_to_json(f)::text AS row FROM first_contacts f');
  assert.equal(rows.length, 3);
  for (const person of people) assert.ok(rows.every(({ row }) => !row.includes(person)));
  await rig.storage.firstContacts.forget(rig.db, '5', { person: people[2] as PhoneNumber, nowMs: rig.clock.now() });
  assert.equal((await rig.db.query('SELECT FROM first_contacts')).length, 2);
  advance(dayMs + secondMs);
  await sweepSilent(rig.db, rig.clock.now());
  assert.equal((await rig.db.query('SELECT FROM first_contacts')).length, 0);
});
