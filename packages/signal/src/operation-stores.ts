import {
  IdentityChange,
  IdentityKeyStore,
  KyberPreKeyRecord,
  KyberPreKeyStore,
  PreKeyRecord,
  PreKeyStore,
  ProtocolAddress,
  SessionStore,
  SignedPreKeyRecord,
  SignedPreKeyStore,
  type IdentityKeyPair,
  type PrivateKey,
  type PublicKey,
  type SessionRecord,
} from '@signalapp/libsignal-client';
import type { DeviceName } from './device-keys.ts';
import type { PeerState } from './peer-cache.ts';
import type { PrekeyKind, StoredPrekey } from './prekeys.ts';
import type { BaseKeyUse, SignalSource } from './store.ts';

export interface LocalIdentity {
  readonly address: ProtocolAddress;
  readonly keyPair: IdentityKeyPair;
  readonly publicKey: Uint8Array;
  readonly registrationId: number;
}

/** What one operation wrote; applied to the stage only when the whole operation succeeded. */
export interface OperationWrites {
  session: SessionRecord | null;
  identityKey: Uint8Array | null;
  usedPrekeys: { kind: 'one-time' | 'kyber-one-time'; id: number }[];
  usedBaseKeys: BaseKeyUse[];
}

/** Why one of our own stores refused; libsignal hides it behind `ErrorCode.Generic`. */
export type Refusal = 'missing-prekey' | 'replayed' | 'identity-changed';

/**
 * The stores of ONE libsignal operation with ONE peer. Reads go to what the operation wrote, then to the
 * stage; writes stay here. Failures are recorded here as well, because libsignal reports most of them as a
 * text in a generic error, and text is no basis for a decision.
 */
export class OperationStores {
  readonly address: ProtocolAddress;
  readonly writes: OperationWrites = { session: null, identityKey: null, usedPrekeys: [], usedBaseKeys: [] };
  readonly session: StagedSessionStore;
  readonly identity: StagedIdentityStore;
  readonly oneTime: StagedPreKeyStore;
  readonly signed: StagedSignedPreKeyStore;
  readonly kyber: StagedKyberPreKeyStore;
  readonly #source: SignalSource;
  refusal: Refusal | null = null;
  #storeFailure: unknown = null;

  constructor(
    local: LocalIdentity,
    peer: DeviceName,
    { source, state }: { source: SignalSource; state: PeerState | null },
  ) {
    this.#source = source;
    this.address = ProtocolAddress.new(peer.accountId, peer.deviceId);
    this.session = new StagedSessionStore(this.writes, state?.session ?? null);
    this.identity = new StagedIdentityStore(this, local, state?.identityKey ?? null);
    this.oneTime = new StagedPreKeyStore(this);
    this.signed = new StagedSignedPreKeyStore(this);
    this.kyber = new StagedKyberPreKeyStore(this);
  }

