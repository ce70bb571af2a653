import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { LogReader, verifyLog } from '@postern/audit-log';
import { createBusinessSetup, startRig, type Rig } from './rig.ts';

let rig: Rig;

before(async () => {
  rig = await startRig();
});
after(() => rig.stop());

async function log(query = '?limit=100') {
  const { body } = await rig.admin('GET', `/v1/admin-log${query}`);
  return body.data;
}

test('every change is in the log with who, what and when, and what was refused or changed nothing is not', async () => {
  const made = await createBusinessSetup(rig.admin, 'Bank');
  const { businessId, appId, wabaId, phoneNumberId, systemUserId, tokenId } = made;
  const grant = `/v1/apps/${appId}/whatsapp-business-accounts/${wabaId}`;
  await rig.admin('PUT', grant);
  await rig.admin('POST', `/v1/apps/${appId}/secret`);
  await rig.admin('PUT', `/v1/phone-numbers/${phoneNumberId}/status`, { status: 'suspended' });
  await rig.admin('PUT', `/v1/phone-numbers/${phoneNumberId}/status`, { status: 'active' });
  await rig.admin('DELETE', `/v1/tokens/${tokenId}`);
  await rig.admin('DELETE', `/v1/tokens/${tokenId}`);
  await rig.admin('DELETE', grant);
  await rig.admin('DELETE', grant);
  const phones = `/v1/whatsapp-business-accounts/${wabaId}/phone-numbers`;
  await rig.admin('POST', phones, { phoneNumber: made.phoneNumber, verifiedName: 'Again' });
  await rig.admin('POST', '/v1/businesses', { name: '' });
  const entries = await log();
  assert.deepEqual(
    entries.map(({ action, ids }) => [action, ids]),
    [
      ['business.created', { businessId }],
      ['app.created', { appId, businessId }],
      ['whatsapp_business_account.created', { wabaId, businessId }],
      ['phone_number.created', { phoneNumberId, wabaId }],
      ['app_grant.created', { appId, wabaId }],
      ['system_user.created', { systemUserId, businessId }],
      ['token.created', { tokenId, systemUserId, appId }],
      ['app_secret.rotated', { appId, businessId }],
      ['phone_number.suspended', { phoneNumberId, wabaId }],
      ['phone_number.activated', { phoneNumberId, wabaId }],
      ['token.revoked', { tokenId, systemUserId }],
      ['app_grant.removed', { appId, wabaId }],
    ],
  );
  for (const { actor, atMs } of entries) {
    assert.equal(actor, 'admin');
    assert.equal(atMs, rig.clock.nowMs);
  }
  const rest = await log(`?limit=2&after=${entries[9]?.position}`);
  assert.deepEqual(rest, entries.slice(10));
});

test('a refused change leaves no trace: neither an id nor an entry', async () => {
  const count = async () => {
    const text = 'SELECT (SELECT count(*) FROM graph_ids) AS ids, (SELECT count(*) FROM admin_log) AS entries';
    return (await rig.database.query(text))[0];
  };
  const { wabaId } = await createBusinessSetup(rig.admin, 'Clinic');
  const phones = `/v1/whatsapp-business-accounts/${wabaId}/phone-numbers`;
  const body = { phoneNumber: '4930123456', verifiedName: 'Desk' };
  assert.equal((await rig.admin('POST', phones, body)).status, 201);
  const before_ = await count();
  assert.equal((await rig.admin('POST', phones, body)).status, 409);
  assert.deepEqual(await count(), before_);
});

test('the log cannot be changed, not even by its own database role', async () => {
  const entries = await log();
  assert.ok(entries.length > 0);
  for (const sql of ['UPDATE admin_log SET actor = $$x$$', 'DELETE FROM admin_log', 'TRUNCATE admin_log'])
    await assert.rejects(rig.database.execute(sql), /append-only/);
  assert.deepEqual(await log(), entries);
});

test('every entry comes into the Merkle log, in its order', async () => {
  const entries = await log();
  while ((await LogReader.find(rig.auditFolder))?.size !== entries.length) await setTimeout(20);
  const logged = await LogReader.find(rig.auditFolder);
  assert.ok(logged);
  for (const [index, { position, actor, action, ids }] of entries.entries()) {
    const entry = JSON.parse(Buffer.from(await logged.entryAt(index)).toString()) as Record<string, unknown>;
    assert.deepEqual(
      [entry['position'], entry['actor'], entry['action'], entry['ids']],
      [position, actor, action, ids],
    );
  }
  assert.deepEqual(await verifyLog(rig.auditFolder), { size: entries.length, problems: [] });
});
