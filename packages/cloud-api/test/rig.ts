import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Registrar, TransportConnection } from '@postern/client';
import { createTestDatabase } from '@postern/postgres/testing';
import { ContentSchema, encode, type PhoneNumber } from '@postern/protocol';
import { silent, startRealTransport } from '../../../test/rigs/real-transport.ts';
import { AcceptQueue, type NewMessage } from '../src/messages/accept-queue.ts';
import { newMessageId } from '../src/messages/message-id.ts';
import { MessageReader } from '../src/messages/message-reader.ts';
import { ensurePartitions } from '../src/messages/partitions.ts';
import { migrationsDir } from '../src/migrations.ts';
import { Numbers } from '../src/numbers/numbers.ts';
import { OffBoarding } from '../src/numbers/off-boarding.ts';
import { workerLockClass } from '../src/pump/number-claim.ts';
import { PumpWorker } from '../src/pump/worker.ts';
import { SendRules } from '../src/rules/send-rules.ts';
import { atAnyTime, openTestStorage } from './storage-rig.ts';

/** On which terms a message is sent. */
export type Terms = Pick<
  NewMessage,
  'category' | 'callbackData' | 'media' | 'identityKeyHash' | 'ttlMs' | 'templateId' | 'retentionHours' | 'isToUserId'
>;

export { numberOf, untilShown } from '../../../test/rigs/real-transport.ts';

/** The Cloud API's working half on real databases, with a real transport and real phones; no HTTP. */
export async function startRig({ maxFirstContacts = null }: { maxFirstContacts?: number | null } = {}) {
  const transport = await startRealTransport();
  const { clock } = transport;
  const database = await createTestDatabase({ name: 'cloud_api', migrationsDir });
  const { db } = database;
  const dir = mkdtempSync(join(tmpdir(), 'postern-cloud-'));
  const keyringFolder = join(dir, 'keyring');
  const storage = await openTestStorage({ databaseUrl: database.url, db, clock, keyringFolder });
  const registrar = new Registrar(transport.url);
  const offBoarding = new OffBoarding({ db, storage, registrar, logger: silent });
  const numbers = new Numbers({ db, storage, registrar, offBoarding });
  await ensurePartitions(db, clock.now());
  const accepts = new AcceptQueue({ db, ...storage });
  const rules = new SendRules({ ...storage, hasServiceWindow: true, maxFirstContacts });
  const stops: (() => Promise<void>)[] = [];
  return {
    db,
    transportDb: transport.db,
    databaseUrl: database.url,
    clock,
    storage,
    keyringFolder,
    accepts,
    rules,
    messages: new MessageReader({ db, stored: storage.stored }),
    async registerNumber(phoneNumberId: string, phoneNumber: PhoneNumber) {
      const info = { phoneNumberId, phoneNumber, verifiedName: 'Shop', wabaId: '1', businessId: '5' };
      await numbers.requestCode(info);
      await numbers.verifyCode(info, transport.codeOf(phoneNumber));
      await numbers.register(info, '123456');
      return info;
    },
    numbers,
    offBoarding,
    codeOf: transport.codeOf,
    /** A worker as a process of its own would be: with its own connections. */
    async startWorker(workerId: number) {
      const lock = await db.holdLock([workerLockClass, workerId]);
      const connection = new TransportConnection({ url: transport.url, log: silent });
      const committed = new Set<() => void>();
      const worker = new PumpWorker({
        db,
        storage,
        rules,
        connection,
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
    /** Sends a text, on terms that need no open window unless others are given. */
    async say(phoneNumberId: string, to: PhoneNumber, body: string, terms: Partial<Terms> = {}) {
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
        retentionHours: 720,
        to,
        content,
        ...atAnyTime,
        ...terms,
      });
      return messageId;
    },
    async openPhone(name: string, digits: string) {
      const phone = await transport.openPhone(dir, name, digits);
      stops.push(() => phone.close());
      return phone;
    },
    /** Meddles with the state of a phone that is switched off. */
    changePhone(digits: string, sql: string) {
      const phoneDb = new DatabaseSync(join(dir, digits, 'phone.sqlite'));
      phoneDb.exec(sql);
      phoneDb.close();
    },
    /** A phone that is switched off loses all that it had, so that its number is registered anew. */
    forgetPhone(digits: string) {
      rmSync(join(dir, digits), { recursive: true });
    },
    async stop() {
      await Promise.all(stops.map((stop) => stop()));
      await transport.stop();
      await storage.close();
      await database.drop();
      rmSync(dir, { recursive: true });
    },
  };
}

/** Waits until a query gives what is asked for. */
export async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 5));
}
