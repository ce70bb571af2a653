import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { MovableClock } from '@postern/protocol';
import { BusinessManagerClient } from '../src/access/business-manager-client.ts';
import { openSealedStorage } from '../src/sealed-storage.ts';
import { DisplayNames } from '../src/numbers/display-names.ts';
import { assertError, startRig, type Business, type Rig } from './http-rig.ts';
import { silent } from './storage-rig.ts';

const reviewToken = 'review-token-of-the-test';
const clock = new MovableClock();
let rig: Rig;
before(async () => {
  rig = await startRig({ clock, config: { templateReview: 'by-hand', reviewToken } });
});
after(() => rig.stop());

async function openShop(name: string): Promise<Business> {
  const shop = await rig.createBusiness(name);
  await rig.register(shop);
  return shop;
}

async function read(shop: Business): Promise<Record<string, unknown>> {
  const fields = 'verified_name,name_status,new_name_status,new_display_name';
  const { body } = await rig.graph('GET', `/${shop.phoneNumberId}?fields=${fields}`, { token: shop.token });
  const { id: _id, ...others } = body as unknown as Record<string, unknown>;
  return others;
}

function ask(shop: Business, name: string) {
  return rig.graph('POST', `/${shop.phoneNumberId}`, { token: shop.token, body: { new_display_name: name } });
}

async function review(method: string, path: string, body?: object) {
  const response = await fetch(`${rig.url}/operator/display_names${path}`, {
    method,
    headers: { authorization: `Bearer ${reviewToken}`, 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as { display_names: object[] } };
}

/** What the worker does from time to time. */
async function runUpkeep(policy: ConstructorParameters<typeof DisplayNames>[0]['policy'] = { kind: 'by-hand' }) {
  const { config } = rig;
  const storage = await openSealedStorage({ config, db: rig.db, clock, logger: silent });
  const businessManager = new BusinessManagerClient({
    url: config.businessManagerUrl,
    serviceToken: config.serviceToken,
  });
  const names = new DisplayNames({ db: rig.db, storage, policy, businessManager });
  return { names, stop: () => storage.close() };
}

async function toldOf(shop: Business): Promise<object[]> {
  const rows = await rig.db.query<{ value: object }>(
    "SELECT value FROM webhook_events WHERE field = 'phone_number_name_update' AND app_id = $1 ORDER BY event_id",
    [shop.appId],
  );
  return rows.map(({ value }) => value);
}

async function subscribe(shop: Business): Promise<void> {
  await rig.db.query('INSERT INTO subscribed_apps (waba_id, app_id) VALUES ($1, $2)', [shop.wabaId, shop.appId]);
  await rig.db.query(
    `INSERT INTO app_subscriptions (app_id, callback_url, fields, updated_at_ms)
     VALUES ($1, 'http://127.0.0.1:1', '{phone_number_name_update}', 0)`,
    [shop.appId],
  );
}

test('a name waits for the review, and is the name of the number when the Business Manager has taken it', async () => {
  const shop = await openShop('Baker');
  await subscribe(shop);
  assert.equal((await ask(shop, 'Baker & Sons')).status, 200);
  const waiting = { new_name_status: 'PENDING_REVIEW', new_display_name: 'Baker & Sons' };
  const own = { verified_name: 'Baker desk', name_status: 'AVAILABLE_WITHOUT_REVIEW' };
  assert.deepEqual(await read(shop), { ...own, ...waiting });
  const { body } = await review('GET', '?status=PENDING_REVIEW');
  assert.equal(body.display_names.length, 1);
  assert.equal((await review('POST', `/${shop.phoneNumberId}`, { decision: 'approve' })).status, 200);
  assert.equal((await review('POST', `/${shop.phoneNumberId}`, { decision: 'approve' })).status, 404);
  assert.deepEqual(await read(shop), { ...own, ...waiting, new_name_status: 'APPROVED' });

  await rig.stopBusinessManager();
  const { names, stop } = await runUpkeep();
  await assert.rejects(names.runDue(), 'it cannot be told');
  await rig.startBusinessManager();
  await names.runDue();
  await names.runDue();
  await stop();
  clock.setOffset(clock.offsetMs + 61_000);
  const named = { verified_name: 'Baker & Sons', name_status: 'APPROVED', new_name_status: 'NONE' };
  assert.deepEqual(await read(shop), named);
  const told = { decision: 'APPROVED', requested_verified_name: 'Baker & Sons', rejection_reason: null };
  assert.deepEqual(await toldOf(shop), [{ display_phone_number: shop.phoneNumber, ...told }]);
  const log = (await rig.admin('GET', '/v1/admin-log')) as unknown as { data: { action: string; actor: string }[] };
  const renamed = log.data.filter(({ action }) => action === 'phone_number.renamed');
  assert.deepEqual(
    renamed.map(({ actor }) => actor),
    ['cloud-api'],
    'once',
  );
});

test('a name that is declined says so, with the reviewer’s words, and another one may be asked for', async () => {
  const shop = await openShop('Grocer');
  await subscribe(shop);
  await ask(shop, 'WhatsApp Support');
  assert.equal(
    (await review('POST', `/${shop.phoneNumberId}`, { decision: 'reject', note: 'Not yours.' })).status,
    200,
  );
  assert.equal((await read(shop))['new_name_status'], 'DECLINED');
  const [told] = (await toldOf(shop)) as { decision: string; rejection_reason: string }[];
  assert.deepEqual([told?.decision, told?.rejection_reason], ['REJECTED', 'Not yours.']);
  await ask(shop, 'The Grocer');
  assert.deepEqual((await read(shop))['new_name_status'], 'PENDING_REVIEW');
});

test('a name may be approved after a while, or at once', async () => {
  const shop = await openShop('Smith');
  const { names, stop } = await runUpkeep({ kind: 'after-delay', delayMs: 60_000 });
  const number = { ...shop, verifiedName: 'Smith desk' } as unknown as Parameters<DisplayNames['request']>[0];
  await names.request(number, 'Smith the Smith', shop.appId);
  await names.runDue();
  assert.equal((await names.find(shop.phoneNumberId))?.status, 'PENDING_REVIEW');
  clock.setOffset(clock.offsetMs + 61_000);
  await names.runDue();
  const { status, isApplied } = (await names.find(shop.phoneNumberId)) ?? {};
  assert.deepEqual([status, isApplied], ['APPROVED', true]);
  await stop();
});

test('a name is 2 to 75 characters of text, of a number that is registered', async () => {
  const shop = await openShop('Miller');
  for (const name of ['M', ' M ', 'm'.repeat(76)]) assertError(await ask(shop, name), 400, 100);
  assertError(await ask(shop, 'Mill\ner'), 400, 131009);
  assert.equal((await ask(shop, 'ü'.repeat(75))).status, 200);
  const inn = await rig.createBusiness('Inn');
  assertError(await ask(inn, 'The Inn'), 400, 133010);
});

test('who has no review token decides nothing', async () => {
  const response = await fetch(`${rig.url}/operator/display_names`, { headers: { authorization: 'Bearer another' } });
  assert.equal(response.status, 401);
});
