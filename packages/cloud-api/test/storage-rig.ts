import { join } from 'node:path';
import type { Database } from '@postern/postgres';
import type { Clock } from '@postern/protocol';
import { createLogger, type Logger } from '@postern/service';
import { Value } from 'typebox/value';
import { cloudApiConfig, type CloudApiConfig } from '../src/config.ts';
import { encodeMessageRecord, type MessageRecord } from '../src/messages/message-record.ts';
import { insertMessages } from '../src/messages/message-rows.ts';
import { messageRow } from '../src/messages/stored-messages.ts';
import { openSealedStorage, type SealedStorage } from '../src/sealed-storage.ts';
import { epochOf } from '../src/sealing/sealer.ts';
import { StaleSubjectError } from '../src/subjects/subjects.ts';
import { insertRows } from '@postern/postgres';
import type { MessageId } from '@postern/protocol';

/** What a message has beside its content that a business may send at any time. */
export const atAnyTime = {
  callbackData: null,
  category: 'utility',
  media: [],
  identityKeyHash: null,
  ttlMs: null,
  templateId: null,
} as const;

export const silent = createLogger({ system: 'test', level: 'silent' });

interface StorageOptions {
  readonly databaseUrl: string;
  readonly db: Database;
  readonly clock: Clock;
  readonly keyringFolder: string;
  readonly config?: Partial<CloudApiConfig>;
  readonly logger?: Logger;
}

/** The settings of a Cloud API of which only the keyring is used. */
export function storageConfig(keyringFolder: string, config: Partial<CloudApiConfig> = {}): CloudApiConfig {
  return Value.Default(cloudApiConfig, {
    databaseUrl: 'unused',
    transportUrl: 'http://unused',
    businessManagerUrl: 'http://unused',
    serviceToken: 'service-token-of-the-test',
    keyringFolder,
    auditFolder: join(keyringFolder, '..', 'audit'),
    mediaFolder: join(keyringFolder, '..', 'media'),
    ...config,
  }) as CloudApiConfig;
}

/** Opens the sealed storage of a test as a process of its own would. */
export function openTestStorage({
  databaseUrl,
  db,
  clock,
  keyringFolder,
  config,
  logger = silent,
}: StorageOptions): Promise<SealedStorage> {
  return openSealedStorage({
    config: storageConfig(keyringFolder, { databaseUrl, ...config }),
    db,
    clock,
    logger,
  });
}

interface StoredOptions {
  readonly phoneNumberId: string;
  readonly messageId: MessageId;
  readonly sentByBusiness: boolean;
  readonly acceptedS: number;
  readonly retentionHours?: number;
  readonly record: MessageRecord;
}

/** Stores a message sealed as the pump and the accept queue do it, also while its person is being erased. */
export async function storeSealed(db: Database, storage: SealedStorage, options: StoredOptions): Promise<void> {
  for (;;) {
    try {
      return await storeOnce(db, storage, options);
    } catch (error) {
      if (!(error instanceof StaleSubjectError)) throw error;
    }
  }
}

async function storeOnce(
  db: Database,
  { keyring, sealer, subjects, clock }: SealedStorage,
  { phoneNumberId, messageId, sentByBusiness, acceptedS, retentionHours = 720, record }: StoredOptions,
): Promise<void> {
  const lifetime = { sinceMs: acceptedS * 1000, retentionHours };
  const numberKey = await keyring.createNumberKey(phoneNumberId);
  const subject = (await subjects.resolve(phoneNumberId, [record.person], clock.now())).get(record.person);
  if (!subject) throw new Error('the person has no subject');
  const row = messageRow(messageId, sentByBusiness);
  const place = { table: 'messages', column: 'sealed', phoneNumberId, row, epoch: epochOf(lifetime) };
  const key = subject.sealKey(await sealer.timeKey(lifetime), numberKey);
  const sealed = sealer.seal(key, place, encodeMessageRecord(record));
  const state = sentByBusiness ? 'accepted' : 'received';
  await db.transaction(async (tx) => {
    await subjects.hold(tx, [subject]);
    await insertRows(tx, insertMessages, [
      [phoneNumberId, messageId, sentByBusiness, acceptedS, state, sealed, retentionHours, subject.id],
    ]);
  });
}
