import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Phone, type InboxItem } from '@postern/client';
import { createTestDatabase } from '@postern/postgres/testing';
import { MovableClock, parsePhoneNumber, type PhoneNumber } from '@postern/protocol';
import { createLogger } from '@postern/service';
import { migrationsDir, startTransport, transportConfig, type TransportConfig } from '@postern/transport';
import { Value } from 'typebox/value';

export const silent = createLogger({ system: 'test', level: 'silent' });

export function numberOf(digits: string): PhoneNumber {
  const number = parsePhoneNumber(digits);
  if (!number) throw new Error(`${digits} is no phone number`);
  return number;
}

/** The gateway that a transport's registration codes go to: the outside world. */
export async function startCodeGateway() {
  const codes = new Map<string, string>();
  const server = createServer((request, response) => {
    request.on('data', (chunk: Buffer) => {
      const { phoneNumber, code } = JSON.parse(chunk.toString()) as { phoneNumber: string; code: string };
      codes.set(phoneNumber, code);
    });
    request.on('end', () => response.end());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return { url, codes, stop: () => server.close() };
}

/** A real transport on a real database, with a clock to move, and phones that use it. */
export async function startRealTransport() {
  const gateway = await startCodeGateway();
  const database = await createTestDatabase({ name: 'transport', migrationsDir });
  const blobsFolder = mkdtempSync(join(tmpdir(), 'postern-blobs-'));
  const settings = {
    databaseUrl: database.url,
    port: 0,
    verifierUrl: gateway.url,
    verifierToken: 'token',
    // What expires is swept away soon, so that tests need not wait for it.
    sweepIntervalMs: 100,
    blobsFolder,
  };
  const config = Value.Default(transportConfig, settings) as TransportConfig;
  const clock = new MovableClock();
  const transport = await startTransport({ config, clock, logger: silent });
  return {
    url: transport.url,
    db: database.db,
    blobsFolder,
    clock,
    /** The code that was sent to a number last. */
    codeOf: (phoneNumber: PhoneNumber) => gateway.codes.get(phoneNumber) ?? '',
    /** Switches a phone on that keeps its state in `dir/<number>`. */
    openPhone: (dir: string, name: string, digits: string) =>
      Phone.open({
        dir: join(dir, digits),
        name,
        phoneNumber: numberOf(digits),
        transportUrl: transport.url,
        clock,
        log: silent,
        receiveCode: async (phoneNumber) => gateway.codes.get(phoneNumber) ?? '',
      }),
    async stop() {
      await transport.stop();
      gateway.stop();
      await database.drop();
      rmSync(blobsFolder, { recursive: true });
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
