import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  ContentSchema,
  encode,
  limits,
  type AccountId,
  type Clock,
  type DeviceId,
  type MessageId,
  type MessageInitShape,
  type MessageSchema,
  type PhoneNumber,
} from '@postern/protocol';
import { generateDeviceKeys, publicIdentityKey, safetyNumber, type DeviceKeys } from '@postern/signal';
import type { ClientLog } from '../client-log.ts';
import { TransportConnection } from '../connection/transport-connection.ts';
import { Device } from '../device/device.ts';
import { draftRegistration, Registrar } from '../registration.ts';
import { listInbox, type InboxItem } from './inbox.ts';
import { PhoneDatabase } from './phone-database.ts';
import { PhoneStore } from './phone-store.ts';

export interface PhoneOptions {
  /** The folder that holds this phone and nothing else. */
  readonly dir: string;
  readonly name: string;
  readonly phoneNumber: PhoneNumber;
  readonly transportUrl: string;
  readonly clock: Clock;
  readonly log: ClientLog;
  /** Waits for the registration code that is sent to this number. */
  readonly receiveCode: (phoneNumber: PhoneNumber) => Promise<string>;
}

/** What somebody says. */
export interface Saying {
  readonly to: PhoneNumber;
  readonly text: { readonly body: string; readonly previewUrl?: boolean };
  readonly quote?: { readonly messageId: MessageId; readonly fromMe: boolean };
}

interface DeviceRow {
  account_id: AccountId;
  device_id: DeviceId;
  secret: Uint8Array;
  identity_key_pair: Uint8Array;
  registration_id: number;
}

/** A person's phone: one device, its state in one SQLite file, and what it shows. */
export class Phone {
  readonly name: string;
  readonly phoneNumber: PhoneNumber;
  readonly accountId: AccountId;
  readonly #options: PhoneOptions;
  readonly #db: PhoneDatabase;
  readonly #store: PhoneStore;
  readonly #row: DeviceRow;
  readonly #listeners = new Set<() => void>();
  #live: { device: Device; connection: TransportConnection } | null = null;

  private constructor(options: PhoneOptions, db: PhoneDatabase, { store, row }: { store: PhoneStore; row: DeviceRow }) {
    this.#options = options;
    this.#db = db;
    this.#store = store;
    this.#row = row;
    this.name = options.name;
    this.phoneNumber = options.phoneNumber;
    this.accountId = row.account_id;
  }

  /** Switches the phone on; one that is new registers its number first. */
  static async open(options: PhoneOptions): Promise<Phone> {
    mkdirSync(options.dir, { recursive: true, mode: 0o700 });
    const db = new PhoneDatabase(join(options.dir, 'phone.sqlite'));
    const store = new PhoneStore(db, options.clock);
    const row = db.get<DeviceRow>('SELECT * FROM device') ?? (await register(options, db, store));
    const phone = new Phone(options, db, { store, row });
    phone.goOnline();
    return phone;
  }

  get isOnline(): boolean {
    return this.#live !== null;
  }

  /** Connects; what waited is delivered. */
  goOnline(): void {
    if (this.#live) return;
    const { transportUrl, clock, log } = this.#options;
    const connection = new TransportConnection({ url: transportUrl, log });
    const { account_id: accountId, device_id: deviceId, secret } = this.#row;
    const device = new Device({
      local: { accountId, deviceId, keys: this.#keys() },
      credential: { accountId, deviceId, secret, window: limits.defaultWindow },
      store: this.#store,
      connection,
      clock,
      log,
      onCommitted: () => this.#changed(),
    });
    this.#live = { device, connection };
  }

  /** Loses the network. What is said now is sent later. */
  async goOffline(): Promise<void> {
    const live = this.#live;
    this.#live = null;
    // First the connection, so that nothing waits for answers that do not come.
    live?.connection.close();
    await live?.device.stop();
  }

  /** Says something to a number. Returns the message's id; its fate shows in the inbox. */
  say({ to, text, quote }: Saying): MessageId {
    const messageId = `3A${randomBytes(9).toString('hex').toUpperCase()}` as MessageId;
    const now = this.#options.clock.now();
    const message: MessageInitShape<typeof MessageSchema> = {
      messageId,
      sentAtMs: BigInt(now),
      senderName: this.name,
      body: { case: 'text', value: { body: text.body, previewUrl: text.previewUrl ?? false } },
      ...(quote && { quote }),
    };
    this.#db.transaction(() => {
      const shown =
        "INSERT INTO messages (chat, from_me, message_id, at_ms, content, state) VALUES (?, 1, ?, ?, ?, 'queued')";
      const content = encode(ContentSchema, { body: { case: 'message', value: message } });
      this.#db.run(shown, to, messageId, now, content);
      this.#queue({ column: 'to_phone_number', to, content, messageId });
    });
    this.#live?.device.wake();
    this.#changed();
    return messageId;
  }

