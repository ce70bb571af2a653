import { limits } from '@postern/protocol';
import { addressKey, type Address } from '../address.ts';
import type { KeyCounts } from './key-store.ts';

export type TellLow = (counts: KeyCounts) => void;

interface Watcher {
  readonly tell: TellLow;
  /** What the owner has been told already. */
  low: KeyLowness;
}

interface KeyLowness {
  readonly oneTime: boolean;
  readonly kyberOneTime: boolean;
}

function lownessOf({ oneTime, kyberOneTime }: KeyCounts): KeyLowness {
  return { oneTime: oneTime < limits.oneTimePrekeysLow, kyberOneTime: kyberOneTime < limits.oneTimePrekeysLow };
}

/** Tells attached devices when their one-time prekeys run low: once each time that a count falls below the limit. */
export class LowKeyAlarms {
  readonly #watchers = new Map<string, Watcher>();

  /** Watches a device whose owner knows these counts; call what is returned to end it. */
  watch(owner: Address, counts: KeyCounts, tell: TellLow): () => void {
    const key = addressKey(owner);
    const watcher: Watcher = { tell, low: lownessOf(counts) };
    this.#watchers.set(key, watcher);
    return () => {
      if (this.#watchers.get(key) === watcher) this.#watchers.delete(key);
    };
  }

  /** Those of the devices that somebody watches. */
  selectWatched(owners: readonly Address[]): Address[] {
    return owners.filter((owner) => this.#watchers.has(addressKey(owner)));
  }

  /** Takes a new count of a device's keys. */
  count(owner: Address, counts: KeyCounts): void {
    const watcher = this.#watchers.get(addressKey(owner));
    if (watcher === undefined) return;
    const before = watcher.low;
    watcher.low = lownessOf(counts);
    const fell = (watcher.low.oneTime && !before.oneTime) || (watcher.low.kyberOneTime && !before.kyberOneTime);
    if (fell) watcher.tell(counts);
  }
}
