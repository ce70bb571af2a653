import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { limits } from '@postern/protocol';
import { bookingFlow } from './flow-files.ts';
import { startRig, type Rig } from './http-rig.ts';

let rig: Rig;
let flowId = '';
before(async () => {
  rig = await startRig();
  const body = { name: 'booking', categories: ['OTHER'], flow_json: JSON.stringify(bookingFlow) };
  flowId = (await rig.graph('POST', `/${rig.bank.wabaId}/flows`, { body })).body.id;
});
after(() => rig.stop());

async function fileUrl(): Promise<URL> {
  const { body } = await rig.graph('GET', `/${flowId}/assets`);
  return new URL((body.data[0] as unknown as { download_url: string }).download_url);
}

test('the file of a flow is had by its URL without a token, just as it was given, for an hour', async () => {
  const url = await fileUrl();
  const answer = await fetch(url);
  assert.deepEqual([answer.status, await answer.text()], [200, JSON.stringify(bookingFlow)]);
  rig.clock.setOffset(rig.clock.offsetMs + limits.flowFileUrlMs);
  assert.equal((await fetch(url)).status, 404);
  assert.equal((await fetch(await fileUrl())).status, 200);
});

test('a URL that was changed in any part gives nothing', async () => {
  const url = await fileUrl();
  const changes = [
    ['flow', '1234567890123456'],
    ['since', String(Number(url.searchParams.get('since')) - 1)],
    ['hash', 'A'.repeat(43)],
    ['hash', ''],
  ] as const;
  for (const [name, value] of changes) {
    const changed = new URL(url);
    changed.searchParams.set(name, value);
    assert.equal((await fetch(changed)).status, 404, name);
  }
  assert.equal((await fetch(String(url).replace('/flows/file', '/flows/preview'))).status, 404);
});

async function previewUrl(fields: string): Promise<string> {
  const { body } = await rig.graph('GET', `/${flowId}?fields=${fields}`);
  return (body as unknown as { preview: { preview_url: string } }).preview.preview_url;
}

test('the screens of a flow are seen at a URL that stays until it is replaced or 30 days are over', async () => {
  const url = await previewUrl('preview');
  assert.equal(await previewUrl('preview.invalidate(false)'), url);
  const page = await fetch(url);
  const text = await page.text();
  assert.equal(page.status, 200);
  assert.match(page.headers.get('content-security-policy') ?? '', /^default-src 'none'/);
  for (const shown of ['Book a time', '<h2>Ana</h2>', '<option>9:00</option>', 'href="#LAST"', 'Anything else?'])
    assert.ok(text.includes(shown), shown);
  const other = await previewUrl('preview.invalidate(true)');
  assert.deepEqual([(await fetch(url)).status, (await fetch(other)).status], [404, 200]);
  rig.clock.setOffset(rig.clock.offsetMs + limits.flowPreviewMs);
  assert.equal((await fetch(other)).status, 404);
  assert.equal((await fetch(await previewUrl('preview'))).status, 200);
});

test('what a business writes into a flow is no HTML in its preview', async () => {
  const evil = '<script>alert(1)</script>"\'&';
  const body = {
    name: evil,
    categories: ['OTHER'],
    flow_json: JSON.stringify({
      version: '7.3',
      screens: [
        {
          id: evil,
          title: evil,
          data: { x: { type: 'string', __example__: evil } },
          layout: {
            children: [
              { type: 'TextHeading', text: '${data.x}' },
              { type: 'Dropdown', label: evil, 'data-source': [{ id: evil, title: evil }] },
              { type: 'RadioButtonsGroup', name: evil, label: evil, 'data-source': [{ id: evil, title: evil }] },
              { type: 'Image', src: evil, 'alt-text': evil },
              { type: 'If', condition: evil, ['then' as string]: [{ type: 'EmbeddedLink', text: evil }] },
              { type: 'Switch', value: evil, cases: { [evil]: [] } },
              { type: 'Footer', label: evil, 'on-click-action': { next: { name: evil } } },
            ],
          },
        },
      ],
    }),
  };
  const { id } = (await rig.graph('POST', `/${rig.bank.wabaId}/flows`, { body })).body;
  const { preview } = (await rig.graph('GET', `/${id}?fields=preview`)).body as unknown as {
    preview: { preview_url: string };
  };
  const text = await (await fetch(preview.preview_url)).text();
  assert.ok(!text.includes('<script') && !text.includes('"\'&'), text);
  assert.ok(text.split('&lt;script&gt;').length > 10);
});

test('flows are copied from another account of the caller, as drafts, and what cannot be is told by name', async () => {
  const { admin, bank } = rig;
  const account = await admin('POST', `/v1/businesses/${bank.businessId}/whatsapp-business-accounts`, {
    name: 'Second account',
    currency: 'EUR',
    timezoneId: '1',
  });
  const [wabaId, second] = [bank.wabaId, String(account['id'])];
  await admin('PUT', `/v1/apps/${bank.appId}/whatsapp-business-accounts/${second}`);
  const { token } = await admin('POST', `/v1/system-users/${bank.systemUserId}/tokens`, {
    appId: bank.appId,
    label: 'both',
    scopes: ['whatsapp_business_management'],
    wabaIds: [wabaId, second],
  });
  const body = { source_waba_id: wabaId, source_flow_names: ['booking', 'nothing'] };
  const options = { body, token: String(token) };
  const { body: first } = await rig.graph('POST', `/${second}/migrate_flows`, options);
  const { migrated_flows: migrated, failed_flows: failed } = first as unknown as Record<
    string,
    Record<string, string>[]
  >;
  assert.deepEqual(migrated, [
    { source_name: 'booking', source_id: flowId, migrated_id: migrated?.[0]?.['migrated_id'] },
  ]);
  assert.deepEqual(
    failed?.map(({ source_name: name, error_code: code }) => [name, code]),
    [['nothing', '100']],
  );
  const copy = await rig.graph('GET', `/${migrated?.[0]?.['migrated_id']}`, { token: String(token) });
  assert.partialDeepStrictEqual(copy.body, { name: 'booking', status: 'DRAFT', validation_errors: [] });
  const { body: again } = await rig.graph('POST', `/${second}/migrate_flows`, options);
  assert.equal((again as unknown as { failed_flows: unknown[] }).failed_flows.length, 2);
});

test('every change of status is told in webhooks, in the transaction that makes it', async () => {
  const { db, bank } = rig;
  await db.query('INSERT INTO subscribed_apps (waba_id, app_id) VALUES ($1, $2)', [bank.wabaId, bank.appId]);
  await db.query(
    "INSERT INTO app_subscriptions (app_id, callback_url, fields, updated_at_ms) VALUES ($1, 'http://127.0.0.1:9/', '{flows}', 0)",
    [bank.appId],
  );
  for (const edge of ['publish', 'deprecate'])
    assert.equal((await rig.graph('POST', `/${flowId}/${edge}`)).status, 200);
  const rows = await db.query<{ field: string; value: Record<string, string> }>(
    'SELECT field, value FROM webhook_events WHERE owner_id = $1 ORDER BY event_id',
    [bank.wabaId],
  );
  const told = rows.map(({ field, value }) => [
    field,
    value['event'],
    value['flow_id'],
    value['old_status'],
    value['new_status'],
  ]);
  assert.deepEqual(told, [
    ['flows', 'FLOW_STATUS_CHANGE', flowId, 'DRAFT', 'PUBLISHED'],
    ['flows', 'FLOW_STATUS_CHANGE', flowId, 'PUBLISHED', 'DEPRECATED'],
  ]);
});
