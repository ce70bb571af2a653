import { createHash } from 'node:crypto';
import { limits, type AccountId, type Clock, type PhoneNumber } from '@postern/protocol';
import type { Database, Transaction } from '@postern/postgres';
import { equalHashes } from '@postern/service';
import type { Address } from '../address.ts';
import { Budgets } from '../budgets.ts';
import type { AttachedMailboxes } from '../mailbox/attached-mailboxes.ts';
import { purgeMailboxes } from '../mailbox/mailbox-store.ts';
import type { MailboxSizes } from '../mailbox/mailbox-sizes.ts';
import type { WriteQueue } from '../mailbox/write-queue.ts';
import {
  findDevice,
  listAccountsByNumber,
  listSecretHashes,
  removeAccount,
  type DeviceRecord,
  type FoundAccount,
} from './account-store.ts';

/** How a device's secret is stored. */
export function hashSecret(secret: Uint8Array): Buffer {
  return createHash('sha256').update(secret).digest();
}

/** What closing an account left to be announced once it is durable. */
interface ClosedAccount {
  readonly devices: readonly Address[];
  /** Who has a notice waiting. */
  readonly noticed: readonly Address[];
}

/** Closes an account within the transaction that it was given with. */
export type CloseAccount = (accountId: AccountId) => Promise<void>;

const noHash = Buffer.alloc(32);

export interface AccountsOptions {
  db: Database;
  clock: Clock;
  writes: WriteQueue;
  mailboxes: AttachedMailboxes;
  sizes: MailboxSizes;
}

/** The accounts: who a device is, which account has a number, and how an account ends. */
export class Accounts {
  readonly #options: AccountsOptions;
  readonly #lookups: Budgets;
  readonly #closedLately = new Set<AccountId>();

  constructor(options: AccountsOptions) {
    this.#options = options;
    this.#lookups = new Budgets(options.clock, {
      perMinute: limits.lookupsPerAccountPerMinute,
      maxKeys: limits.maxTrackedBudgets,
    });
  }

  /** The device that has this secret; null when there is none, after the same work. */
  async authenticate(address: Address, secret: Uint8Array): Promise<DeviceRecord | null> {
    const device = await findDevice(this.#options.db, address);
    const right = equalHashes(hashSecret(secret), device?.secretHash ?? noHash);
    return right ? device : null;
  }

  /** The open accounts of these numbers, unless the requester has asked for too many lately. */
  async find(
    requester: AccountId,
    numbers: readonly PhoneNumber[],
  ): Promise<{ accounts: FoundAccount[] } | { retryAfterMs: number }> {
    const retryAfterMs = this.#lookups.waitMs(requester, numbers.length);
    if (retryAfterMs > 0) return { retryAfterMs };
    this.#lookups.spend(requester, numbers.length);
    return { accounts: await listAccountsByNumber(this.#options.db, numbers) };
  }

  /** Closes the account that a device with this secret belongs to; false when the secret is wrong. */
  async close(accountId: AccountId, secret: Uint8Array): Promise<boolean> {
    const { db } = this.#options;
    const given = hashSecret(secret);
    const hashes = await listSecretHashes(db, accountId);
    if (hashes.filter((hash) => equalHashes(hash, given)).length === 0) return false;
    await this.runClosing((_tx, closeWithin) => closeWithin(accountId));
    return true;
  }

  /**
   * Runs a transaction of the write queue that may close accounts. Of a closed one the secrets, keys and mailboxes
   * are gone, and the senders of what was waiting have a notice; once that is durable, the sockets hear of it.
   * @throws WriteRefusedError when it was not run; what the work throws
   */
  async runClosing<T>(work: (tx: Transaction, close: CloseAccount) => Promise<T>): Promise<T> {
    const closed: ClosedAccount[] = [];
    try {
      const result = await this.#options.writes.run((tx) =>
        work(tx, async (accountId) => {
          closed.push(await this.#close(tx, accountId));
        }),
      );
      for (const account of closed) this.#announce(account);
      return result;
    } catch (error) {
      for (const account of closed) this.#doubt(account);
      throw error;
    }
  }

  async #close(tx: Transaction, accountId: AccountId): Promise<ClosedAccount> {
    const nowMs = this.#options.clock.now();
    const devices = await removeAccount(tx, accountId, nowMs);
    return { devices, noticed: await purgeMailboxes(tx, accountId, nowMs) };
  }

  #announce({ devices, noticed }: ClosedAccount): void {
    const { mailboxes, sizes } = this.#options;
    for (const device of [...devices, ...noticed]) sizes.forget(device);
    for (const device of devices) {
      this.#rememberClosed(device.accountId);
      mailboxes.expel(device);
    }
    mailboxes.fallBehind(noticed);
  }

  /** The transaction failed, and perhaps only its answer was lost. */
  #doubt({ devices, noticed }: ClosedAccount): void {
    const { mailboxes, sizes } = this.#options;
    for (const device of [...devices, ...noticed]) sizes.forget(device);
    for (const device of devices) mailboxes.reconnect(device);
    mailboxes.fallBehind(noticed);
  }

  /** True for an account that was closed a moment ago, perhaps after `authenticate` had found it open. */
  wasClosedLately(accountId: AccountId): boolean {
    return this.#closedLately.has(accountId);
  }

  #rememberClosed(accountId: AccountId): void {
    this.#closedLately.add(accountId);
    if (this.#closedLately.size <= limits.maxClosedAccountsRemembered) return;
    const [oldest] = this.#closedLately;
    if (oldest !== undefined) this.#closedLately.delete(oldest);
  }
}