  /** Throws the source's own error when that is what stopped the operation. */
  rethrowStoreFailure(): void {
    if (this.#storeFailure !== null) throw this.#storeFailure;
  }

  refuse(refusal: Refusal): never {
    this.refusal = refusal;
    throw new Error(refusal);
  }

  /** Reads from the source, remembering a failure of its own. */
  async read<T>(reading: (source: SignalSource) => Promise<T>): Promise<T> {
    try {
      return await reading(this.#source);
    } catch (error) {
      this.#storeFailure = error;
      throw error;
    }
  }

  async getPrekey(kind: PrekeyKind, id: number): Promise<StoredPrekey> {
    return (await this.read((source) => source.findPrekey(kind, id))) ?? this.refuse('missing-prekey');
  }
}

class StagedSessionStore extends SessionStore {
  readonly #writes: OperationWrites;
  readonly #before: SessionRecord | null;

  constructor(writes: OperationWrites, before: SessionRecord | null) {
    super();
    this.#writes = writes;
    this.#before = before;
  }

  override async saveSession(_peer: ProtocolAddress, record: SessionRecord): Promise<void> {
    this.#writes.session = record;
  }

  override async getSession(): Promise<SessionRecord | null> {
    return this.#writes.session ?? this.#before;
  }

  override async getExistingSessions(): Promise<SessionRecord[]> {
    const record = await this.getSession();
    return record ? [record] : [];
  }
}

class StagedIdentityStore extends IdentityKeyStore {
  readonly #operation: OperationStores;
  readonly #local: LocalIdentity;
  readonly #known: Uint8Array | null;

  constructor(operation: OperationStores, local: LocalIdentity, known: Uint8Array | null) {
    super();
    this.#operation = operation;
    this.#local = local;
    this.#known = known;
  }

  override async getIdentityKey(): Promise<PrivateKey> {
    return this.#local.keyPair.privateKey;
  }

  override async getIdentityKeyPair(): Promise<IdentityKeyPair> {
    return this.#local.keyPair;
  }

  override async getLocalRegistrationId(): Promise<number> {
    return this.#local.registrationId;
  }

  override async saveIdentity(_peer: ProtocolAddress, key: PublicKey): Promise<IdentityChange> {
    this.#operation.writes.identityKey = key.serialize();
    return IdentityChange.NewOrUnchanged;
  }

  /** Trust on first use; after that only the very same key. */
  override async isTrustedIdentity(_peer: ProtocolAddress, key: PublicKey): Promise<boolean> {
    const trusted = this.#known === null || Buffer.compare(key.serialize(), this.#known) === 0;
    if (!trusted) this.#operation.refusal = 'identity-changed';
    return trusted;
  }

  override async getIdentity(): Promise<PublicKey | null> {
    return null;
  }
}

class StagedPreKeyStore extends PreKeyStore {
  readonly #operation: OperationStores;

  constructor(operation: OperationStores) {
    super();
    this.#operation = operation;
  }

  override async savePreKey(): Promise<void> {
    throw new Error('Prekeys are not made inside an operation.');
  }

  override async getPreKey(id: number): Promise<PreKeyRecord> {
    const { record } = await this.#operation.getPrekey('one-time', id);
    return PreKeyRecord.deserialize(Uint8Array.from(record));
  }

  override async removePreKey(id: number): Promise<void> {
    this.#operation.writes.usedPrekeys.push({ kind: 'one-time', id });
  }
}

class StagedSignedPreKeyStore extends SignedPreKeyStore {
  readonly #operation: OperationStores;

  constructor(operation: OperationStores) {
    super();
    this.#operation = operation;
  }

  override async saveSignedPreKey(): Promise<void> {
    throw new Error('Prekeys are not made inside an operation.');
  }

  override async getSignedPreKey(id: number): Promise<SignedPreKeyRecord> {
    const { record } = await this.#operation.getPrekey('signed', id);
    return SignedPreKeyRecord.deserialize(Uint8Array.from(record));
  }
}

class StagedKyberPreKeyStore extends KyberPreKeyStore {
  readonly #operation: OperationStores;

  constructor(operation: OperationStores) {
    super();
    this.#operation = operation;
  }

  override async saveKyberPreKey(): Promise<void> {
    throw new Error('Prekeys are not made inside an operation.');
  }

  override async getKyberPreKey(id: number): Promise<KyberPreKeyRecord> {
    const { record } = await this.#find(id);
    return KyberPreKeyRecord.deserialize(Uint8Array.from(record));
  }

  /**
   * A one-time Kyber prekey goes with its first use. The last-resort one stays, so each base key used with it
   * is remembered: libsignal leaves that check to the store, and without it a prekey message can be replayed.
   */
  override async markKyberPreKeyUsed(kyberPrekeyId: number, signedPrekeyId: number, baseKey: PublicKey): Promise<void> {
    const { kind } = await this.#find(kyberPrekeyId);
    if (kind === 'kyber-one-time') {
      this.#operation.writes.usedPrekeys.push({ kind, id: kyberPrekeyId });
      return;
    }
    const use = { kyberPrekeyId, signedPrekeyId, baseKey: baseKey.serialize() };
    if (await this.#operation.read((source) => source.isBaseKeyUsed(use))) this.#operation.refuse('replayed');
    this.#operation.writes.usedBaseKeys.push(use);
  }

  async #find(id: number): Promise<StoredPrekey> {
    const oneTime = await this.#operation.read((source) => source.findPrekey('kyber-one-time', id));
    return oneTime ?? this.#operation.getPrekey('kyber-last-resort', id);
  }
}
