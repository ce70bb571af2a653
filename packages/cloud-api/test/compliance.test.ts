import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { openDatabase } from '@postern/postgres';
import { limits } from '@postern/protocol';
import { createLogger } from '@postern/service';
import { startCloudApiWorker } from '../src/cloud-api-worker.ts';
import { AuditTrail } from '../src/audit/audit-trail.ts';
import { startCompliance } from '../src/compliance/compliance.ts';
import { dayOf, type SubProcessor } from '../src/compliance/sub-processor.ts';
import { assertError, startRig, type Business, type Rig } from './http-rig.ts';

const dayMs = 24 * limits.hourMs;
const edges = ['records_of_processing', 'retention', 'transfers', 'sub_processors', 'accepted_terms'];
const mailFrom = dayOf(Date.now() + 3 * dayMs);
const host = { name: 'Host', purpose: 'computers', country: 'DE', region: 'de-1' };
const mail = { name: 'Mail', purpose: 'mail to staff', country: 'US', region: 'us-1' };
const subProcessors: readonly SubProcessor[] = [
  { ...host, mechanism: 'not-needed', effectiveFrom: '2026-01-01' },
  { ...mail, mechanism: 'standard-contractual-clauses', effectiveFrom: mailFrom },
];

let rig: Rig;
let shop: Business;
let folder: string;
before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'postern-compliance-'));
  const subProcessorsFile = join(folder, 'sub-processors.json');
  writeFileSync(subProcessorsFile, JSON.stringify({ subProcessors }));
  rig = await startRig({
    config: {
      subProcessorsFile,
      region: 'de-1',
      transportRegion: 'fr-2',
      termsVersion: '2027-01',
      termsUrl: 'https://postern.example/terms',
    },
  });
  shop = await rig.createBusiness('Shop');
});
after(async () => {
  await rig.stop();
  rmSync(folder, { recursive: true });
});

/** What this edge of the bank's account answers. */
async function get<Shape>(edge: string): Promise<Shape> {
  const { status, body } = await rig.graph('GET', `/${rig.bank.wabaId}/${edge}`);
  assert.equal(status, 200, JSON.stringify(body));
  return body as unknown as Shape;
}

test('only a token of the business with the permission to manage it is told anything', async () => {
  const { token: mayOnlySend } = await rig.issueToken({ scopes: ['whatsapp_business_messaging'] });
  const appToken = `${rig.bank.appId}|${rig.bank.appSecret}`;
  for (const edge of edges) {
    const path = `/${rig.bank.wabaId}/${edge}`;
    assertError(await rig.graph('GET', path, { token: mayOnlySend }), 403, 200);
    assertError(await rig.graph('GET', path, { token: shop.token }), 400, 100);
    assertError(await rig.graph('GET', path, { token: appToken }), 400, 100);
    assertError(await rig.graph('GET', path, { token: null }), 401, 104);
    assert.equal((await rig.graph('GET', path)).status, 200);
  }
});

test('nobody accepts terms for another business, or without the permission', async () => {
  const { token: mayOnlySend } = await rig.issueToken({ scopes: ['whatsapp_business_messaging'] });
  const path = `/${rig.bank.wabaId}/accepted_terms`;
  const body = { version: '2027-01' };
  assertError(await rig.graph('POST', path, { body, token: mayOnlySend }), 403, 200);
  assertError(await rig.graph('POST', path, { body, token: shop.token }), 400, 100);
  assertError(await rig.graph('POST', path, { body, token: `${rig.bank.appId}|${rig.bank.appSecret}` }), 400, 100);
  assert.deepEqual((await get<{ data: object[] }>('accepted_terms')).data, []);
});

test('the terms in force are accepted once, with who did it and when', async () => {
  const path = `/${rig.bank.wabaId}/accepted_terms`;
  const inForce = { version: '2027-01', url: 'https://postern.example/terms' };
  assert.deepEqual(await get('accepted_terms'), { data: [], in_force: { ...inForce, is_accepted: false } });
  assertError(await rig.graph('POST', path, { body: { version: '2026-01' } }), 400, 100);
  assertError(await rig.graph('POST', path, { body: {} }), 400, 100);
  for (let times = 0; times < 2; times += 1) {
    const { status, body } = await rig.graph('POST', path, { body: { version: '2027-01' } });
    assert.deepEqual([status, body], [200, { success: true }]);
  }
  type Terms = { data: { accepted_at: string }[]; in_force: object };
  const { data, in_force: shown } = await get<Terms>('accepted_terms');
  const [accepted] = data;
  assert.match(accepted?.accepted_at ?? '', /^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\+0000$/);
  assert.deepEqual(data, [
    {
      version: '2027-01',
      accepted_at: accepted?.accepted_at,
      accepted_by: rig.bank.systemUserId,
      app_id: rig.bank.appId,
    },
  ]);
  assert.deepEqual(shown, { ...inForce, is_accepted: true });
});

test('the record of processing comes in pages, each activity with its region and its retention', async () => {
  type Record = { system: string; region: string | null; data_class: string; retention: { rule: string } };
  type Page = { data: Record[]; paging: { next?: string } };
  const found: Record[] = [];
  let path = 'records_of_processing?limit=10';
  for (;;) {
    const { data, paging } = await get<Page>(path);
    assert.ok(data.length <= 10);
    found.push(...data);
    if (paging.next === undefined) break;
    path = `records_of_processing${new URL(paging.next).search}`;
  }
  const content = found.find(({ data_class: name }) => name === 'sealed-content');
  assert.deepEqual([content?.system, content?.region, content?.retention.rule], ['cloud_api', 'de-1', 'messages']);
  const regions = Object.fromEntries(found.map(({ system, region }) => [system, region]));
  assert.deepEqual(regions, { cloud_api: 'de-1', transport: 'fr-2', business_manager: null });
  assert.equal(new Set(found.map(({ system, data_class: name }) => `${system} ${name}`)).size, found.length);
});

