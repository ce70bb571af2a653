import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startRig, assertError, type Rig } from './http-rig.ts';
import { fileOf } from './media-rig.ts';

let rig: Rig;
before(async () => {
  rig = await startRig();
  await rig.register(rig.bank);
});
after(() => rig.stop());

async function uploadFile(type: 'image/png' | 'image/jpeg' | 'application/pdf', bytes: Buffer): Promise<string> {
  const query = new URLSearchParams({ file_name: 'a file', file_length: String(bytes.length), file_type: type });
  const begun = await rig.graph('POST', `/v25.0/${rig.bank.appId}/uploads?${query.toString()}`);
  const answer = await fetch(`${rig.url}/v25.0/${begun.body.id}`, {
    method: 'POST',
    headers: { authorization: `OAuth ${rig.bank.token}`, file_offset: '0' },
    body: Uint8Array.from(bytes),
  });
  return ((await answer.json()) as { h: string }).h;
}

function setPicture(handle: string) {
  const body = { messaging_product: 'whatsapp', profile_picture_handle: handle };
  return rig.graph('POST', `/${rig.bank.phoneNumberId}/whatsapp_business_profile`, { body });
}

async function pictureUrl(): Promise<string> {
  const path = `/${rig.bank.phoneNumberId}/whatsapp_business_profile?fields=profile_picture_url`;
  const [profile] = (await rig.graph('GET', path)).body.data as unknown as { profile_picture_url: string }[];
  return profile?.profile_picture_url ?? '';
}

test('a picture that was uploaded is seen by everybody who has its URL, until another one takes its place', async () => {
  const first = fileOf('image/png', 3_000);
  assert.equal((await setPicture(await uploadFile('image/png', first))).status, 200);
  const url = await pictureUrl();
  assert.ok(url.startsWith(`${rig.url}/profile_pictures/`), url);
  const seen = await fetch(url);
  assert.equal(seen.headers.get('content-type'), 'image/png');
  assert.deepEqual(Buffer.from(await seen.arrayBuffer()), first);

  assert.equal((await setPicture(await uploadFile('image/jpeg', fileOf('image/jpeg')))).status, 200);
  assert.equal((await fetch(url)).status, 404);
  assert.equal((await fetch(await pictureUrl())).headers.get('content-type'), 'image/jpeg');
});

test('a document is no picture, and a handle is good for the app alone that uploaded', async () => {
  assertError(await setPicture(await uploadFile('application/pdf', fileOf('application/pdf'))), 400, 100);
  const shop = await rig.createBusiness('Shop');
  await rig.register(shop);
  const body = {
    messaging_product: 'whatsapp',
    profile_picture_handle: await uploadFile('image/png', fileOf('image/png')),
  };
  const path = `/${shop.phoneNumberId}/whatsapp_business_profile`;
  assertError(await rig.graph('POST', path, { body, token: shop.token }), 400, 100);
});

test('changes at the same time are made one after the other, and each is in the audit log', async () => {
  const path = `/${rig.bank.phoneNumberId}/whatsapp_business_profile`;
  const change = (member: object) => rig.graph('POST', path, { body: { messaging_product: 'whatsapp', ...member } });
  const entries = await countEntries();
  const answers = await Promise.all([
    change({ about: 'Money' }),
    change({ address: 'High Street 1' }),
    change({ email: 'desk@example.com' }),
    change({ vertical: 'FINANCE' }),
  ]);
  assert.deepEqual(
    answers.map(({ status }) => status),
    [200, 200, 200, 200],
  );
  const { body } = await rig.graph('GET', `${path}?fields=about,address,email,vertical`);
  assert.deepEqual(body.data, [
    {
      about: 'Money',
      address: 'High Street 1',
      email: 'desk@example.com',
      vertical: 'FINANCE',
      messaging_product: 'whatsapp',
    },
  ]);
  assert.equal((await countEntries()) - entries, 4);
});

async function countEntries(): Promise<number> {
  const [row] = await rig.db.query<{ count: number }>(
    "SELECT count(*)::int AS count FROM audit_entries WHERE details->>'setting' = 'profile'",
  );
  return row?.count ?? 0;
}

test('a number that was deregistered shows that it was, and takes nothing any more', async () => {
  const shop = await rig.createBusiness('Inn');
  await rig.register(shop);
  const { token } = shop;
  const path = `/${shop.phoneNumberId}`;
  await rig.graph('POST', `${path}/deregister`, { token });
  const fields = 'status,code_verification_status,is_pin_enabled,last_onboarded_time';
  const { body } = await rig.graph('GET', `${path}?fields=${fields}`, { token });
  assert.deepEqual(body, {
    status: 'DISCONNECTED',
    code_verification_status: 'EXPIRED',
    is_pin_enabled: true,
    id: shop.phoneNumberId,
  });
  const told = { messaging_product: 'whatsapp', about: 'Beds' };
  assertError(await rig.graph('POST', `${path}/whatsapp_business_profile`, { token, body: told }), 400, 133010);
});
