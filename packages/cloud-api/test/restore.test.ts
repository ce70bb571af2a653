import assert from 'node:assert/strict';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { ratchetUse } from '../../../test/invariants/captured-envelopes.ts';
import { numberOf, startRig, until, untilShown } from './rig.ts';

let rig: Awaited<ReturnType<typeof startRig>>;
beforeEach(async () => {
  rig = await startRig();
});
afterEach(() => rig.stop());

const restored = [
  'sessions',
  'prekeys',
  'base_keys',
  'session_generations',
  'processed_envelopes',
  'outbox',
  'messages',
];

/** What a backup of the database holds. */
async function takeBackup(): Promise<void> {
  for (const table of restored) await rig.db.query(`CREATE TABLE backup_${table} AS SELECT * FROM ${table}`);
}

async function restoreBackup(): Promise<void> {
  for (const table of restored) {
    await rig.db.query(`DELETE FROM ${table}`);
    await rig.db.query(
      `INSERT INTO ${table} ${table === 'outbox' ? 'OVERRIDING SYSTEM VALUE' : ''} SELECT * FROM backup_${table}`,
    );
  }
}

/** The (ratchet key, counter) of every envelope that waits for a phone which is switched off. */
async function listRatchetUses(): Promise<string[]> {
  const rows = await rig.transportDb.query<{ envelope_id: string; envelope_type: number; ciphertext: Buffer }>(
    "SELECT envelope_id, envelope_type, ciphertext FROM mailbox WHERE kind = 'envelope' ORDER BY position",
  );
  return rows.flatMap(
    ({ envelope_id: envelopeId, envelope_type: type, ciphertext }) =>
      ratchetUse({ envelopeId, type, ciphertext }) ?? [],
  );
}

const marks = () => join(rig.keyringFolder, 'marks');

/** Speaks, is backed up, speaks on while the phone is off, is restored, and speaks again. */
async function speakThroughRestore({
  isRemembered,
}: {
  isRemembered: boolean;
}): Promise<{ uses: string[]; bodies: string[] }> {
  const shop = await rig.registerNumber('910', numberOf('15550109910'));
  const first = await rig.startWorker(21);
  const ana = await rig.openPhone('Ana', '15550100301');
  await rig.say('910', ana.phoneNumber, 'zero');
  await untilShown(ana, (items) => items.length === 1);
  ana.say({ to: shop.phoneNumber, text: { body: 'answer' } });
  await untilShown(ana, (items) => items.some(({ direction, state }) => direction === 'out' && state === 'delivered'));
  // Her delivery notice is in before the backup, so that the session is an established one.
  await rig.say('910', ana.phoneNumber, 'one');
  await untilShown(ana, (items) => items.length === 3);
  await until(async () => (await rig.db.query('SELECT FROM outbox')).length === 0);
  await first.stop();
  await ana.close();
  await takeBackup();

  const second = await rig.startWorker(22);
  for (const body of ['two', 'three']) await rig.say('910', ana.phoneNumber, body);
  await until(async () => (await rig.db.query('SELECT FROM outbox')).length === 0);
  await second.stop();
  await restoreBackup();
  if (!isRemembered) for (const file of readdirSync(marks())) rmSync(join(marks(), file));

  const third = await rig.startWorker(23);
  for (const body of ['four', 'five']) await rig.say('910', ana.phoneNumber, body);
  await until(async () => (await rig.db.query('SELECT FROM outbox')).length === 0);
  const uses = await listRatchetUses();
  const again = await rig.openPhone('Ana', '15550100301');
  const isThere = (body: string) => again.inbox().some(({ text }) => text?.body === body);
  if (isRemembered) {
    await untilShown(again, () => ['two', 'three', 'four', 'five'].every(isThere));
    again.say({ to: shop.phoneNumber, text: { body: 'to the restored one' } });
    await untilShown(again, (items) =>
      items.every(({ direction, state }) => direction === 'in' || state === 'delivered'),
    );
  }
  const bodies = again.inbox().flatMap(({ direction, text }) => (direction === 'in' ? [text?.body ?? ''] : []));
  await third.stop();
  return { uses, bodies };
}

test('a database restored from a backup is recognised; no message key is used twice, and both sides understand each other', async () => {
  const { uses, bodies } = await speakThroughRestore({ isRemembered: true });
  assert.equal(uses.length, 4);
  assert.equal(new Set(uses).size, 4, 'a (ratchet key, counter) was used twice');
  assert.deepEqual(bodies, ['zero', 'one', 'two', 'three', 'four', 'five']);
  const [entry] = await rig.db.query(
    "SELECT FROM audit_entries WHERE kind = 'restore-guard' AND phone_number_id = '910'",
  );
  assert.ok(entry, 'it is in the audit log');
});

test('it would be noticed without the guard: when the keyring has forgotten how far the number was, keys are used twice', async () => {
  const { uses } = await speakThroughRestore({ isRemembered: false });
  assert.ok(new Set(uses).size < uses.length);
});

test('a restart without a restore drops nothing', async () => {
  await rig.registerNumber('911', numberOf('15550109911'));
  const first = await rig.startWorker(24);
  const ana = await rig.openPhone('Ana', '15550100302');
  await rig.say('911', ana.phoneNumber, 'one');
  await untilShown(ana, (items) => items.length === 1);
  await first.stop();
  const before = await rig.db.query('SELECT account_id, version, sealed FROM sessions');
  const second = await rig.startWorker(25);
  assert.deepEqual(await rig.db.query('SELECT account_id, version, sealed FROM sessions'), before);
  assert.equal(before.length, 1);
  await second.stop();
});
