import { setTimeout as delay } from 'node:timers/promises';
import {
  Registrar,
  TransportConnection,
  TransportRefusedError,
  draftRegistration,
  envelopeIdOf,
  parseEnvelopeId,
  type Attachment,
  type ClientLog,
  type DeviceCredential,
} from '@postern/client';
import {
  ContentSchema,
  encode,
  envelopeIdFromBytes,
  EnvelopeType,
  newEnvelopeId,
  parsePhoneNumber,
  type Delivery,
  type EnvelopeId,
  type MessageId,
  type PhoneNumber,
} from '@postern/protocol';
import {
  frank,
  generateDeviceKeys,
  PeerCache,
  Stage,
  type DeviceName,
  type LocalDevice,
  type PeerBundle,
  type SignalSource,
} from '@postern/signal';

const writingAtOnce = 32;
const refusedWaitMs = 1_000;
const receiptEveryMs = 1_000;
const maxUnread = 1_000;

interface PeopleOptions {
  readonly count: number;
  readonly transportUrl: string;
  readonly log: ClientLog;
  /** The registration code that was sent to a number. */
  readonly findCode: (phoneNumber: PhoneNumber) => Promise<string>;
  /** An envelope of the business's arrived at one of the people. */
  readonly onArrival: (envelopeId: EnvelopeId) => void;
  readonly onProgress: (registered: number) => void;
}

/**
 * People for a load: real accounts with real keys at the transport, all on one socket, that write to the business once,
 * and from then on only acknowledge. Their state is in memory and dies with the run.
 */
export class BenchPeople {
  readonly phoneNumbers: readonly PhoneNumber[];
  readonly #people: readonly BenchPerson[];
  readonly #connection: TransportConnection;
  #reading: NodeJS.Timeout | undefined;

  private constructor(people: readonly BenchPerson[], connection: TransportConnection) {
    this.#people = people;
    this.#connection = connection;
    this.phoneNumbers = people.map(({ phoneNumber }) => phoneNumber);
  }

  static async register(options: PeopleOptions): Promise<BenchPeople> {
    const connection = new TransportConnection({ url: options.transportUrl, log: options.log });
    const people: BenchPerson[] = [];
    for (let index = 0; index < options.count; index += 1) {
      const phoneNumber = parsePhoneNumber(`1555020${String(index).padStart(4, '0')}`);
      if (!phoneNumber) throw new RangeError('There are not that many people.');
      people.push(await BenchPerson.register(phoneNumber, options, connection));
      options.onProgress(people.length);
    }
    return new BenchPeople(people, connection);
  }

