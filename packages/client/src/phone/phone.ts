import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  limits,
  type AccountId,
  type Clock,
  type DeviceId,
  type MessageId,
  type MessageReference,
  type PhoneNumber,
} from '@postern/protocol';
import { generateDeviceKeys, publicIdentityKey, safetyNumber, type DeviceKeys } from '@postern/signal';
import { BlobClient } from '../blobs.ts';
import type { ClientLog } from '../client-log.ts';
import { TransportConnection } from '../connection/transport-connection.ts';
import { Device } from '../device/device.ts';
import { draftRegistration, Registrar } from '../registration.ts';
import { Username } from '../usernames.ts';
import { BlockList } from './block-list.ts';
import { Chats, type FoundMessage } from './chats.ts';
import { PhoneFlows, type ShownFlow } from './flows/phone-flows.ts';
import { listInbox, listTyping, type InboxItem } from './inbox.ts';
import { PhoneDatabase } from './phone-database.ts';
import { PhoneMedia } from './phone-media.ts';
import { PhoneStore } from './phone-store.ts';
import type { Saying } from './saying.ts';

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

/** What somebody does on the screen of a flow. */
export interface FlowTapping {
  /** What is entered, by the names of the inputs. */
  readonly values?: Readonly<Record<string, unknown>>;
  /** What stands on what is tapped. */
  readonly tap?: string | null;
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
  /** The files that its owner sends, and those that came. */
  readonly media: PhoneMedia;
  /** The name that its owner goes by beside the phone number. Once they have one, businesses are not shown the number. */
  readonly username: Username;
  readonly #chats: Chats;
  readonly #blockList: BlockList;
  readonly #flows: PhoneFlows;
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
    this.#chats = new Chats({ db, clock: options.clock, name: options.name });
    this.#blockList = new BlockList(db, options.clock);
    this.#flows = new PhoneFlows({ db, clock: options.clock, name: options.name });
    const credential = { accountId: row.account_id, deviceId: row.device_id, secret: row.secret };
    this.username = new Username({ url: options.transportUrl, owner: credential });
    this.media = new PhoneMedia({
      dir: options.dir,
      db,
      clock: options.clock,
      blobs: new BlobClient({ url: options.transportUrl }),
      credential,
      isOnline: () => this.isOnline,
    });
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
      onCommitted: () => {
        // What came may be answered at once, as a flow that goes on.
        this.#live?.device.wake();
        this.#changed();
      },
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
  say(saying: Saying): MessageId {
    return this.#act(() => this.#chats.say(saying));
  }

  /** Shows everything received so far to its owner, or these messages, and tells the senders so. */
  markRead(messageIds?: readonly MessageId[]): void {
    this.#act(() => this.#chats.markRead(messageIds));
  }

  /** Plays a voice note; the first time its sender is told. False when there is none with this id. */
  play(messageId: MessageId): boolean {
    return this.#act(() => this.#chats.play(messageId));
  }

  /** Is seen to be writing to a number. */
  type(to: PhoneNumber): void {
    this.#act(() => this.#chats.type(to));
  }

  /** Tells a business whether its marketing messages are wanted. */
  setMarketing(to: PhoneNumber, isStopped: boolean): void {
    this.#act(() => this.#chats.setMarketing(to, isStopped));
  }

  /** Opens the flow that a message which came, or one of its buttons, leads to; null when it leads to none. */
  openFlow(messageId: MessageId, button = 0): ShownFlow | null {
    const found = this.#chats.find({ messageId, fromMe: false });
    return found && this.#act(() => this.#flows.open(found, { messageId, button }));
  }

  /** A flow that was opened; null when there is none of this id. */
  findFlow(id: string): ShownFlow | null {
    return this.#flows.find(id);
  }

  /** Fills in what is on the screen of a flow and taps on something, the footer unless told. @throws FlowTapError */
  tapFlow(id: string, { values = {}, tap = null }: FlowTapping = {}): ShownFlow | null {
    return this.#act(() => this.#flows.tap(id, { values, tap }));
  }

  /** Goes back to the screen before. @throws FlowTapError */
  goBackInFlow(id: string): ShownFlow | null {
    return this.#act(() => this.#flows.back(id));
  }

  /** From now on nothing of this number is shown, and it does not hear that anything arrived. */
  block(phoneNumber: PhoneNumber): void {
    this.#act(() => this.#blockList.block(phoneNumber));
  }

  /** Hears a number again. */
  unblock(phoneNumber: PhoneNumber): void {
    this.#act(() => this.#blockList.unblock(phoneNumber));
  }

  /** The numbers that are blocked. */
  blocked(): PhoneNumber[] {
    return this.#blockList.list();
  }

  /** What the phone shows, oldest first. */
  inbox(): InboxItem[] {
    return listInbox(this.#db, this.phoneNumber);
  }

  /** Who is seen to be writing at this moment. */
  typing(): PhoneNumber[] {
    return listTyping(this.#db, this.#options.clock.now());
  }

  /** A message on this phone; null when there is none with this id. */
  findMessage(reference: MessageReference): FoundMessage | null {
    return this.#chats.find(reference);
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

  /** Does something in the chats, sends what came of it, and shows it. */
  #act<T>(work: () => T): T {
    const result = work();
    this.#live?.device.wake();
    this.#changed();
    return result;
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
