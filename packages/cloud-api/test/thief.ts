import { randomUUID } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KeyringLockedError } from '@postern/keyring';
import { insertRows, type Database } from '@postern/postgres';
import { createTestDatabase } from '@postern/postgres/testing';
import { limits, type AccountId, type DeviceId, type MessageId, type PhoneNumber } from '@postern/protocol';
import type { CloudApiConfig } from '../src/config.ts';
import { MessageReader } from '../src/messages/message-reader.ts';
import { migrationsDir } from '../src/migrations.ts';
import { PrekeyStore } from '../src/numbers/prekey-store.ts';
import { PeerSessions } from '../src/pump/peer-sessions.ts';
import { upsertSessions } from '../src/pump/statements.ts';
import type { SealedStorage } from '../src/sealed-storage.ts';
import type { SubjectId } from '../src/subjects/subject.ts';
import type { SealedRig } from './sealed-rig.ts';
import { StoppedClock } from './stopped-clock.ts';
import { openTestStorage } from './storage-rig.ts';

const tables = ['subject_shards', 'subjects', 'subject_lookups', 'user_ids', 'sessions', 'prekeys', 'messages'];

/** A copy of the database's rows and of the keyring's folder, as it was at some time. */
export interface Backup {
  readonly atMs: number;
  /** Table → its rows in JSON. */
  readonly rows: ReadonlyMap<string, string>;
  /** Null when the copy of the keyring was removed since. */
  readonly keyringFolder: string | null;
}

/** Copies everything that is sealed, and the keys that people are found by; the root keys only when they are asked for. */
export async function takeBackup(
  rig: SealedRig,
  { withRoots = false } = {},
): Promise<Backup & { keyringFolder: string }> {
  const rows = new Map<string, string>();
  for (const table of tables) {
    const [row] = await rig.db.query<{ rows: string }>(
      `SELECT coalesce(json_agg(t), '[]')::text AS rows FROM ${table} t`,
    );
    rows.set(table, row?.rows ?? '[]');
  }
  const keyringFolder = join(rig.dir, 'backups', randomUUID());
  copyKeyring(rig.keyringFolder, keyringFolder, withRoots ? /^(keys|root)\./ : /^keys\./);
  return { atMs: rig.clock.now(), rows, keyringFolder };
}

/** What was made to open. */
export interface Loot {
  readonly texts: ReadonlySet<string>;
  /** The accounts of which there is a session. */
  readonly sessions: ReadonlySet<string>;
  readonly prekeys: ReadonlySet<number>;
  /** Of whom it was found by which user id the business knows them. */
  readonly users: ReadonlySet<string>;
}

interface ThiefOptions {
  /** Everything as it is now, with all secrets that are alive. */
  readonly living: Backup & { keyringFolder: string };
  readonly backups: readonly Backup[];
  readonly config?: Partial<CloudApiConfig>;
}

/**
 * Somebody who has all of these backups and everything that is alive now, runs our program on it, and sets the clock to
 * whatever helps: the time of the oldest backup, at which nothing in any of them was due.
 */
export class Thief {
  readonly #options: ThiefOptions;
  readonly #rows: readonly Backup[];
  readonly #texts = new Set<string>();
  readonly #sessions = new Set<string>();
  readonly #prekeys = new Set<number>();
  readonly #users = new Set<string>();
  /** How many of the combinations of keys files and root keys opened. */
  openedKeyrings = 0;

  constructor(options: ThiefOptions) {
    this.#options = options;
    this.#rows = [...options.backups, options.living];
  }