  /** Has everybody write to the business, which opens their sessions and lets it write to them. */
  async writeTo(businessNumber: PhoneNumber): Promise<void> {
    for (let start = 0; start < this.#people.length; start += writingAtOnce)
      await Promise.all(this.#people.slice(start, start + writingAtOnce).map((person) => person.write(businessNumber)));
  }

  /** Has everybody read from now on what arrives: a receipt each second, for all that came since the last. */
  startReading(): void {
    this.#reading ??= setInterval(() => {
      for (const person of this.#people) void person.sendReceipt();
    }, receiptEveryMs);
  }

  /** How many the business has an open session with. */
  get withSession(): number {
    return this.#people.filter(({ isKnown }) => isKnown).length;
  }

  close(): void {
    clearInterval(this.#reading);
    this.#connection.close();
  }
}

class BenchPerson {
  readonly phoneNumber: PhoneNumber;
  readonly #local: LocalDevice;
  readonly #onArrival: (envelopeId: EnvelopeId) => void;
  readonly #attached: Promise<Attachment>;
  readonly #cache = new PeerCache(nothingKept, 1);
  #business: DeviceName | null = null;
  #unread: MessageId[] = [];
  #isReading = false;
  /** The business has what was written to it. */
  isKnown = false;

  private constructor(
    phoneNumber: PhoneNumber,
    local: LocalDevice,
    {
      onArrival,
      attach,
    }: { onArrival: (id: EnvelopeId) => void; attach: (person: BenchPerson) => Promise<Attachment> },
  ) {
    this.phoneNumber = phoneNumber;
    this.#local = local;
    this.#onArrival = onArrival;
    this.#attached = attach(this);
  }

  static async register(
    phoneNumber: PhoneNumber,
    options: PeopleOptions,
    connection: TransportConnection,
  ): Promise<BenchPerson> {
    const registrar = new Registrar(options.transportUrl);
    const draft = draftRegistration(generateDeviceKeys(), Date.now());
    const registrationId = await registrar.requestCode(phoneNumber);
    await registrar.verifyCode(registrationId, await options.findCode(phoneNumber));
    const name = await registrar.createAccount(registrationId, draft);
    return new BenchPerson(
      phoneNumber,
      { ...name, keys: draft.keys },
      {
        onArrival: options.onArrival,
        attach: (person) => attachTo(connection, { ...name, secret: draft.secret, window: 256 }, person),
      },
    );
  }

  /** Acknowledges what was delivered, unread. */
  async receive(deliveries: readonly Delivery[]): Promise<void> {
    for (const { item } of deliveries) {
      if (item.case === 'notice') this.isKnown = true;
      if (item.case !== 'envelope') continue;
      const envelopeId = envelopeIdFromBytes(item.value.envelope?.envelopeId ?? new Uint8Array());
      if (envelopeId) this.#onArrival(envelopeId);
      const messageId = envelopeId && parseEnvelopeId(envelopeId)?.messageId;
      if (messageId) this.#unread.push(messageId);
    }
    this.#unread = this.#unread.slice(-maxUnread);
    const attachment = await this.#attached;
    attachment.acknowledge({ positions: deliveries.map(({ position }) => position), unreadable: [] });
  }

  /** Writes to the business: that opens the session, and the window in which it may answer. */
  async write(businessNumber: PhoneNumber): Promise<void> {
    const attachment = await this.#attached;
    const [found] = await attachment.findAccounts([businessNumber]);
    const deviceId = found?.deviceIds[0];
    if (!found || deviceId === undefined) throw new Error('The business has no account at the transport.');
    const business = { accountId: found.accountId, deviceId };
    const bundle = await fetchBundle(attachment, business);
    const stage = await Stage.load(this.#local, this.#cache, [business]);
    const opened = await stage.openSession(business, bundle, Date.now());
    if (opened !== 'opened') throw new Error(`A person of the load could not open a session: ${opened}`);
    const messageId = `3A${this.phoneNumber.padStart(18, '0')}` as MessageId;
    const value = {
      messageId,
      sentAtMs: BigInt(Date.now()),
      senderName: 'Load',
      body: { case: 'text', value: { body: 'hello' } },
    } as const;
    const { padded, commitment } = frank(encode(ContentSchema, { body: { case: 'message', value } }));
    const { bytes } = await stage.encrypt(business, padded, Date.now());
    this.#cache.accept(stage.committedPeers());
    this.#business = business;
    const envelopeId = envelopeIdOf({ messageId, attempt: 0, deviceId });
    const type = EnvelopeType.PREKEY_MESSAGE;
    await attachment.sendBatch([
      { recipient: business, envelopeId, type, ciphertext: bytes, commitment, expiresAtMs: 0 },
    ]);
  }

  /** Says that everything that came is read, in one receipt. One at a time: two operations on a session corrupt it. */
  async sendReceipt(): Promise<void> {
    const business = this.#business;
    if (!business || this.#isReading || this.#unread.length === 0) return;
    this.#isReading = true;
    const value = { messageIds: this.#unread, readAtMs: BigInt(Date.now()) };
    this.#unread = [];
    const stage = await Stage.load(this.#local, this.#cache, [business]);
    const { padded, commitment } = frank(encode(ContentSchema, { body: { case: 'readReceipt', value } }));
    const { kind, bytes } = await stage.encrypt(business, padded, Date.now());
    this.#cache.accept(stage.committedPeers());
    const type = kind === 'message' ? EnvelopeType.MESSAGE : EnvelopeType.PREKEY_MESSAGE;
    const envelope = { envelopeId: newEnvelopeId(), type, ciphertext: bytes, commitment, expiresAtMs: 0 };
    const attachment = await this.#attached;
    // At the end of a run the connection is closed under it.
    await attachment.sendBatch([{ recipient: business, ...envelope }]).catch(() => undefined);
    this.#isReading = false;
  }
}

/** Resolves when the transport has opened the person's mailbox. */
function attachTo(
  connection: TransportConnection,
  credential: DeviceCredential,
  person: BenchPerson,
): Promise<Attachment> {
  const { promise, resolve } = Promise.withResolvers<Attachment>();
  const attachment = connection.attach(credential, {
    onAttached: () => resolve(attachment),
    onDeliveries: (deliveries) => void person.receive(deliveries),
    onPrekeyCounts: () => undefined,
    onReplaced: () => undefined,
    onRefused: (error) => {
      throw error;
    },
  });
  return promise;
}

/** The state of a person of the load is in memory, for one message. */
const nothingKept: SignalSource = {
  loadPeers: async () => [],
  findPrekey: async () => null,
  isBaseKeyUsed: async () => false,
};

/** The business's keys; waits when the transport has given too many away at once. */
async function fetchBundle(attachment: Attachment, business: DeviceName): Promise<PeerBundle> {
  for (;;) {
    try {
      const [fetched] = await attachment.fetchBundles([business]);
      if (fetched) return fetched.bundle;
      throw new Error('The business has no keys at the transport.');
    } catch (error) {
      if (!(error instanceof TransportRefusedError && error.retryable)) throw error;
      await delay(Math.max(error.retryAfterMs, refusedWaitMs));
    }
  }
}
