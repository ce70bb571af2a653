import assert from 'node:assert/strict';
import { test } from 'node:test';
import { limits } from '@postern/protocol';
import { PrekeyStore } from '../src/numbers/prekey-store.ts';
import { startSealedRig } from './sealed-rig.ts';

test('a prekey outlives the key of the hour that sealed it, however short the longest retention is', async (t) => {
  const rig = await startSealedRig({ config: { maxRetentionHours: 24 } });
  t.after(() => rig.stop());
  await rig.storage.keyring.createNumberKey('501');
  const prekeys = new PrekeyStore(rig.storage.sealer);
  const record = Buffer.from('a private half');
  const find = () => prekeys.find(rig.db, '501', { kind: 'signed', id: 1 });
  await rig.db.transaction((tx) => prekeys.add(tx, '501', [{ kind: 'signed', id: 1, record }], rig.clock.now()));
  for (let hour = 5; hour <= 60; hour += 5) {
    rig.clock.setOffset(hour * limits.hourMs);
    await rig.retention.run();
    assert.deepEqual((await find())?.record, record, `after ${hour} h`);
  }
  rig.clock.setOffset(100 * limits.hourMs);
  assert.equal(await find(), null, 'without the upkeep it is gone');
});
