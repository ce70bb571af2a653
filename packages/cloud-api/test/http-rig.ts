import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrationsDir as businessManagerMigrations, startBusinessManager } from '@postern/business-manager';
import { createTestDatabase, type TestDatabase } from '@postern/postgres/testing';
import { MovableClock } from '@postern/protocol';
import { createLogger, type Running } from '@postern/service';
import {
  migrationsDir as transportMigrations,
  startTransport,
  transportConfig,
  type TransportConfig,
} from '@postern/transport';
import { Value } from 'typebox/value';
import { startCodeGateway } from '../../../test/rigs/real-transport.ts';
import { startCloudApi } from '../src/cloud-api.ts';
import { storageConfig } from './storage-rig.ts';
import type { CloudApiConfig } from '../src/config.ts';
import { migrationsDir } from '../src/migrations.ts';

/** The fields of any answer that a test looks at; each answer has its own of them. */
export interface Body {
  id: string;
  data: Body[];
  paging: { cursors: { before: string; after: string }; next?: string; previous?: string };
  messages: [{ id: string }];
  contacts: [{ input: string; wa_id: string }];
  error: {
    message: string;
    type: string;
    code: number;
    error_subcode?: number;
    error_data?: { messaging_product: string; details: string };
    is_transient?: boolean;
    fbtrace_id: string;
  };
}

export interface Answer {
  status: number;
  headers: Headers;
  body: Body;
}

interface CallOptions {
  /** None when it is null. */
  token?: string | null;
  /** A string is sent as it is, anything else as JSON. */
  body?: unknown;
  headers?: Record<string, string>;
}

/** One business with all that it needs to speak. */
export interface Business {
  businessId: string;
  appId: string;
  appSecret: string;
  wabaId: string;
  phoneNumberId: string;
  phoneNumber: string;
  systemUserId: string;
  token: string;
  tokenId: string;
}

const adminToken = 'admin-token-of-the-test';
const serviceToken = 'service-token-of-the-test';
const allScopes = ['whatsapp_business_messaging', 'whatsapp_business_management'];

/** Calls the admin API of the Business Manager, and insists on success. */
function administrator(url: string) {
  return async (method: string, path: string, body?: unknown): Promise<Record<string, string>> => {
    const headers: Record<string, string> = { authorization: `Bearer ${adminToken}` };
    if (body !== undefined) headers['content-type'] = 'application/json';
    const response = await fetch(url + path, {
      method,
      headers,
      body: body === undefined ? null : JSON.stringify(body),
    });
    assert.ok(response.ok, `${method} ${path}: ${response.status} ${await response.clone().text()}`);
    return (await response.json()) as Record<string, string>;
  };
}

type Administrator = ReturnType<typeof administrator>;
let numbersUsed = 0;

async function createBusiness(admin: Administrator, name: string): Promise<Business> {
  const business = await admin('POST', '/v1/businesses', { name });
  const app = await admin('POST', `/v1/businesses/${business['id']}/apps`, { name: `${name} app` });
  const account = await admin('POST', `/v1/businesses/${business['id']}/whatsapp-business-accounts`, {
    name: `${name} account`,
    currency: 'EUR',
    timezoneId: '42',
  });
  const phone = await addPhoneNumber(admin, String(account['id']), `${name} desk`);
  await admin('PUT', `/v1/apps/${app['id']}/whatsapp-business-accounts/${account['id']}`);
  const user = await admin('POST', `/v1/businesses/${business['id']}/system-users`, { name: `${name} program` });
  const made = {
    businessId: String(business['id']),
    appId: String(app['id']),
    appSecret: String(app['secret']),
    wabaId: String(account['id']),
    phoneNumberId: phone.id,
    phoneNumber: phone.phoneNumber,
    systemUserId: String(user['id']),
  };
  return { ...made, ...(await issueToken(admin, made, {})) };
}

async function addPhoneNumber(admin: Administrator, wabaId: string, verifiedName: string) {
  numbersUsed += 1;
  const phoneNumber = String(15_550_100_000 + numbersUsed);
  const body = { phoneNumber, verifiedName };
  const phone = await admin('POST', `/v1/whatsapp-business-accounts/${wabaId}/phone-numbers`, body);
  return { id: String(phone['id']), phoneNumber };
}

async function issueToken(
  admin: Administrator,
  { systemUserId, appId, wabaId }: Pick<Business, 'systemUserId' | 'appId' | 'wabaId'>,
  options: { scopes?: string[]; expiresAtMs?: number },
): Promise<{ token: string; tokenId: string }> {
  const body = { appId, label: 'a token', scopes: allScopes, wabaIds: [wabaId], ...options };
  const token = await admin('POST', `/v1/system-users/${systemUserId}/tokens`, body);
  return { token: String(token['token']), tokenId: String(token['id']) };
}

interface RigOptions {
  /** May lead the Cloud API to its database another way. */
  route?: (databaseUrl: string) => Promise<string>;
  /** Settings of the Cloud API other than usual. */
  config?: Partial<CloudApiConfig>;
  /** Time that goes on by itself unless told otherwise. */
  clock?: MovableClock;
}

