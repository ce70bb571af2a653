import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertError, startRig, type Business, type Rig } from './http-rig.ts';

let rig: Rig;
let clinic: Business;
before(async () => {
  rig = await startRig();
  clinic = await rig.createBusiness('Clinic');
  for (const desk of ['first', 'second', 'third']) await rig.addPhoneNumber(clinic.wabaId, desk);
  await rig.graph('POST', `/${clinic.wabaId}/subscribed_apps`, { token: clinic.token });
});
after(() => rig.stop());

/** What the clinic's account shows of these fields. */
async function read(fields: string, query: Record<string, string> = {}): Promise<Record<string, unknown>> {
  const parameters = new URLSearchParams({ fields, ...query }).toString();
  const answer = await rig.graph('GET', `/v25.0/${clinic.wabaId}?${parameters}`, { token: clinic.token });
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  return answer.body as unknown as Record<string, unknown>;
}

interface List {
  data: Record<string, unknown>[];
  paging: { next?: string };
}

test('a field that is the name of an edge is answered as the edge would be, beside the fields of the object', async () => {
  const { wabaId: id, phoneNumberId, token } = clinic;
  const answer = await read('name,phone_numbers.limit(1){id,display_phone_number},subscribed_apps,currency');
  const phones = answer['phone_numbers'] as List;
  assert.deepEqual(Object.keys(answer).toSorted(), ['currency', 'id', 'name', 'phone_numbers', 'subscribed_apps']);
  assert.deepEqual([answer['id'], (answer['subscribed_apps'] as List).data.length], [id, 1]);
  assert.deepEqual(
    phones.data.map((phone) => [phone['id'], Object.keys(phone).toSorted()]),
    [[phoneNumberId, ['display_phone_number', 'id']]],
  );
  const alone = await rig.graph('GET', `/${id}/phone_numbers?limit=1&fields=id,display_phone_number`, { token });
  assert.deepEqual(alone.body.data, phones.data);
});

test('the list of an edge that is asked for as a field goes on where it says, to its end', async () => {
  const answer = await read('phone_numbers.limit(3){id}', { access_token: clinic.token });
  const phones = answer['phone_numbers'] as List;
  const next = phones.paging.next ?? '';
  assert.equal(new URL(next).origin, rig.url);
  const response = await fetch(next);
  const rest = (await response.json()) as List;
  assert.deepEqual([response.status, phones.data.length, rest.data.length], [200, 3, 1]);
  assert.deepEqual(Object.keys(rest.data[0] ?? {}), ['id']);
  assert.equal(rest.paging.next, undefined);
});

test('an object, and each of a list, is cut down to the fields in braces, however deep', async () => {
  const { phoneNumberId, token, appId } = clinic;
  const one = await rig.graph('GET', `/${phoneNumberId}?fields=throughput{level},quality_score{none}`, { token });
  assert.deepEqual(one.body, {
    throughput: { level: 'NOT_APPLICABLE' },
    quality_score: {},
    id: phoneNumberId,
  });
  const { subscribed_apps: apps } = await read('subscribed_apps{whatsapp_business_api_data{name}}');
  assert.deepEqual(apps, { data: [{ whatsapp_business_api_data: { id: appId, name: 'Clinic app' } }] });
});

test('what knows no fields of its own is cut down to those that are asked for', async () => {
  const { wabaId, token } = clinic;
  const list = await rig.graph('GET', `/${wabaId}/message_templates?fields=name,status&limit=1`, { token });
  assert.deepEqual(Object.keys(list.body.data[0] ?? {}).toSorted(), ['id', 'name', 'status']);
  const apps = await rig.graph('GET', `/${wabaId}/subscribed_apps?fields=whatsapp_business_api_data{id}`, { token });
  assert.deepEqual(apps.body.data, [{ whatsapp_business_api_data: { id: clinic.appId } }]);
});

test('an edge needs the permission that it needs by itself', async () => {
  const issued = await rig.issueToken({ scopes: ['whatsapp_business_management'] });
  const path = `/${rig.bank.wabaId}?fields=id,phone_numbers{id}`;
  assert.equal((await rig.graph('GET', path, { token: issued.token })).status, 200);
  const other = await rig.issueToken({ scopes: ['whatsapp_business_messaging'] });
  assertError(await rig.graph('GET', path, { token: other.token }), 403, 200);
});

test('fields that cannot be read, and edges that there are not, are refused', async () => {
  const wrong = [
    'no_such_field',
    'name,no_such_edge.limit(1){id}',
    'phone_numbers{no_such_field}',
    'phone_numbers{whatsapp_business_profile{about}}',
    'phone_numbers{id',
    'phone_numbers}id{',
    'phone_numbers.limit(0){id}',
    'phone_numbers.limit(',
    'messages{id}',
    '{'.repeat(5_000),
    `${'throughput{'.repeat(40)}a${'}'.repeat(40)}`,
    `name${',phone_numbers{id}'.repeat(11)}`,
    'a'.repeat(16_385),
    Array.from({ length: 101 }, () => 'id').join(','),
  ];
  for (const fields of wrong)
    assertError(await rig.graph('POST', `/${rig.bank.wabaId}`, { body: { method: 'get', fields } }), 400, 100);
});