test('the retention table says what each number has set, and that of a person nothing survives', async () => {
  interface Retention {
    data: { rule: string; kept_hours: number | null; is_per_phone_number: boolean }[];
    phone_numbers: object[];
    survives: object[];
  }
  const { phoneNumberId: id } = rig.bank;
  const unset = await get<Retention>('retention');
  assert.deepEqual([unset.phone_numbers, unset.survives], [[{ id, retention_hours: 720 }], []]);
  const messages = unset.data.find(({ rule }) => rule === 'messages');
  assert.deepEqual([messages?.kept_hours, messages?.is_per_phone_number], [720, true]);
  await rig.register(rig.bank);
  const body = { storage_configuration: { retention_minutes: 60 } };
  assert.equal((await rig.graph('POST', `/${id}/settings`, { body })).status, 200);
  assert.deepEqual((await get<Retention>('retention')).phone_numbers, [{ id, retention_hours: 1 }]);
});

test('transfers name who gets data beyond the regions, and the hosts of the webhooks without what may be secret', async () => {
  const { wabaId, appId } = rig.bank;
  await rig.db.execute('INSERT INTO app_subscriptions VALUES ($1, $2, $3, 0)', [
    appId,
    'https://user:word@hooks.example:8443/secret?key=1',
    ['messages'],
  ]);
  await rig.db.execute('INSERT INTO subscribed_apps VALUES ($1, $2)', [wabaId, appId]);
  const { data, regions, webhook_destinations: destinations } = await get<Record<string, object[]>>('transfers');
  const transfer = { ...mail, mechanism: 'standard-contractual-clauses', effective_from: mailFrom };
  assert.deepEqual(data, [{ ...transfer, status: 'ANNOUNCED' }]);
  assert.deepEqual(regions, [
    { system: 'cloud_api', storage_region: 'de-1', processing_region: 'de-1' },
    { system: 'transport', storage_region: 'fr-2', processing_region: 'fr-2' },
    { system: 'business_manager', storage_region: null, processing_region: null },
  ]);
  assert.deepEqual(destinations, [{ app_id: appId, host: 'hooks.example' }]);
});

test('a sub-processor is announced until its day, and in force from then on', async () => {
  type List = { version: number; declared_at: string; data: { name: string; status: string }[] };
  const statuses = ({ data }: List) => data.map(({ name, status }) => `${name} ${status}`);
  const list = await get<List>('sub_processors');
  assert.deepEqual([list.version, statuses(list)], [1, ['Host IN_FORCE', 'Mail ANNOUNCED']]);
  assert.deepEqual(list.data[0], {
    ...host,
    mechanism: 'not-needed',
    effective_from: '2026-01-01',
    status: 'IN_FORCE',
  });
  rig.clock.setOffset(3 * dayMs);
  const later = await get<List>('sub_processors');
  assert.deepEqual([later.declared_at, statuses(later)], [list.declared_at, ['Host IN_FORCE', 'Mail IN_FORCE']]);
  const { data: transfers } = await get<{ data: { status: string }[] }>('transfers');
  assert.deepEqual(
    transfers.map(({ status }) => status),
    ['IN_FORCE'],
  );
});

/** An endpoint that proves itself, and keeps what it is sent. */
async function startEndpoint() {
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    const { searchParams } = new URL(request.url ?? '/', 'http://endpoint');
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => {
      body += chunk;
    });
    request.on('end', () => {
      response.end(searchParams.get('hub.challenge') ?? '');
      if (request.method !== 'POST') return;
      bodies.push(body);
      server.emit('taken');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  return {
    url,
    bodies,
    taken: () => once(server, 'taken', { signal: AbortSignal.timeout(10_000) }),
    stop: () => server.close(),
  };
}

test('a list that is declared at the next start reaches the business by webhook, through the whole Cloud API', async () => {
  const endpoint = await startEndpoint();
  const path = `/${shop.appId}/subscriptions`;
  const fields = { object: 'whatsapp_business_account', verify_token: 'a token', fields: 'messages,sub_processors' };
  const body = { ...fields, callback_url: endpoint.url };
  assert.equal((await rig.graph('POST', path, { body, token: `${shop.appId}|${shop.appSecret}` })).status, 200);
  const subscribed = await rig.graph('POST', `/${shop.wabaId}/subscribed_apps`, { token: shop.token });
  assert.equal(subscribed.status, 200);
  const { config, clock } = rig;
  const silent = createLogger({ system: 'test', level: 'silent' });
  const worker = await startCloudApiWorker({ config, clock, logger: silent });
  const db = openDatabase({ url: config.databaseUrl, applicationName: 'next start' });
  try {
    const taken = endpoint.taken();
    writeFileSync(config.subProcessorsFile ?? '', JSON.stringify({ subProcessors: subProcessors.slice(1) }));
    await startCompliance({ config, db, clock, audit: new AuditTrail({ db, clock }) });
    await taken;
  } finally {
    await worker.stop();
    await db.close();
    endpoint.stop();
  }
  type Change = { field: string; value: { removed: { name: string }[] } };
  type Notice = { entry: { id: string; changes: Change[] }[] };
  const entries = endpoint.bodies.flatMap((text) => (JSON.parse(text) as Notice).entry);
  const told = entries.flatMap(({ id, changes }) =>
    changes.map(({ field, value }) => [id, field, value.removed.map(({ name }) => name)]),
  );
  assert.deepEqual(told, [[shop.wabaId, 'sub_processors', ['Host']]]);
});