/** The Cloud API's HTTP half with all its neighbours, each real and on a database of its own. */
export async function startRig({
  route = async (url) => url,
  config = {},
  clock = new MovableClock(),
}: RigOptions = {}) {
  const logged: string[] = [];
  const logger = createLogger({ system: 'test', level: 'debug', write: (line) => logged.push(line) });
  const silent = createLogger({ system: 'test', level: 'silent' });
  const databases: TestDatabase[] = [];
  const makeDatabase = async (name: string, migrations: string) => {
    const made = await createTestDatabase({ name, migrationsDir: migrations });
    databases.push(made);
    return made;
  };
  const folder = mkdtempSync(join(tmpdir(), 'postern-cloud-api-'));
  const managerDatabase = await makeDatabase('business_manager', businessManagerMigrations);
  const startManager = (port: number) =>
    startBusinessManager({
      config: {
        databaseUrl: managerDatabase.url,
        host: '127.0.0.1',
        port,
        adminToken,
        serviceToken,
        masterKey: '0f'.repeat(32),
        auditFolder: join(folder, 'audit', 'business-manager'),
      },
      clock,
      logger: silent,
    });
  let manager: Running & { url: string } = await startManager(0);
  const admin = administrator(manager.url);

  const gateway = await startCodeGateway();
  const transportDatabase = await makeDatabase('transport', transportMigrations);
  const transport = await startTransport({
    config: Value.Default(transportConfig, {
      databaseUrl: transportDatabase.url,
      port: 0,
      verifierUrl: gateway.url,
      verifierToken: 'verifier-token-of-the-test',
      blobsFolder: join(folder, 'blobs'),
    }) as TransportConfig,
    clock,
    logger: silent,
  });

  const database = await makeDatabase('cloud_api', migrationsDir);
  const keyringFolder = join(folder, 'keyring');
  const settings = storageConfig(keyringFolder, {
    databaseUrl: await route(database.url),
    port: 0,
    transportUrl: transport.url,
    businessManagerUrl: manager.url,
    serviceToken,
    allowLoopbackWebhooks: true,
    // Tests send more than a number may; the rates have tests of their own.
    rateLimits: false,
    ...config,
  });
  const cloudApi = await startCloudApi({ config: settings, clock, logger });
  let stopped: Promise<void> | null = null;
  const stopCloudApi = () => (stopped ??= cloudApi.stop());
  const bank = await createBusiness(admin, 'Bank');

  /** Calls the Graph API, as the bank unless told. */
  const graph = async (method: string, path: string, options: CallOptions = {}): Promise<Answer> => {
    const { token = bank.token, body, headers: given } = options;
    const headers: Record<string, string> = { ...given };
    if (token !== null) headers['authorization'] ??= `Bearer ${token}`;
    if (body !== undefined && typeof body !== 'string') headers['content-type'] ??= 'application/json';
    const text = typeof body === 'string' || body === undefined ? body : JSON.stringify(body);
    const response = await fetch(cloudApi.url + path, { method, headers, body: text ?? null });
    return { status: response.status, headers: response.headers, body: (await response.json()) as Body };
  };

  return {
    url: cloudApi.url,
    httpsUrl: cloudApi.announce['httpsUrl'],
    /** The settings of the Cloud API, for its other half. */
    config: settings,
    clock,
    logged,
    db: database.db,
    databaseUrl: database.url,
    keyringFolder,
    auditFolder: join(keyringFolder, '..', 'audit'),
    codes: gateway.codes,
    transportDb: transportDatabase.db,
    blobsFolder: join(folder, 'blobs'),
    bank,
    graph,
    admin,
    createBusiness: (name: string) => createBusiness(admin, name),
    addPhoneNumber: (wabaId: string, name: string) => addPhoneNumber(admin, wabaId, name),
    issueToken: (options: { scopes?: string[]; expiresAtMs?: number }) => issueToken(admin, bank, options),
    stopTransport: () => transport.stop(),
    stopCloudApi: () => stopCloudApi(),
    stopBusinessManager: () => manager.stop(),
    async startBusinessManager() {
      manager = await startManager(Number(new URL(manager.url).port));
    },
    /** Verifies and registers a number, one of the bank's unless its token is told, the way a customer does. */
    async register({
      phoneNumberId,
      phoneNumber,
      token = bank.token,
    }: {
      phoneNumberId: string;
      phoneNumber: string;
      token?: string;
    }) {
      const steps: [string, object][] = [
        ['request_code', { code_method: 'SMS', language: 'en_US' }],
        ['verify_code', {}],
        ['register', { messaging_product: 'whatsapp', pin: '123456' }],
      ];
      for (const [edge, fields] of steps) {
        const body = edge === 'verify_code' ? { code: gateway.codes.get(phoneNumber) } : fields;
        const answer = await graph('POST', `/${phoneNumberId}/${edge}`, { body, token });
        assert.deepEqual([answer.status, edge], [200, edge], JSON.stringify(answer.body));
      }
    },
    /** How many messages and how much work is stored. */
    async countRows(): Promise<{ messages: number; outbox: number }> {
      const [row] = await database.db.query<{ messages: number; outbox: number }>(
        'SELECT (SELECT count(*) FROM messages) AS messages, (SELECT count(*) FROM outbox) AS outbox',
      );
      return row ?? { messages: -1, outbox: -1 };
    },
    async stop() {
      await stopCloudApi();
      await transport.stop();
      gateway.stop();
      await manager.stop();
      for (const each of databases) await each.drop();
      rmSync(folder, { recursive: true });
    },
  };
}

export type Rig = Awaited<ReturnType<typeof startRig>>;

/** Insists that an answer is this error in the contract's envelope. */
export function assertError(answer: Answer, status: number, code: number): void {
  const { error } = answer.body;
  assert.deepEqual([answer.status, error?.code], [status, code], JSON.stringify(answer.body));
  assert.match(answer.headers.get('content-type') ?? '', /^application\/json/);
  assert.equal(typeof error.message, 'string');
  assert.ok(['OAuthException', 'GraphMethodException'].includes(error.type));
  assert.match(error.fbtrace_id, /^A[A-Za-z0-9_-]{22,26}$/);
}
