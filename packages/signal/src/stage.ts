import {
  CiphertextMessageType,
  DecryptionErrorMessage,
  PreKeySignalMessage,
  processPreKeyBundle,
  ProtocolAddress,
  SessionRecord,
  signalDecrypt,
  signalDecryptPreKey,
  signalEncrypt,
  SignalMessage,
} from '@signalapp/libsignal-client';
import { toPreKeyBundle, type PeerBundle } from './bundle.ts';
import { deviceKey, identityKeyPairOf, publicIdentityKey, type DeviceKeys, type DeviceName } from './device-keys.ts';
import { OperationStores, type LocalIdentity, type OperationWrites } from './operation-stores.ts';
import type { PeerCache, PeerState } from './peer-cache.ts';
import type { PrekeyKind } from './prekeys.ts';
import type { BaseKeyUse, SignalChanges, SignalSource } from './store.ts';

/** The two forms a Signal ciphertext has on the wire. */
export type CiphertextKind = 'message' | 'prekey-message';

export interface Ciphertext {
  readonly kind: CiphertextKind;
  readonly bytes: Uint8Array;
}

/**
 * Why a ciphertext could not be read. `replayed`: it would open a session that was opened before. That is an attack, or
 * the second message of a session that this device has lost; so it is refused, and asked for again like the others.
 */
export type UndecryptableReason = 'malformed' | 'no-session' | 'missing-prekey' | 'replayed' | 'failed';

/** What came of one decryption. Only a failing store throws; everything else is an outcome to commit. */
export type Decrypted =
  | { readonly kind: 'plaintext'; readonly plaintext: Uint8Array }
  | { readonly kind: 'identity-changed' }
  | { readonly kind: 'undecryptable'; readonly reason: UndecryptableReason; readonly errorMessage: Uint8Array };

/** The local end of every session on a stage. */
export interface LocalDevice extends DeviceName {
  readonly keys: DeviceKeys;
}

/**
 * A batch of Signal operations on staged stores. libsignal writes its stores one by one, and a crash between
 * two of those writes loses a message for ever; so here every write goes to memory, and the caller commits
 * {@link Stage.changes} in one transaction together with what the operations produced.
 *
 * One stage at a time per local device: two operations on one session at once corrupt it.
 */
export class Stage {
  readonly #local: LocalIdentity;
  readonly #view: SignalSource;
  readonly #peers: Map<string, PeerState>;
  readonly #changed = new Map<string, PeerState>();
  readonly #usedPrekeys: { kind: 'one-time' | 'kyber-one-time'; id: number }[] = [];
  readonly #usedBaseKeys: BaseKeyUse[] = [];

  private constructor(local: LocalIdentity, source: SignalSource, peers: Map<string, PeerState>) {
    this.#local = local;
    this.#view = {
      loadPeers: (names) => source.loadPeers(names),
      findPrekey: async (kind, id) => (this.#isPrekeyUsed(kind, id) ? null : source.findPrekey(kind, id)),
      isBaseKeyUsed: async (use) => this.#isBaseKeyStaged(use) || source.isBaseKeyUsed(use),
    };
    this.#peers = peers;
  }

  /** Starts a stage with the state of these peers, read from the cache where it has them. */
  static async load(local: LocalDevice, cache: PeerCache, peers: readonly DeviceName[]): Promise<Stage> {
    const identity: LocalIdentity = {
      address: ProtocolAddress.new(local.accountId, local.deviceId),
      keyPair: identityKeyPairOf(local.keys),
      publicKey: publicIdentityKey(local.keys),
      registrationId: local.keys.registrationId,
    };
    return new Stage(identity, cache.source, await cache.load(peers));
  }

  /** Whether a message to this peer can be encrypted now, without fetching a bundle first. */
  hasSession(peer: DeviceName, nowMs: number): boolean {
    return this.#peers.get(deviceKey(peer))?.session?.hasCurrentState(new Date(nowMs)) ?? false;
  }

  /** The identity key remembered of this peer; null for a stranger. */
  identityKeyOf(peer: DeviceName): Uint8Array | null {
    return this.#peers.get(deviceKey(peer))?.identityKey ?? null;
  }

  /** Puts the session with this peer away: the next message to it needs a fresh bundle. */
  archiveSession(peer: DeviceName): void {
    const state = this.#peers.get(deviceKey(peer));
    if (!state?.session) return;
    const session = SessionRecord.deserialize(state.session.serialize());
    session.archiveCurrentState();
    this.#keep(peer, { ...state, session });
  }

