import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertError, startRig, type Rig } from './http-rig.ts';

interface HealthStatus {
  can_send_message: string;
  entities: { entity_type: string; id: string; can_send_message: string; errors?: { error_code: number }[] }[];
}

let rig: Rig;
before(async () => {
  rig = await startRig({ config: { messagingLimit: 'TIER_50' } });
});
after(() => rig.stop());

async function readHealth(): Promise<HealthStatus> {
  const { body } = await rig.graph('GET', `/${rig.bank.wabaId}?fields=health_status`);
  return (body as unknown as { health_status: HealthStatus }).health_status;
}

function told({ entities }: HealthStatus, entityType: string) {
  const entity = entities.find((each) => each.entity_type === entityType);
  return [entity?.can_send_message, entity?.errors?.map((error) => error.error_code)];
}

test('an account without a registered number can send nothing, and its health says so until there is one', async () => {
  const mute = await readHealth();
  assert.equal(mute.can_send_message, 'BLOCKED');
  assert.deepEqual(told(mute, 'WABA'), ['BLOCKED', [141_003]]);
  await rig.register(rig.bank);
  assert.equal((await readHealth()).can_send_message, 'AVAILABLE');
});

test('who subscribes to the account is told nothing about missing webhooks any more', async () => {
  const app = async () => (await readHealth()).entities.find((each) => each.entity_type === 'APP');
  assert.ok(Object.hasOwn((await app()) ?? {}, 'additional_info'));
  await rig.graph('POST', `/${rig.bank.wabaId}/subscribed_apps`);
  assert.deepEqual(await app(), { entity_type: 'APP', id: rig.bank.appId, can_send_message: 'AVAILABLE' });
});

test('a business that has reached its messaging limit is limited, for 24 hours', async () => {
  const atMs = rig.clock.now();
  await rig.db.execute(
    `INSERT INTO first_contacts (portfolio_id, day, person_hash, contacted_at_ms)
     SELECT $1, $2, decode(lpad(to_hex(n), 32, '0'), 'hex'), $3 FROM generate_series(1, 50) AS n`,
    [rig.bank.businessId, Math.floor(atMs / 86_400_000), atMs],
  );
  const limited = await readHealth();
  assert.equal(limited.can_send_message, 'LIMITED');
  assert.deepEqual(told(limited, 'BUSINESS'), ['LIMITED', [141_004]]);
  rig.clock.setOffset(rig.clock.offsetMs + 86_400_000);
  assert.equal((await readHealth()).can_send_message, 'AVAILABLE');
});

test('an account that disables marketing on the Cloud API sends none over /messages, and other templates as before', async () => {
  const { wabaId, phoneNumberId } = rig.bank;
  const components = [{ type: 'BODY', text: 'Fresh bread.' }];
  for (const [name, category] of [
    ['offer', 'MARKETING'],
    ['news', 'UTILITY'],
  ])
    await rig.graph('POST', `/${wabaId}/message_templates`, { body: { name, category, language: 'en', components } });
  const send = (name: string, edge = 'messages') =>
    rig.graph('POST', `/${phoneNumberId}/${edge}`, {
      body: {
        messaging_product: 'whatsapp',
        to: '16505551234',
        type: 'template',
        template: { name, language: { code: 'en' } },
      },
    });
  const disable = (value: boolean) =>
    rig.graph('POST', `/${wabaId}`, { body: { disable_marketing_messages_on_cloud_api: value } });

  assert.equal((await send('offer')).status, 200);
  assert.equal((await disable(true)).status, 200);
  const rows = await rig.countRows();
  assertError(await send('offer'), 400, 131_063);
  assert.deepEqual(await rig.countRows(), rows);
  assert.equal((await send('offer', 'marketing_messages')).status, 200);
  assert.equal((await send('news')).status, 200);
  await disable(false);
  assert.equal((await send('offer')).status, 200);
});
