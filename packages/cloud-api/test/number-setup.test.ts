import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { MovableClock } from '@postern/protocol';
import { startRig, assertError, type Business, type Rig } from './http-rig.ts';

let rig: Rig;
const clock = new MovableClock();
before(async () => {
  rig = await startRig({ clock, config: { region: 'DE' } });
});
after(() => rig.stop());

const hourMs = 3_600_000;

function post(business: Pick<Business, 'phoneNumberId' | 'token'>, edge: string, body?: object, version = 'v25.0') {
  const path = `/${version}/${business.phoneNumberId}${edge}`;
  return rig.graph('POST', path, { token: business.token, ...(body && { body }) });
}

async function verify(business: Business): Promise<void> {
  assert.equal((await post(business, '/request_code', { code_method: 'SMS' })).status, 200);
  const code = rig.codes.get(business.phoneNumber) ?? '';
  assert.equal((await post(business, '/verify_code', { code: `${code.slice(0, 3)}-${code.slice(3)}` })).status, 200);
}

const registration = { messaging_product: 'whatsapp', pin: '123456' };

test('a number is registered and deregistered ten times in 72 hours at most; it may always leave', async () => {
  const shop = await rig.createBusiness('Shop');
  for (let times = 0; times < 5; times += 1) {
    await verify(shop);
    assert.equal((await post(shop, '/register', registration)).status, 200);
    assert.equal((await post(shop, '/register', registration)).status, 200, 'again is nothing new');
    assert.equal((await post(shop, '/deregister')).status, 200);
    clock.setOffset(clock.offsetMs + hourMs);
  }
  await verify(shop);
  assertError(await post(shop, '/register', registration), 400, 133016);
  clock.setOffset(clock.offsetMs + 66 * hourMs);
  await verify(shop);
  assertError(await post(shop, '/register', registration), 400, 133016);
  clock.setOffset(clock.offsetMs + 2 * hourMs);
  await verify(shop);
  assert.equal((await post(shop, '/register', registration)).status, 200);
  assert.equal((await post(shop, '/deregister')).status, 200);
});

test('a region may be named up to v20.0, and must be the one of the installation', async () => {
  const inn = await rig.createBusiness('Inn');
  await verify(inn);
  const inRegion = (region: string, version: string) =>
    post(inn, '/register', { ...registration, data_localization_region: region }, version);
  assertError(await inRegion('BR', 'v20.0'), 400, 100);
  assertError(await inRegion('DE', 'v21.0'), 400, 100);
  assert.equal((await inRegion('DE', 'v20.0')).status, 200);
});

test('a number takes a username from another one of its business by force only, and each change is told', async () => {
  const bar = await rig.createBusiness('Bar');
  const { id } = await rig.addPhoneNumber(bar.wabaId, 'Bar terrace');
  const terrace = { phoneNumberId: id, token: bar.token };
  await rig.db.query('INSERT INTO subscribed_apps (waba_id, app_id) VALUES ($1, $2)', [bar.wabaId, bar.appId]);
  await rig.db.query(
    `INSERT INTO app_subscriptions (app_id, callback_url, fields, updated_at_ms)
     VALUES ($1, 'http://127.0.0.1:1', '{business_username_update}', 0)`,
    [bar.appId],
  );
  assert.deepEqual((await post(bar, '/username', { username: 'our.bar' })).body, { status: 'reserved' });
  await rig.register({ ...bar });
  assertError(await post(terrace, '/username', { username: 'our.bar' }), 400, 147005);
  const forced = await post(terrace, '/username', { username: 'our.bar', transfer_action: 'force_transfer' });
  assert.deepEqual(forced.body, { status: 'reserved' });
  const events = await rig.db.query<{ value: { status: string } }>(
    "SELECT value FROM webhook_events WHERE field = 'business_username_update' AND app_id = $1 ORDER BY event_id",
    [bar.appId],
  );
  const told = (status: string) => ({ display_phone_number: bar.phoneNumber, username: 'our.bar', status });
  assert.deepEqual(
    events.slice(0, 3).map(({ value }) => value),
    [told('reserved'), told('approved'), told('deleted')],
  );
  assert.equal(events[3]?.value.status, 'reserved');
});

test('of many who want one username at once one gets it', async () => {
  const businesses = await Promise.all(['North', 'South', 'East'].map((name) => rig.createBusiness(name)));
  const answers = await Promise.all(businesses.map((each) => post(each, '/username', { username: 'compass' })));
  const refused = answers.filter(({ status }) => status !== 200);
  assert.equal(refused.length, 2);
  for (const answer of refused) assertError(answer, 400, 147001);
});