  /** Shows everything received so far to its owner, and tells the senders so. */
  markRead(): void {
    const sql = "SELECT account_id, message_id FROM messages WHERE from_me = 0 AND state = 'received'";
    const unseen = Map.groupBy(
      this.#db.all<{ account_id: AccountId; message_id: MessageId }>(sql),
      (row) => row.account_id,
    );
    this.#db.transaction(() => {
      for (const [accountId, rows] of unseen) {
        const value = { messageIds: rows.map((row) => row.message_id), readAtMs: BigInt(this.#options.clock.now()) };
        const content = encode(ContentSchema, { body: { case: 'readReceipt', value } });
        this.#queue({ column: 'to_account_id', to: accountId, content, messageId: null });
      }
      this.#db.run("UPDATE messages SET state = 'seen' WHERE from_me = 0 AND state = 'received'");
    });
    this.#live?.device.wake();
    this.#changed();
  }

  /** What the phone shows, oldest first. */
  inbox(): InboxItem[] {
    return listInbox(this.#db, this.phoneNumber);
  }

  /** The 60 digits to compare with this account's owner; null before the first message. */
  safetyNumberWith(accountId: AccountId): string | null {
    const peer = this.#db.get<{ identity_key: Uint8Array }>(
      'SELECT identity_key FROM peers WHERE account_id = ?',
      accountId,
    );
    const local = { accountId: this.accountId, identityKey: publicIdentityKey(this.#keys()) };
    return peer && safetyNumber(local, { accountId, identityKey: peer.identity_key });
  }

  /** Calls back after anything on the phone may have changed. Returns how to stop that. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Switches the phone off, for good. Twice is once. */
  async close(): Promise<void> {
    await this.goOffline();
    this.#db.close();
  }

  #keys(): DeviceKeys {
    return { identityKeyPair: this.#row.identity_key_pair, registrationId: this.#row.registration_id };
  }

  #queue(item: {
    column: 'to_phone_number' | 'to_account_id';
    to: string;
    content: Uint8Array;
    messageId: MessageId | null;
  }): void {
    const sql = `INSERT INTO outbox (${item.column}, content, message_id, attempt, expires_at_ms) VALUES (?, ?, ?, 0, ?)`;
    this.#db.run(sql, item.to, item.content, item.messageId, this.#options.clock.now() + limits.messageTtlMs);
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}

async function register(options: PhoneOptions, db: PhoneDatabase, store: PhoneStore): Promise<DeviceRow> {
  const { transportUrl, phoneNumber, clock, receiveCode } = options;
  const registrar = new Registrar(transportUrl);
  const draft = draftRegistration(generateDeviceKeys(), clock.now());
  const registrationId = await registrar.requestCode(phoneNumber);
  await registrar.verifyCode(registrationId, await receiveCode(phoneNumber));
  const { accountId, deviceId } = await registrar.createAccount(registrationId, draft);
  const { identityKeyPair, registrationId: deviceRegistrationId } = draft.keys;
  db.transaction(() => {
    const sql = 'INSERT INTO device VALUES (1, ?, ?, ?, ?, ?, ?)';
    db.run(sql, phoneNumber, accountId, deviceId, draft.secret, identityKeyPair, deviceRegistrationId);
    store.insertPrekeys(Object.values(draft.prekeys));
  });
  return {
    account_id: accountId,
    device_id: deviceId,
    secret: draft.secret,
    identity_key_pair: identityKeyPair,
    registration_id: deviceRegistrationId,
  };
}
