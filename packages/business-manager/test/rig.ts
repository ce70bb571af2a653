import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '@postern/protocol';
import type { Database } from '@postern/postgres';
import { createTestDatabase } from '@postern/postgres/testing';
import { createLogger } from '@postern/service';
import { migrationsDir, startBusinessManager } from '../src/index.ts';

/** The fields of any answer that a test looks at; each answer has its own of them. */
export interface Body {
  id: string;
  name: string;
  status: string;
  currency: string;
  timezoneId: string;
  messageTemplateNamespace: string;
  phoneNumber: string;
  verifiedName: string;
  phoneNumbers: Body[];
  whatsappBusinessAccount: Body;
  business: Body;
  apps: Body[];
  secret: string;
  secretVersion: number;
  token: string;
  active: boolean;
  wabaIds: string[];
  issuedAtMs: number;
  expiresAtMs: number | null;
  node: Body | null;
  data: Body[];
  position: number;
  actor: string;
  action: string;
  ids: object;
  atMs: number;
  next: string | null;
  error: { code: string; message: string };
}

/** An HTTP answer as a test looks at it. */
export interface Answer {
  status: number;
  body: Body;
}

type Call = (method: string, path: string, body?: unknown) => Promise<Answer>;

export const adminToken = 'admin-token-of-the-test';
export const serviceToken = 'service-token-of-the-test';
export const masterKey = '0f'.repeat(32);

/** Calls over real HTTP with a bearer token. A string is sent as it is, anything else as JSON. */
export function caller(url: string, token: string): Call {
  return async (method, path, body) => {
    const headers: Record<string, string> = { authorization: `Bearer ${token}` };
    if (body !== undefined) headers['content-type'] = 'application/json';
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const response = await fetch(url + path, { method, headers, body: body === undefined ? null : text });
    return { status: response.status, body: (await response.json()) as Body };
  };
}

/** A clock that stands still until the test moves it. */
class StandingClock implements Clock {
  nowMs = Date.UTC(2026, 10, 23);

  now(): number {
    return this.nowMs;
  }
}

export interface Rig {
  url: string;
  clock: StandingClock;
  /** The same database, as the test looks into it. */
  database: Database;
  logged: string[];
  auditFolder: string;
  admin: Call;
  service: Call;
  stop(): Promise<void>;
}

/**
 * Starts the Business Manager on a new database, with a clock that only the test moves. `route` may lead it to the database
 * another way.
 */
export async function startRig(route = async (url: string) => url): Promise<Rig> {
  const testDatabase = await createTestDatabase({ name: 'business_manager', migrationsDir });
  const clock = new StandingClock();
  const logged: string[] = [];
  const logger = createLogger({ system: 'business-manager', write: (line) => logged.push(line) });
  const databaseUrl = await route(testDatabase.url);
  const auditFolder = mkdtempSync(join(tmpdir(), 'postern-audit-'));
  const config = { databaseUrl, host: '127.0.0.1', port: 0, adminToken, serviceToken, masterKey, auditFolder };
  const running = await startBusinessManager({ config, clock, logger });
  return {
    url: running.url,
    clock,
    database: testDatabase.db,
    logged,
    auditFolder,
    admin: caller(running.url, adminToken),
    service: caller(running.url, serviceToken),
    async stop() {
      await running.stop();
      await testDatabase.drop();
      rmSync(auditFolder, { recursive: true });
    },
  };
}

/** One business with all that it needs to speak. */
export interface BusinessSetup {
  businessId: string;
  appId: string;
  appSecret: string;
  wabaId: string;
  phoneNumberId: string;
  phoneNumber: string;
  systemUserId: string;
  tokenId: string;
  token: string;
}

let numbersUsed = 0;

/** Makes a business over the admin API, the way an administrator does. */
export async function createBusinessSetup(admin: Call, name: string): Promise<BusinessSetup> {
  const make = async (method: string, path: string, body?: unknown) => {
    const answer = await admin(method, path, body);
    assert.ok(answer.status < 300, `${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  const business = await make('POST', '/v1/businesses', { name });
  const app = await make('POST', `/v1/businesses/${business.id}/apps`, { name: `${name} app` });
  const accountBody = { name: `${name} account`, currency: 'EUR', timezoneId: '42' };
  const account = await make('POST', `/v1/businesses/${business.id}/whatsapp-business-accounts`, accountBody);
  numbersUsed += 1;
  const phoneNumber = String(15_550_000_000 + numbersUsed);
  const phoneBody = { phoneNumber: `+${phoneNumber}`, verifiedName: `${name} desk` };
  const phone = await make('POST', `/v1/whatsapp-business-accounts/${account.id}/phone-numbers`, phoneBody);
  await make('PUT', `/v1/apps/${app.id}/whatsapp-business-accounts/${account.id}`);
  const user = await make('POST', `/v1/businesses/${business.id}/system-users`, { name: `${name} program` });
  const tokenBody = {
    appId: app.id,
    label: 'first token',
    scopes: ['whatsapp_business_messaging', 'whatsapp_business_management'],
    wabaIds: [account.id],
  };
  const token = await make('POST', `/v1/system-users/${user.id}/tokens`, tokenBody);
  return {
    businessId: business.id,
    appId: app.id,
    appSecret: app.secret,
    wabaId: account.id,
    phoneNumberId: phone.id,
    phoneNumber,
    systemUserId: user.id,
    tokenId: token.id,
    token: token.token,
  };
}
