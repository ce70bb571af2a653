import { SessionRecord } from '@signalapp/libsignal-client';
import { deviceKey, type DeviceName } from './device-keys.ts';
import type { SignalSource } from './store.ts';

/** A peer's state with its session opened. */
export interface PeerState {
  readonly peer: DeviceName;
  readonly session: SessionRecord | null;
  readonly identityKey: Uint8Array;
  readonly version: number;
}

/**
 * The peers of one local device that were last in use. Sound only because the device is the single writer of
 * its sessions; on any doubt (a failed commit) it is cleared, and the store is read again.
 */
export class PeerCache {
  readonly source: SignalSource;
  readonly #maxPeers: number;
  readonly #peers = new Map<string, PeerState>();

  constructor(source: SignalSource, maxPeers: number) {
    this.source = source;
    this.#maxPeers = maxPeers;
  }

  /** The states of these peers; strangers are left out. */
  async load(peers: readonly DeviceName[]): Promise<Map<string, PeerState>> {
    const found = new Map<string, PeerState>();
    const missing = new Map<string, DeviceName>();
    for (const peer of peers) {
      const cached = this.#peers.get(deviceKey(peer));
      if (cached) found.set(deviceKey(peer), cached);
      else missing.set(deviceKey(peer), peer);
    }
    if (missing.size === 0) return found;
    for (const stored of await this.source.loadPeers([...missing.values()])) {
      const session = stored.session && SessionRecord.deserialize(Uint8Array.from(stored.session));
      found.set(deviceKey(stored.peer), { ...stored, session });
    }
    return found;
  }

  /** Takes over states that have been committed; the longest unused make room. */
  accept(states: readonly PeerState[]): void {
    for (const state of states) {
      const key = deviceKey(state.peer);
      this.#peers.delete(key);
      this.#peers.set(key, state);
    }
    for (const key of this.#peers.keys()) {
      if (this.#peers.size <= this.#maxPeers) return;
      this.#peers.delete(key);
    }
  }

  clear(): void {
    this.#peers.clear();
  }
}
