import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertError, startRig, type Answer, type Rig } from './http-rig.ts';

let rig: Rig;
before(async () => {
  rig = await startRig({ config: { maxRetentionHours: 600, keyringBackupMaxAgeHours: 120 } });
  await rig.register(rig.bank);
});
after(() => rig.stop());

const product = { messaging_product: 'whatsapp' };

function settings(storage?: object): Promise<Answer> {
  const path = `/${rig.bank.phoneNumberId}/settings`;
  return storage === undefined
    ? rig.graph('GET', path)
    : rig.graph('POST', path, { body: { storage_configuration: storage } });
}

async function retentionOf(): Promise<unknown> {
  const { body } = await settings();
  return (body as unknown as { storage_configuration: unknown }).storage_configuration;
}

test('a number keeps messages as long as the installation allows, or for the whole hours that it asks for', async () => {
  assert.deepEqual(await retentionOf(), { status: 'DEFAULT', retention_minutes: 600 * 60 });
  for (const [storage, status, minutes] of [
    [{ retention_minutes: 1_440 }, 'DEFAULT', 1_440],
    [{ status: 'NO_STORAGE_ENABLED', retention_minutes: 60 }, 'NO_STORAGE_ENABLED', 60],
    [{ status: 'NO_STORAGE_ENABLED' }, 'NO_STORAGE_ENABLED', 60],
    [{ status: 'DEFAULT' }, 'DEFAULT', 600 * 60],
  ] as const) {
    const answer = await settings(storage);
    assert.deepEqual([answer.status, answer.body], [200, { success: true }]);
    assert.deepEqual(await retentionOf(), { status, retention_minutes: minutes });
  }
});

test('a time that cannot be kept is refused and changes nothing', async () => {
  const kept = await retentionOf();
  for (const storage of [
    { retention_minutes: 0 },
    { retention_minutes: 90 },
    { retention_minutes: 601 * 60 },
    { retention_minutes: 'soon' },
    { status: 'NO_STORAGE_ENABLED', retention_minutes: 120 },
    { status: 'FOR_EVER' },
    { data_localization_region: 'DE' },
  ])
    assertError(await settings(storage), 400, 100);
  assertError(await rig.graph('POST', `/${rig.bank.phoneNumberId}/settings`, { body: {} }), 400, 100);
  assert.deepEqual(await retentionOf(), kept);
});

test('what is accepted after a change is kept for the new time', async () => {
  await settings({ retention_minutes: 120 });
  const body = { ...product, to: '16505551234', type: 'text', text: { body: 'Hello' } };
  const answer = await rig.graph('POST', `/${rig.bank.phoneNumberId}/messages`, { body });
  assert.equal(answer.status, 200);
  const rows = await rig.db.query<{ retention_hours: number }>('SELECT retention_hours FROM messages');
  assert.deepEqual(rows, [{ retention_hours: 2 }]);
});

test('a number that was deregistered cannot be used or set, and can be set up again', async () => {
  const path = `/${rig.bank.phoneNumberId}`;
  const gone = await rig.graph('POST', `${path}/deregister`);
  assert.deepEqual([gone.status, gone.body], [200, { success: true }]);
  assertError(await rig.graph('POST', `${path}/deregister`), 400, 133010);
  const body = { ...product, to: '16505551234', type: 'text', text: { body: 'Hello' } };
  assertError(await rig.graph('POST', `${path}/messages`, { body }), 400, 133010);
  assertError(await settings({ retention_minutes: 60 }), 400, 133010);
  await rig.register(rig.bank);
  assert.equal((await rig.graph('POST', `${path}/messages`, { body })).status, 200);
});
