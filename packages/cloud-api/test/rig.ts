import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Phone, Registrar, TransportConnection, type InboxItem } from '@postern/client';
import { createTestDatabase } from '@postern/postgres/testing';
import { ContentSchema, encode, MovableClock, parsePhoneNumber, type PhoneNumber } from '@postern/protocol';
import { createLogger } from '@postern/service';
import {
  migrationsDir as transportMigrations,
  startTransport,
  transportConfig,
  type TransportConfig,
} from '@postern/transport';
import { Value } from 'typebox/value';
import { openKeyring } from '../src/keyring/open-keyring.ts';
import { AcceptQueue } from '../src/messages/accept-queue.ts';
import { newMessageId } from '../src/messages/message-id.ts';
import { MessageReader } from '../src/messages/message-reader.ts';
import { ensurePartitions } from '../src/messages/partitions.ts';
import { migrationsDir } from '../src/migrations.ts';
import { Numbers } from '../src/numbers/numbers.ts';
import { workerLockClass } from '../src/pump/number-claim.ts';
import { PumpWorker } from '../src/pump/worker.ts';
import { Sealer } from '../src/sealing/sealer.ts';

export const silent = createLogger({ system: 'test', level: 'silent' });

export function numberOf(digits: string): PhoneNumber {
  const number = parsePhoneNumber(digits);
  if (!number) throw new Error(`${digits} is no phone number`);
  return number;
}

/** The gateway that a transport's registration codes go to. */
async function startGateway() {
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
  return { codes, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, stop: () => server.close() };
}

/** The Cloud API's working half on real databases, with a real transport and real phones; no HTTP. */
export async function startRig() {
  const gateway = await startGateway();
  const transportDatabase = await createTestDatabase({ name: 'transport', migrationsDir: transportMigrations });
  const settings = { databaseUrl: transportDatabase.url, port: 0, verifierUrl: gateway.url, verifierToken: 'token' };
  const clock = new MovableClock();
  const config = Value.Default(transportConfig, settings) as TransportConfig;
  const transport = await startTransport({ config, clock, logger: silent });
  const database = await createTestDatabase({ name: 'cloud_api', migrationsDir });
  const { db } = database;
  const dir = mkdtempSync(join(tmpdir(), 'postern-cloud-'));
  const keyring = openKeyring(join(dir, 'keyring.json'), db);
  const sealer = new Sealer(keyring, 'local');
  const numbers = new Numbers({ db, keyring, sealer, registrar: new Registrar(transport.url), clock });
  await ensurePartitions(db, clock.now());
  const accepts = new AcceptQueue({ db, sealer, clock });
  const stops: (() => Promise<void>)[] = [];
  return {
    db,
    clock,
    sealer,
    transport,
    transportDb: transportDatabase.db,
    accepts,
    messages: new MessageReader({ db, sealer, clock }),
    async registerNumber(phoneNumberId: string, phoneNumber: PhoneNumber) {
      const info = { phoneNumberId, phoneNumber, verifiedName: 'Shop', wabaId: '1' };
      await numbers.requestCode(info);
      await numbers.verifyCode(info, gateway.codes.get(phoneNumber) ?? '');
      await numbers.register(info, '123456');
      return info;
    },
    numbers,
    gateway,
    /** A worker as a process of its own would be: with its own connections. */
    async startWorker(workerId: number) {
      const lock = await db.holdLock([workerLockClass, workerId]);
      const connection = new TransportConnection({ url: transport.url, log: silent });
      const committed = new Set<() => void>();
      const worker = new PumpWorker({
        db,
        sealer,
        connection,
        clock,
        logger: silent,
        workerId,
        onCommitted: () => committed.forEach((listener) => listener()),
      });
      await worker.start();
      const stop = async () => {
        await worker.stop();
        connection.close();
        await lock?.release();
      };
      stops.push(stop);
      return { worker, connection, committed, lock, stop };
    },
    async say(phoneNumberId: string, to: PhoneNumber, body: string) {
      const now = clock.now();
      const messageId = newMessageId(now);
      const value = {
        messageId,
        sentAtMs: BigInt(now),
        senderName: 'Shop',
        body: { case: 'text', value: { body } },
      } as const;
      const content = encode(ContentSchema, { body: { case: 'message', value } });
      await accepts.acceptMessage({
        phoneNumberId,
        messageId,
        acceptedS: Math.floor(now / 1000),
        to,
        content,
        callbackData: null,
      });
      return messageId;
    },
    async openPhone(name: string, digits: string) {
      const phone = await Phone.open({
        dir: join(dir, digits),
        name,
        phoneNumber: numberOf(digits),
        transportUrl: transport.url,
        clock,
        log: silent,
        receiveCode: async (phoneNumber) => gateway.codes.get(phoneNumber) ?? '',
      });
      stops.push(() => phone.close());
      return phone;
    },
    async stop() {
      await Promise.all(stops.map((stop) => stop()));
      await transport.stop();
      gateway.stop();
      await Promise.all([database.drop(), transportDatabase.drop()]);
      rmSync(dir, { recursive: true });
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

/** Waits until a query gives what is asked for. */
export async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 5));
}
