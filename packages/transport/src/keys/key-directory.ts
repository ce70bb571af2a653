import { limits, type AccountId, type Clock } from '@postern/protocol';
import type { Database, Queryable } from '@postern/postgres';
import { addressKey, uniqueAddresses, type Address } from '../address.ts';
import { Budgets } from '../budgets.ts';
import { LowKeyAlarms, type TellLow } from './low-key-alarms.ts';
import { createKeyChecker, type PublicPrekey, type SignedPublicPrekey } from './device-keys.ts';
import {
  countOneTimePrekeys,
  deleteUnused,
  insertOneTimePrekeys,
  lockIdentityKey,
  replaceSignedPrekeys,
  takeBundles,
  type KeyBundle,
  type KeyCounts,
} from './key-store.ts';

const noKeys: KeyCounts = { oneTime: 0, kyberOneTime: 0 };

/** What a device uploads. */
export interface PrekeyUpload {
  readonly oneTime: readonly PublicPrekey[];
  readonly kyberOneTime: readonly SignedPublicPrekey[];
  readonly signed: SignedPublicPrekey | null;
  readonly kyberLastResort: SignedPublicPrekey | null;
  /** Whether those that nobody was given yet are void. */
  readonly replacesOneTime: boolean;
}

export type UploadResult = { stored: KeyCounts } | 'too-many' | 'unknown-device';
export type FetchResult = { bundles: KeyBundle[] } | { retryAfterMs: number };

/** The public keys of all devices. */
export class KeyDirectory {
  readonly #db: Database;
  readonly #clock: Clock;
  readonly #fetchesOfAccount: Budgets;
  readonly #fetchesOfTarget: Budgets;
  readonly #alarms = new LowKeyAlarms();

  constructor(db: Database, clock: Clock) {
    const maxKeys = limits.maxTrackedBudgets;
    this.#db = db;
    this.#clock = clock;
    this.#fetchesOfAccount = new Budgets(clock, { perMinute: limits.bundleFetchesPerAccountPerMinute, maxKeys });
    this.#fetchesOfTarget = new Budgets(clock, { perMinute: limits.bundleFetchesPerTargetPerMinute, maxKeys });
  }

  /**
   * Stores a device's prekeys, all or none.
   * @throws BadKeyError when a key or a signature is wrong
   */
  async put(owner: Address, upload: PrekeyUpload): Promise<UploadResult> {
    const result = await this.#put(owner, upload);
    if (typeof result === 'object') this.#alarms.count(owner, result.stored);
    return result;
  }

  #put(owner: Address, upload: PrekeyUpload): Promise<UploadResult> {
    return this.#db.transaction(async (tx) => {
      const identityKey = await lockIdentityKey(tx, owner);
      if (identityKey === null) return 'unknown-device';
      checkUpload(identityKey, upload);
      if (upload.replacesOneTime) await deleteUnused(tx, owner);
      const before = await this.#countIn(tx, owner);
      const most = limits.maxOneTimePrekeysPerDevice;
      const tooMany =
        before.oneTime + upload.oneTime.length > most || before.kyberOneTime + upload.kyberOneTime.length > most;
      if (tooMany) return 'too-many';
      await insertOneTimePrekeys(tx, owner, { ec: upload.oneTime, kyber: upload.kyberOneTime });
      if (upload.signed !== null || upload.kyberLastResort !== null) await replaceSignedPrekeys(tx, owner, upload);
      return { stored: await this.#countIn(tx, owner) };
    });
  }

  /** How many one-time prekeys a device has left. */
  count(owner: Address): Promise<KeyCounts> {
    return this.#countIn(this.#db, owner);
  }

  /** Tells the owner from now on when its keys run low, until the returned function is called. */
  watch(owner: Address, counts: KeyCounts, tell: TellLow): () => void {
    return this.#alarms.watch(owner, counts, tell);
  }

  /**
   * Takes a bundle for each device that exists, unless the requester or one of the targets had too many lately:
   * then nothing is taken.
   */
  async fetch(requester: AccountId, targets: readonly Address[]): Promise<FetchResult> {
    const addresses = uniqueAddresses(targets);
    const keys = addresses.map(addressKey);
    const waits = keys.map((key) => this.#fetchesOfTarget.waitMs(key));
    const retryAfterMs = Math.max(this.#fetchesOfAccount.waitMs(requester, keys.length), ...waits);
    if (retryAfterMs > 0) return { retryAfterMs };
    this.#fetchesOfAccount.spend(requester, keys.length);
    for (const key of keys) this.#fetchesOfTarget.spend(key);
    return { bundles: await this.#take(addresses) };
  }

  async #take(addresses: readonly Address[]): Promise<KeyBundle[]> {
    const watched = this.#alarms.selectWatched(addresses);
    const { bundles, counts } = await this.#db.transaction(async (tx) => ({
      bundles: await takeBundles(tx, addresses, this.#clock.now()),
      counts: watched.length === 0 ? null : await countOneTimePrekeys(tx, watched),
    }));
    if (counts !== null)
      for (const owner of watched) this.#alarms.count(owner, counts.get(addressKey(owner)) ?? noKeys);
    return bundles;
  }

  async #countIn(q: Queryable, owner: Address): Promise<KeyCounts> {
    return (await countOneTimePrekeys(q, [owner])).get(addressKey(owner)) ?? noKeys;
  }
}

function checkUpload(identityKey: Buffer, { oneTime, kyberOneTime, signed, kyberLastResort }: PrekeyUpload): void {
  const checker = createKeyChecker(identityKey);
  for (const key of oneTime) checker.checkOneTime(key);
  for (const key of kyberOneTime) checker.checkKyber(key);
  if (signed !== null) checker.checkSigned(signed);
  if (kyberLastResort !== null) checker.checkKyber(kyberLastResort);
}
