import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { KeyringLockedError } from '@postern/keyring';
import { numberOf, startRig, untilShown } from './rig.ts';
import { openTestStorage } from './storage-rig.ts';

let rig: Awaited<ReturnType<typeof startRig>>;
before(async () => {
  rig = await startRig();
});
after(() => rig.stop());

const open = (keyringFolder: string, acceptLostKeyring = false) =>
  openTestStorage({ ...rig, keyringFolder, config: { acceptLostKeyring } });

test('a keyring that is not the database’s is refused, and nothing is lost by it', async () => {
  const shop = await rig.registerNumber('930', numberOf('15550109930'));
  const elsewhere = join(rig.keyringFolder, '..', 'misspelt');
  await assert.rejects(
    open(elsewhere),
    (error: Error) => error instanceof KeyringLockedError && /acceptLostKeyring/.test(error.message),
  );
  await (await open(rig.keyringFolder)).close();
  const { stop } = await rig.startWorker(41);
  const ana = await rig.openPhone('Ana', '15550100501');
  await rig.say(shop.phoneNumberId, ana.phoneNumber, 'still here');
  await untilShown(ana, (items) => items.length === 1);
  await stop();
});

test('when the loss is accepted the number is to be registered anew, and what was sealed is gone', async () => {
  await (await open(join(rig.keyringFolder, '..', 'new'), true)).close();
  const [row] = await rig.db.query(
    "SELECT state, sealed_device, account_id FROM numbers WHERE phone_number_id = '930'",
  );
  assert.deepEqual(row, { state: 'unverified', sealed_device: null, account_id: null });
  for (const table of ['messages', 'sessions', 'prekeys', 'subjects', 'subject_lookups'])
    assert.equal((await rig.db.query(`SELECT FROM ${table}`)).length, 0, table);
});