  /** Tries every keyring that can be put together on the rows of every backup. */
  async steal(): Promise<Loot> {
    const database = await createTestDatabase({ name: 'cloud_api', migrationsDir });
    const folder = mkdtempSync(join(tmpdir(), 'postern-thief-'));
    const { db, url: databaseUrl } = database;
    try {
      await this.#restoreMessages(db);
      for (const [at, assemble] of this.#listKeyrings().entries()) {
        const keyringFolder = join(folder, String(at), 'keyring');
        assemble(keyringFolder);
        const clock = new StoppedClock(this.#rows[0]?.atMs ?? 0);
        const storage = await this.#open({ databaseUrl, db, clock, keyringFolder });
        if (!storage) continue;
        this.openedKeyrings += 1;
        for (const backup of this.#rows) await this.#read(db, storage, backup);
        await storage.close();
      }
    } finally {
      await database.drop();
      rmSync(folder, { recursive: true });
    }
    return { texts: this.#texts, sessions: this.#sessions, prekeys: this.#prekeys, users: this.#users };
  }

  /**
   * The living keyring; each backup's with what is in it and all living root keys; each backup's keys file with the latest
   * root key, under the generation of the one and of the other.
   */
  #listKeyrings(): ((folder: string) => void)[] {
    const { backups, living } = this.#options;
    const root = latestOf(living.keyringFolder, 'root');
    return [
      (folder) => copyKeyring(living.keyringFolder, folder, /^(keys|root)\./),
      ...backups.flatMap(({ keyringFolder }) => {
        if (keyringFolder === null) return [];
        const keys = latestOf(keyringFolder, 'keys');
        return [
          (folder: string) => {
            copyKeyring(living.keyringFolder, folder, /^root\./);
            copyKeyring(keyringFolder, folder, /^(keys|root)\./);
          },
          (folder: string) => {
            copyKeyring(keyringFolder, folder, /^keys\./);
            cpSync(join(living.keyringFolder, `root.${root}`), join(folder, `root.${keys}`));
          },
          (folder: string) => {
            copyKeyring(living.keyringFolder, folder, /^root\./);
            cpSync(join(keyringFolder, `keys.${keys}`), join(folder, `keys.${root}`));
          },
        ];
      }),
    ];
  }

  async #open(options: Parameters<typeof openTestStorage>[0]): Promise<SealedStorage | null> {
    try {
      return await openTestStorage({ ...options, config: this.#options.config ?? {} });
    } catch (error) {
      if (error instanceof KeyringLockedError) return null;
      throw error;
    }
  }

  /** Opens the messages of all backups with the subjects of this one, and its sessions and prekeys. */
  async #read(db: Database, storage: SealedStorage, backup: Backup): Promise<void> {
    for (const table of tables.filter((each) => each !== 'messages')) await restore(db, table, backup.rows.get(table));
    storage.subjects.forget(null);
    const numbers = await db.query<{ id: string }>('SELECT DISTINCT phone_number_id AS id FROM messages');
    for (const { id } of numbers) {
      for (const text of await readTexts(db, storage, id)) this.#texts.add(text);
      const sessions = new PeerSessions({ db, ...storage, phoneNumberId: id });
      const peers = await db.query<{ accountId: AccountId; deviceId: DeviceId }>(
        'SELECT account_id AS "accountId", device_id AS "deviceId" FROM sessions WHERE phone_number_id = $1',
        [id],
      );
      for (const { peer } of await sessions.load(peers)) this.#sessions.add(peer.accountId);
      const users = await db.query<{ id: SubjectId }>(
        'SELECT subject_id AS id FROM user_ids WHERE phone_number_id = $1',
        [id],
      );
      for (const user of users) {
        const known = await storage.userIds.findUser(id, [user.id]);
        if (known) this.#users.add(`${known.id} ${known.person}`);
      }
      for (const prekey of await new PrekeyStore(storage.sealer).list(db, id)) this.#prekeys.add(prekey.id);
    }
  }

  /** The messages of all backups together; they never change, so once is enough. */
  async #restoreMessages(db: Database): Promise<void> {
    const days = this.#rows.map(({ atMs }) => Math.floor(atMs / (24 * limits.hourMs)));
    await db.query('SELECT ensure_message_partitions($1, $2)', [Math.min(...days), Math.max(...days)]);
    for (const { rows } of this.#rows)
      await db.query(
        'INSERT INTO messages SELECT * FROM json_populate_recordset(null::messages, $1) ON CONFLICT DO NOTHING',
        [rows.get('messages')],
      );
  }
}

async function restore(db: Database, table: string, rows: string | undefined): Promise<void> {
  await db.query(`DELETE FROM ${table}`);
  await db.query(`INSERT INTO ${table} SELECT * FROM json_populate_recordset(null::${table}, $1)`, [rows]);
}

async function readTexts(db: Database, { stored }: SealedStorage, phoneNumberId: string): Promise<string[]> {
  const refs = await db.query<{ messageId: MessageId; sentByBusiness: boolean; acceptedS: number }>(
    `SELECT message_id AS "messageId", sent_by_business AS "sentByBusiness", accepted_s AS "acceptedS"
     FROM messages WHERE phone_number_id = $1`,
    [phoneNumberId],
  );
  const opened = await new MessageReader({ db, stored }).openAll(phoneNumberId, refs);
  return opened.flatMap((each) => (each?.message.body.case === 'text' ? [each.message.body.value.body] : []));
}

function copyKeyring(from: string, to: string, wanted: RegExp): void {
  mkdirSync(to, { recursive: true });
  for (const file of readdirSync(from)) if (wanted.test(file)) cpSync(join(from, file), join(to, file));
}

function latestOf(folder: string, kind: 'keys' | 'root'): number {
  const files = readdirSync(folder).filter((file) => file.startsWith(`${kind}.`));
  return Math.max(...files.map((file) => Number(file.slice(kind.length + 1))));
}

/** A session and a prekey of number 501, each of a name that no other has. */
export async function keepKeys(
  { db, storage, clock }: SealedRig,
  { person, prekeyId }: { person: PhoneNumber; prekeyId: number },
): Promise<{ accountId: AccountId }> {
  const accountId = randomUUID() as AccountId;
  const sessions = new PeerSessions({ db, ...storage, phoneNumberId: '501' });
  const subject = (await storage.subjects.resolve('501', [person], clock.now())).get(person);
  if (!subject) throw new Error('the person has no subject');
  sessions.note(accountId, subject);
  const peer = { accountId, deviceId: 1 as DeviceId };
  const changed = { peer, session: Buffer.alloc(300, 1), identityKey: Buffer.alloc(33, 2), expectedVersion: 0 };
  const sealed = await sessions.sealAll([changed]);
  await insertRows(
    db,
    upsertSessions,
    sealed.map(({ row }) => row),
  );
  await new PrekeyStore(storage.sealer).add(
    db,
    '501',
    [{ kind: 'one-time', id: prekeyId, record: Buffer.alloc(32) }],
    clock.now(),
  );
  return { accountId };
}
