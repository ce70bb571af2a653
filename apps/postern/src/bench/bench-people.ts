import {
  Registrar,
  TransportConnection,
  draftRegistration,
  envelopeIdOf,
  type Attachment,
  type ClientLog,
} from '@postern/client';
import {
  accountIdFromBytes,
  ContentSchema,
  encode,
  envelopeIdFromBytes,
  EnvelopeType,
  parseDeviceId,
  parsePhoneNumber,
  type AccountId,
  type Delivery,
  type DeviceId,
  type EnvelopeId,
  type MessageId,
  type PhoneNumber,
} from '@postern/protocol';
import {
  frank,
  generateDeviceKeys,
  PeerCache,
  Stage,
  type LocalDevice,
  type SignalSource,
  type StoredPrekey,
} from '@postern/signal';

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
 * People for a load: real accounts with real keys at the transport, all on one socket, that open their session by
 * answering the first message, and from then on only acknowledge. Their state is in memory and dies with the run.
 */
export class BenchPeople {
  readonly phoneNumbers: readonly PhoneNumber[];
  readonly #people: readonly BenchPerson[];
  readonly #connection: TransportConnection;

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

  /** How many have an open session with the business. */
  get withSession(): number {
    return this.#people.filter(({ hasAnswered }) => hasAnswered).length;
  }

  close(): void {
    this.#connection.close();
  }
}

class BenchPerson {
  readonly phoneNumber: PhoneNumber;
  readonly #local: LocalDevice;
  readonly #prekeys: readonly StoredPrekey[];
  readonly #onArrival: (envelopeId: EnvelopeId) => void;
  #attachment: Attachment | null = null;
  hasAnswered = false;
  #isAnswering = false;

  private constructor(
    phoneNumber: PhoneNumber,
    local: LocalDevice,
    rest: { prekeys: readonly StoredPrekey[]; onArrival: (id: EnvelopeId) => void },
  ) {
    this.phoneNumber = phoneNumber;
    this.#local = local;
    this.#prekeys = rest.prekeys;
    this.#onArrival = rest.onArrival;
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
    const person = new BenchPerson(
      phoneNumber,
      { ...name, keys: draft.keys },
      { prekeys: Object.values(draft.prekeys), onArrival: options.onArrival },
    );
    person.#attach(connection, name, draft.secret);
    return person;
  }

  #attach(
    connection: TransportConnection,
    name: { accountId: AccountId; deviceId: DeviceId },
    secret: Uint8Array,
  ): void {
    this.#attachment = connection.attach(
      { ...name, secret, window: 256 },
      {
        onAttached: () => undefined,
        onDeliveries: (deliveries) => void this.#receive(deliveries),
        onPrekeyCounts: () => undefined,
        onReplaced: () => undefined,
        onRefused: (error) => {
          throw error;
        },
      },
    );
  }

  async #receive(deliveries: readonly Delivery[]): Promise<void> {
    for (const delivery of deliveries) {
      if (delivery.item.case !== 'envelope') continue;
      const envelopeId = envelopeIdFromBytes(delivery.item.value.envelope?.envelopeId ?? new Uint8Array());
      if (envelopeId) this.#onArrival(envelopeId);
      if (!this.#isAnswering) await this.#answer(delivery);
    }
    this.#attachment?.acknowledge({ positions: deliveries.map(({ position }) => position), unreadable: [] });
  }

  /** Decrypts the first message and answers it, which opens the session for good. */
  async #answer({ item }: Delivery): Promise<void> {
    if (item.case !== 'envelope') return;
    const { sender, envelope } = item.value;
    const accountId = sender && accountIdFromBytes(sender.accountId);
    const deviceId = sender && parseDeviceId(sender.deviceId);
    if (!accountId || !deviceId || !envelope || !this.#attachment) return;
    this.#isAnswering = true;
    const business = { accountId, deviceId };
    const source: SignalSource = {
      loadPeers: async () => [],
      findPrekey: async (kind, id) => this.#prekeys.find((prekey) => prekey.kind === kind && prekey.id === id) ?? null,
      isBaseKeyUsed: async () => false,
    };
    const stage = await Stage.load(this.#local, new PeerCache(source, 1), [business]);
    const decrypted = await stage.decrypt(business, { kind: 'prekey-message', bytes: envelope.ciphertext }, Date.now());
    if (decrypted.kind !== 'plaintext') throw new Error(`A person of the load could not decrypt: ${decrypted.kind}`);
    const messageId = `3A${this.phoneNumber.padStart(18, '0')}` as MessageId;
    const value = {
      messageId,
      sentAtMs: BigInt(Date.now()),
      senderName: 'Load',
      body: { case: 'text', value: { body: 'hello' } },
    } as const;
    const { padded, commitment } = frank(encode(ContentSchema, { body: { case: 'message', value } }));
    const { kind, bytes } = await stage.encrypt(business, padded, Date.now());
    const type = kind === 'message' ? EnvelopeType.MESSAGE : EnvelopeType.PREKEY_MESSAGE;
    const envelopeId = envelopeIdOf({ messageId, attempt: 0, deviceId });
    await this.#attachment.sendBatch([{ recipient: business, envelopeId, type, ciphertext: bytes, commitment }]);
    this.hasAnswered = true;
  }
}