  /** Opens a session from a peer's bundle (PQXDH). Nothing changes unless it answers `opened`. */
  async openSession(
    peer: DeviceName,
    bundle: PeerBundle,
    nowMs: number,
  ): Promise<'opened' | 'identity-changed' | 'bad-bundle'> {
    const preKeyBundle = toPreKeyBundle(peer, bundle);
    if (!preKeyBundle) return 'bad-bundle';
    const known = this.identityKeyOf(peer);
    if (known && Buffer.compare(known, bundle.identityKey) !== 0) return 'identity-changed';
    const stores = this.#operation(peer);
    const { session, identity } = stores;
    try {
      await processPreKeyBundle(preKeyBundle, stores.address, this.#local.address, session, identity, new Date(nowMs));
    } catch (error) {
      stores.rethrowStoreFailure();
      if (error instanceof Error) return 'bad-bundle';
      throw error;
    }
    this.#apply(peer, stores.writes);
    return 'opened';
  }

  /** Encrypts one padded plaintext in an open session; ask {@link Stage.hasSession} first. */
  async encrypt(peer: DeviceName, padded: Uint8Array<ArrayBuffer>, nowMs: number): Promise<Ciphertext> {
    const stores = this.#operation(peer);
    const { session, identity } = stores;
    const message = await signalEncrypt(
      padded,
      stores.address,
      this.#local.address,
      session,
      identity,
      new Date(nowMs),
    );
    this.#apply(peer, stores.writes);
    const kind = message.type() === CiphertextMessageType.PreKey ? 'prekey-message' : 'message';
    return { kind, bytes: message.serialize() };
  }

  /**
   * Decrypts one ciphertext. A failure leaves the session as it was, so that the genuine message still opens.
   * @throws whatever the source threw while reading: then nothing is known, and nothing may be acknowledged
   */
  async decrypt(peer: DeviceName, ciphertext: Ciphertext, sentAtMs: number): Promise<Decrypted> {
    const stores = this.#operation(peer);
    try {
      const plaintext = await this.#open(stores, ciphertext);
      if (plaintext === null) return this.#undecryptable(peer, ciphertext, { reason: 'no-session', sentAtMs });
      this.#apply(peer, stores.writes);
      return { kind: 'plaintext', plaintext };
    } catch (error) {
      stores.rethrowStoreFailure();
      if (stores.refusal === 'identity-changed') return { kind: 'identity-changed' };
      if (!(error instanceof Error)) throw error;
      return this.#undecryptable(peer, ciphertext, { reason: stores.refusal ?? 'failed', sentAtMs });
    }
  }

  /** What to commit. The caller tells the cache with {@link PeerCache.accept} after the commit. */
  changes(): SignalChanges {
    const peers = [...this.#changed.values()].map(({ peer, session, identityKey, version }) => ({
      peer,
      session: session?.serialize() ?? null,
      identityKey,
      expectedVersion: version,
    }));
    return { peers, usedPrekeys: this.#usedPrekeys, usedBaseKeys: this.#usedBaseKeys };
  }

  /** The states behind {@link Stage.changes}, for the cache, as they stand once those are committed. */
  committedPeers(): PeerState[] {
    return [...this.#changed.values()].map((state) => ({ ...state, version: state.version + 1 }));
  }

  #operation(peer: DeviceName): OperationStores {
    return new OperationStores(this.#local, peer, {
      source: this.#view,
      state: this.#peers.get(deviceKey(peer)) ?? null,
    });
  }

  async #open(stores: OperationStores, { kind, bytes }: Ciphertext): Promise<Uint8Array | null> {
    const { session, identity, address } = stores;
    const copy = Uint8Array.from(bytes);
    if (kind === 'message') {
      const message = SignalMessage.deserialize(copy);
      if (!(await session.getSession())) return null;
      return signalDecrypt(message, address, this.#local.address, session, identity);
    }
    const message = PreKeySignalMessage.deserialize(copy);
    const { oneTime, signed, kyber } = stores;
    return signalDecryptPreKey(message, address, this.#local.address, session, identity, oneTime, signed, kyber);
  }

  #undecryptable(
    peer: DeviceName,
    { kind, bytes }: Ciphertext,
    { reason, sentAtMs }: { reason: UndecryptableReason; sentAtMs: number },
  ): Decrypted {
    const type = kind === 'message' ? CiphertextMessageType.Whisper : CiphertextMessageType.PreKey;
    try {
      const error = DecryptionErrorMessage.forOriginal(Uint8Array.from(bytes), type, sentAtMs, peer.deviceId);
      return { kind: 'undecryptable', reason, errorMessage: error.serialize() };
    } catch {
      // Not even a Signal message: there is no ratchet key to name in the answer.
      return { kind: 'undecryptable', reason: 'malformed', errorMessage: new Uint8Array() };
    }
  }

  #apply(peer: DeviceName, writes: OperationWrites): void {
    const before = this.#peers.get(deviceKey(peer));
    const identityKey = writes.identityKey ?? before?.identityKey;
    if (!identityKey) throw new Error('A Signal operation ended without an identity key.');
    this.#usedPrekeys.push(...writes.usedPrekeys);
    this.#usedBaseKeys.push(...writes.usedBaseKeys);
    this.#keep(peer, {
      peer,
      identityKey,
      session: writes.session ?? before?.session ?? null,
      version: before?.version ?? 0,
    });
  }

  #isPrekeyUsed(kind: PrekeyKind, id: number): boolean {
    return this.#usedPrekeys.some((used) => used.kind === kind && used.id === id);
  }

  #isBaseKeyStaged({ baseKey }: BaseKeyUse): boolean {
    return this.#usedBaseKeys.some((used) => Buffer.compare(used.baseKey, baseKey) === 0);
  }

  #keep(peer: DeviceName, state: PeerState): void {
    this.#peers.set(deviceKey(peer), state);
    this.#changed.set(deviceKey(peer), state);
  }
}
