import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestDatabase } from '@postern/postgres/testing';
import { MovableClock, parsePhoneNumber, type PhoneNumber } from '@postern/protocol';
import { createLogger } from '@postern/service';
import { migrationsDir, startTransport, transportConfig, type TransportConfig } from '@postern/transport';
import { Value } from 'typebox/value';
import { Phone, type InboxItem } from '../src/index.ts';

const silent = createLogger({ system: 'test', level: 'silent' });

export function numberOf(digits: string): PhoneNumber {
  return parsePhoneNumber(digits) ?? assertNever(digits);
}

function assertNever(digits: string): never {
  throw new Error(`${digits} is no phone number`);
}

/** A real transport on a real database, and phones that keep their state in a folder of their own. */
export async function startRig() {
  const database = await createTestDatabase({ name: 'client', migrationsDir });
  const codes = new Map<string, string>();
  const gateway = createServer((request, response) => {
    request.on('data', (chunk: Buffer) => {
      const { phoneNumber, code } = JSON.parse(chunk.toString()) as { phoneNumber: string; code: string };
      codes.set(phoneNumber, code);
    });
    request.on('end', () => response.end());
  });
  gateway.listen(0, '127.0.0.1');
  await once(gateway, 'listening');
  const verifierUrl = `http://127.0.0.1:${(gateway.address() as AddressInfo).port}/`;
  const settings = { databaseUrl: database.url, port: 0, verifierUrl, verifierToken: 'token' };
  const config = Value.Default(transportConfig, settings) as TransportConfig;
  const clock = new MovableClock();
  const transport = await startTransport({ config, clock, logger: silent });
  const dir = mkdtempSync(join(tmpdir(), 'postern-client-'));
  const phones = new Set<Phone>();
  const open = async (name: string, digits: string) => {
    const phone = await Phone.open({
      dir: join(dir, digits),
      name,
      phoneNumber: numberOf(digits),
      transportUrl: transport.url,
      clock,
      log: silent,
      receiveCode: async (phoneNumber) => codes.get(phoneNumber) ?? '',
    });
    phones.add(phone);
    return phone;
  };
  const stop = async () => {
    await Promise.all([...phones].map((phone) => phone.close()));
    await transport.stop();
    gateway.close();
    await database.drop();
    rmSync(dir, { recursive: true });
  };
  return {
    db: database.db,
    clock,
    dir,
    open,
    stop,
    /** Switches a phone off and forgets it. */
    async close(phone: Phone) {
      phones.delete(phone);
      await phone.close();
    },
  };
}

/** Waits until the phone shows what is asked for. */
export async function untilShown(phone: Phone, isThere: (items: InboxItem[]) => boolean): Promise<InboxItem[]> {
  const shown = Promise.withResolvers<void>();
  const look = () => {
    if (isThere(phone.inbox())) shown.resolve();
  };
  const stop = phone.onChange(look);
  look();
  await shown.promise;
  stop();
  return phone.inbox();
}

/** What a phone shows, in short: one text per message. */
export function texts(phone: Phone): string[] {
  return phone.inbox().map(({ direction, text, state }) => `${direction} ${text?.body} ${state}`);
}
