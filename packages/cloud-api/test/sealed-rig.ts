import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestDatabase } from '@postern/postgres/testing';
import { ContentSchema, encode, MovableClock, type MessageId, type PhoneNumber } from '@postern/protocol';
import type { Logger } from '@postern/service';
import type { CloudApiConfig } from '../src/config.ts';
import { Eraser } from '../src/erasure/eraser.ts';
import { ErasureSweep } from '../src/erasure/erasure-sweep.ts';
import { PersonExport } from '../src/export/person-export.ts';
import { newMessageId } from '../src/messages/message-id.ts';
import { MessageReader } from '../src/messages/message-reader.ts';
import { ensurePartitions } from '../src/messages/partitions.ts';
import { migrationsDir } from '../src/migrations.ts';
import { PrekeyStore } from '../src/numbers/prekey-store.ts';
import { Retention } from '../src/retention/retention.ts';
import type { SealedStorage } from '../src/sealed-storage.ts';
import { atAnyTime, openTestStorage, silent, storeSealed } from './storage-rig.ts';

export const ana = '15550002201' as PhoneNumber;
export const bob = '15550002202' as PhoneNumber;

/** A message that was stored, and how to ask for it. */
export interface Kept {
  readonly phoneNumberId: string;
  readonly messageId: MessageId;
  readonly acceptedS: number;
  readonly sentByBusiness: boolean;
}

interface SealedRigOptions {
  readonly clock?: MovableClock;
  readonly config?: Partial<CloudApiConfig>;
  readonly logger?: Logger;
}

/** A database with sealed messages and its keyring; no transport, no HTTP. Business account 900 has number 501. */
export async function startSealedRig(options: SealedRigOptions = {}) {
  const { clock = new MovableClock(), config = {}, logger = silent } = options;
  const database = await createTestDatabase({ name: 'cloud_api', migrationsDir });
  const { db } = database;
  const dir = mkdtempSync(join(tmpdir(), 'postern-sealed-'));
  const keyringFolder = join(dir, 'keyring');
  const openStorage = (folder = keyringFolder) =>
    openTestStorage({ databaseUrl: database.url, db, clock, keyringFolder: folder, config, logger });
  const storage = await openStorage();
  await ensurePartitions(db, clock.now());
  const eraser = new Eraser({ db, storage });
  const rig = {
    db,
    url: database.url,
    dir,
    clock,
    keyringFolder,
    storage,
    openStorage,
    eraser,
    sweep: new ErasureSweep({ db, eraser, ...storage, logger: silent }),
    retention: new Retention({
      db,
      keyring: storage.keyring,
      prekeys: new PrekeyStore(storage.sealer),
      clock: storage.clock,
      logger: silent,
    }),
    personExport: new PersonExport({ db, storage }),
    async addNumber(phoneNumberId: string, phoneNumber: string, wabaId = '900') {
      await db.execute(
        `INSERT INTO numbers (phone_number_id, waba_id, phone_number, verified_name, state)
         VALUES ($1, $2, $3, 'Shop', 'registered')`,
        [phoneNumberId, wabaId, phoneNumber],
      );
    },
    /** Stores a message as the pump does. */
    async store(person: PhoneNumber, text: string, wanted: { phoneNumberId?: string; retentionHours?: number } = {}) {
      const { phoneNumberId = '501', retentionHours = 720 } = wanted;
      const messageId = newMessageId(clock.now());
      const acceptedS = Math.floor(clock.now() / 1000);
      const value = { messageId, senderName: 'Ana', body: { case: 'text', value: { body: text } } } as const;
      const content = encode(ContentSchema, { body: { case: 'message', value } });
      const record = { person, accountId: null, ...atAnyTime, content };
      await ensurePartitions(db, clock.now());
      const kept = { phoneNumberId, messageId, acceptedS, sentByBusiness: false };
      await storeSealed(db, storage, { ...kept, retentionHours, record });
      return kept;
    },
    /** The text of a message as a process sees it; null when it may not or cannot be read. */
    async read({ phoneNumberId, ...ref }: Kept, by: SealedStorage = storage): Promise<string | null> {
      const [opened] = await new MessageReader({ db, stored: by.stored }).openAll(phoneNumberId, [ref]);
      return opened?.message.body.case === 'text' ? opened.message.body.value.body : null;
    },
    async count(table: string): Promise<number> {
      const [row] = await db.query<{ count: number }>(`SELECT count(*)::int AS count FROM ${table}`);
      return row?.count ?? -1;
    },
    async stop() {
      await storage.close();
      await database.drop();
      rmSync(dir, { recursive: true });
    },
  };
  await rig.addNumber('501', '15550001111');
  return rig;
}

export type SealedRig = Awaited<ReturnType<typeof startSealedRig>>;
