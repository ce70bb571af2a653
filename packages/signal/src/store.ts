import type { DeviceName } from './device-keys.ts';
import type { PrekeyKind, StoredPrekey } from './prekeys.ts';

/** What a device remembers of one peer device. */
export interface StoredPeer {
  readonly peer: DeviceName;
  /** libsignal's serialized session record; null when there is none. */
  readonly session: Uint8Array | null;
  /** The identity key first seen of this peer, 33 bytes. */
  readonly identityKey: Uint8Array;
  /** Rises by one with each write; a write names the version it started from. */
  readonly version: number;
}

/** Where a stage reads from. Nothing is written but through {@link SignalChanges}. */
export interface SignalSource {
  loadPeers(peers: readonly DeviceName[]): Promise<readonly StoredPeer[]>;
  findPrekey(kind: PrekeyKind, id: number): Promise<StoredPrekey | null>;
  /** Whether this base key has already opened a session with this pair of reusable prekeys. */
  isBaseKeyUsed(use: BaseKeyUse): Promise<boolean>;
}

/** A peer's base key together with the prekeys it was used with; a second use is a replay. */
export interface BaseKeyUse {
  readonly kyberPrekeyId: number;
  readonly signedPrekeyId: number;
  readonly baseKey: Uint8Array;
}

/** A peer's new state. `expectedVersion` is 0 for a peer not stored before. */
export interface ChangedPeer {
  readonly peer: DeviceName;
  readonly session: Uint8Array | null;
  readonly identityKey: Uint8Array;
  readonly expectedVersion: number;
}

/** Everything one batch of Signal operations changed; written in ONE transaction, with what came of it. */
export interface SignalChanges {
  readonly peers: readonly ChangedPeer[];
  readonly usedPrekeys: readonly { readonly kind: 'one-time' | 'kyber-one-time'; readonly id: number }[];
  readonly usedBaseKeys: readonly BaseKeyUse[];
}
