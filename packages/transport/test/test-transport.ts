import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AccountId, DeviceId } from '@postern/protocol';
import { createTestDatabase, type TestDatabase } from '@postern/postgres/testing';
import { createLogger } from '@postern/service';
import { Value } from 'typebox/value';
import type { Address } from '../src/address.ts';
import { migrationsDir, startTransport, transportConfig, type TransportConfig } from '../src/index.ts';
import { newKyberPrekey, newSignedPrekey, TestIdentity } from './test-keys.ts';

export const inspectToken = 'inspect-token-for-tests';

/** A clock that stands still until it is moved. */
export class TestClock {
  nowMs = Date.parse('2026-03-01T10:00:00Z');
  now(): number {
    return this.nowMs;
  }
}

/** Takes codes as a gateway for text messages would. */
async function startVerifier() {
  const codes = new Map<string, string>();
  const state = { status: 200, authorization: '' };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { phoneNumber, code } = JSON.parse(Buffer.concat(chunks).toString()) as Record<string, string>;
      state.authorization = request.headers.authorization ?? '';
      if (state.status === 200) codes.set(phoneNumber!, code!);
      response.writeHead(state.status).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/codes`;
  return { url, codes, state, stop: () => server.close() };
}

export interface TestDevice {
  address: Address;
  phoneNumber: string;
  identity: TestIdentity;
  secret: Buffer;
}

let lastNumber = 49_000_000_000;
const noLogger = createLogger({ system: 'transport', level: 'silent' });

/** The transport on a real database, with a verifier and a clock that tests control. */
export async function startTestTransport(settings: Partial<TransportConfig> = {}) {
  const database = await createTestDatabase({ name: 'transport', migrationsDir });
  const verifier = await startVerifier();
  const clock = new TestClock();
  const config = Value.Default(transportConfig, {
    databaseUrl: database.url,
    port: 0,
    verifierUrl: verifier.url,
    verifierToken: 'verifier token',
    inspectToken,
    blobsFolder: mkdtempSync(join(tmpdir(), 'postern-blobs-')),
    ...settings,
  }) as TransportConfig;
  const transport = await startTransport({ config, clock, logger: noLogger });
  const stop = async () => {
    await transport.stop();
    verifier.stop();
    await database.drop();
    rmSync(config.blobsFolder, { recursive: true, force: true });
  };
  const stopTransport = () => transport.stop();
  return new TestTransport({ url: transport.url, config, database, verifier, clock, stopTransport, stop });
}

interface Parts {
  url: string;
  config: TransportConfig;
  database: TestDatabase;
  verifier: Awaited<ReturnType<typeof startVerifier>>;
  clock: TestClock;
  stopTransport: () => Promise<void>;
  stop: () => Promise<void>;
}

export class TestTransport {
  readonly parts: Parts;

  constructor(parts: Parts) {
    this.parts = parts;
  }

  get url(): string {
    return this.parts.url;
  }

  get db() {
    return this.parts.database.db;
  }

  get clock(): TestClock {
    return this.parts.clock;
  }

  stop(): Promise<void> {
    return this.parts.stop();
  }

  async http<Body = Record<string, string>>(
    method: string,
    path: string,
    options: { body?: unknown; token?: string } = {},
  ) {
    const headers: Record<string, string> = {};
    if (options.token !== undefined) headers['authorization'] = `Bearer ${options.token}`;
    if (options.body !== undefined) headers['content-type'] = 'application/json';
    const body = options.body === undefined ? null : JSON.stringify(options.body);
    const response = await fetch(this.url + path, { method, headers, body });
    const text = await response.text();
    return { status: response.status, body: (text === '' ? null : JSON.parse(text)) as Body };
  }

  /** Begins a registration and returns its id and the code that was sent. */
  async begin(phoneNumber: string): Promise<{ id: string; code: string }> {
    const { body } = await this.http('POST', '/v1/registrations', { body: { phoneNumber } });
    return { id: body['registrationId']!, code: this.parts.verifier.codes.get(phoneNumber)! };
  }

  async verified(phoneNumber: string): Promise<string> {
    const { id, code } = await this.begin(phoneNumber);
    await this.http('POST', `/v1/registrations/${id}/code`, { body: { code } });
    return id;
  }

  /** Registers a number, an invented one unless told. */
  async register(phoneNumber = String((lastNumber += 1))): Promise<TestDevice> {
    const identity = new TestIdentity();
    const secret = randomBytes(32);
    const id = await this.verified(phoneNumber);
    const { body } = await this.http('PUT', `/v1/registrations/${id}/account`, { body: accountBody(identity, secret) });
    return { address: toAddress(body['accountId']!), phoneNumber, identity, secret };
  }
}

export function toAddress(accountId: string): Address {
  return { accountId: accountId as AccountId, deviceId: 1 as DeviceId };
}

export function accountBody(identity: TestIdentity, secret: Buffer) {
  const encode = ({ id, publicKey, signature }: { id: number; publicKey: Uint8Array; signature: Uint8Array }) => ({
    id,
    publicKey: Buffer.from(publicKey).toString('base64'),
    signature: Buffer.from(signature).toString('base64'),
  });
  return {
    secretHash: createHash('sha256').update(secret).digest('hex'),
    registrationId: 1234,
    identityKey: identity.publicKey.toString('base64'),
    signedPrekey: encode(newSignedPrekey(identity, 1)),
    kyberLastResort: encode(newKyberPrekey(identity, 2)),
  };
}

/** Looks again and again until the condition holds; a test that waits in vain is ended by its own limit. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise(setImmediate);
}
