import { readFileSync } from 'node:fs';
import { Keyring, KeyringLockedError, type RootSettings } from '@postern/keyring';
import { openDatabase, type Database, type Transaction } from '@postern/postgres';
import type { Clock } from '@postern/protocol';
import type { Logger } from '@postern/service';
import { AuditTrail } from './audit/audit-trail.ts';
import { KeyUseLog } from './audit/key-use-log.ts';
import { keyringEntries } from './audit/keyring-entries.ts';
import type { CloudApiConfig } from './config.ts';
import { StoredMessages } from './messages/stored-messages.ts';
import { SealRefusals } from './sealing/seal-refusals.ts';
import { checkNumberKeys } from './numbers/lost-keyring.ts';
import { FirstContacts } from './rules/first-contacts.ts';
import { Suppressions } from './rules/suppressions.ts';
import { Sealer } from './sealing/sealer.ts';
import { Contributions } from './statistics/contributions.ts';
import { Subjects } from './subjects/subjects.ts';
import { UserIds } from './user-ids/user-ids.ts';

/** Everything that sealed data is written and read with, by one keyring. */
export interface SealedStorage {
  readonly keyring: Keyring;
  /** The keyring's time: never backwards, and it knows when the machine's clock is not to be believed. */
  readonly clock: Clock;
  readonly sealer: Sealer;
  readonly subjects: Subjects;
  readonly stored: StoredMessages;
  /** What the contract calls BSUIDs. */
  readonly userIds: UserIds;
  /** Whom numbers must not write to. */
  readonly suppressions: Suppressions;
  /** Whom portfolios began to write to. */
  readonly firstContacts: FirstContacts;
  readonly refusals: SealRefusals;
  /** Where everything is written that must be accounted for. */
  readonly audit: AuditTrail;
  readonly keyUse: KeyUseLog;
  /** Counts what is stored, for the statistics. */
  readonly contributions: Contributions;
  /** Closes the keyring, after what was counted is stored. The database stays open. */
  close(): Promise<void>;
}

interface OpenOptions {
  readonly config: CloudApiConfig;
  readonly db: Database;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Opens the keyring and what works with it. The database's lock lets one process at a time change the keyring, and
 * frees it when that one dies. @throws KeyringLockedError | KeyringPolicyError | DatabaseUnavailableError
 */
export async function openSealedStorage({ config, db, clock, logger }: OpenOptions): Promise<SealedStorage> {
  // Connections of its own: whoever waits for the keyring or the audit log may hold all others. One for the lock, one
  // for what is logged meanwhile.
  const locks = openDatabase({ url: config.databaseUrl, applicationName: 'keyring', maxConnections: 2, logger });
  const audit = new AuditTrail({ db: locks, clock });
  const keyring = await openOwnKeyring({ config, db, locks, audit, clock, logger }).catch(async (error: unknown) => {
    await locks.close();
    throw error;
  });
  const refusals = new SealRefusals({ db, clock: keyring.clock, logger });
  const sealer = new Sealer({ keyring, region: config.region, onRefused: (table) => refusals.count(table) });
  const subjects = new Subjects({ db, keyring, sealer });
  await subjects.listen();
  const keyUse = new KeyUseLog({ audit, clock: keyring.clock });
  const stored = new StoredMessages({ sealer, subjects, clock: keyring.clock, keyUse });
  const rules = { suppressions: new Suppressions(sealer), firstContacts: new FirstContacts(db, sealer) };
  const userIds = new UserIds({ db, sealer, subjects, keyUse });
  const { maxRetentionHours } = config;
  const contributions = new Contributions({ db, sealer, clock: keyring.clock, maxRetentionHours });
  const close = async () => {
    await refusals.settled();
    keyring.close();
    await locks.close();
  };
  const counting = { refusals, contributions, audit, keyUse };
  return { keyring, clock: keyring.clock, sealer, subjects, stored, userIds, ...rules, ...counting, close };
}

/** Opens the keyring and sees that it is this database's. */
async function openOwnKeyring({ db, ...options }: KeyringOptions & { db: Database }): Promise<Keyring> {
  const { config, logger } = options;
  const keyring = await openKeyring(options);
  try {
    await checkNumberKeys({ db, keyring, logger, isLossAccepted: config.acceptLostKeyring });
    return keyring;
  } catch (error) {
    keyring.close();
    throw error;
  }
}

interface KeyringOptions extends Omit<OpenOptions, 'db'> {
  readonly locks: Database;
  readonly audit: AuditTrail;
}

function openKeyring({ config, locks, audit, clock, logger }: KeyringOptions): Promise<Keyring> {
  let lock: Transaction | null = null;
  return Keyring.open({
    folder: config.keyringFolder,
    root: rootSettings(config),
    exclusively: (work) =>
      locks.transaction(async (tx) => {
        await tx.query("SELECT pg_advisory_xact_lock(hashtext('keyring'))");
        lock = tx;
        return work();
      }),
    clock,
    announcedMs: () => ('offsetMs' in clock ? Number(clock.offsetMs) : 0),
    maxBackupAgeHours: config.keyringBackupMaxAgeHours,
    maxRetentionHours: config.maxRetentionHours,
    ...(config.acceptClockAt !== undefined && { acceptAtMs: Date.parse(config.acceptClockAt) }),
    beforeChange: async (change) => {
      await audit.recordNow(...keyringEntries(change));
      // The lock is that connection's: when it was lost meanwhile, another process may be changing the keyring.
      await lock?.query('SELECT 1');
    },
    onAlarm: ({ kind, message }) => {
      logger.error({ alarm: kind }, message);
      if (kind === 'clock-suspect') void recordClockSuspect(audit, logger);
    },
  });
}

/** Told in the log too, when that can be written; the clock stops what seals either way. */
async function recordClockSuspect(audit: AuditTrail, logger: Logger): Promise<void> {
  try {
    await audit.recordNow({ kind: 'clock-suspect', details: {} });
  } catch (error) {
    logger.warn({ err: error }, 'the audit log was not told that the clock is suspect');
  }
}

/** @throws KeyringLockedError when the settings are of no one way to keep the root key */
function rootSettings(config: CloudApiConfig): RootSettings {
  const { keyringRootFolder, keyringPassphraseFile, keyringPkcs11Label: label } = config;
  const { keyringPkcs11Library: library, keyringPkcs11Token: tokenLabel, keyringPkcs11PinFile: pinFile } = config;
  const folder = keyringRootFolder === undefined ? {} : { folder: keyringRootFolder };
  if (library !== undefined && tokenLabel !== undefined && pinFile !== undefined) {
    if (keyringPassphraseFile === undefined && keyringRootFolder === undefined)
      return { kind: 'pkcs11', library, tokenLabel, pin: readSecret(pinFile).toString(), label };
    throw new KeyringLockedError('a token holds the root key: leave keyringPassphraseFile and keyringRootFolder out');
  }
  if (library !== undefined || tokenLabel !== undefined || pinFile !== undefined)
    throw new KeyringLockedError('keyringPkcs11Library, keyringPkcs11Token and keyringPkcs11PinFile belong together');
  if (keyringPassphraseFile === undefined) return { kind: 'file', ...folder };
  return { kind: 'passphrase', ...folder, passphrase: readSecret(keyringPassphraseFile) };
}

/** A secret in a file of its own, without the line end that an editor leaves. */
function readSecret(file: string): Buffer {
  return Buffer.from(readFileSync(file, 'utf8').replace(/\r?\n$/, ''));
}
