import type { Database, Transaction } from '@postern/postgres';
import { limits, type AccountId, type Clock } from '@postern/protocol';
import type { Address } from '../address.ts';
import { Budgets } from '../budgets.ts';
import type { AttachedMailboxes } from '../mailbox/attached-mailboxes.ts';
import type { Sender } from '../mailbox/writes.ts';
import { deleteUsername, listUsernames, lockOpenAccount, putUsername } from './username-store.ts';

/** What became of the wish to have a username. */
export type TakeOutcome = 'taken' | 'not-free' | 'closed' | { readonly retryAfterMs: number };

interface UsernamesOptions {
  readonly db: Database;
  readonly clock: Clock;
  readonly mailboxes: Pick<AttachedMailboxes, 'reconnect'>;
}

/** The names that people go by beside their phone number: nobody has the same as another. */
export class Usernames {
  readonly #options: UsernamesOptions;
  readonly #changes: Budgets;
  /** What accounts have changed their names to lately. */
  readonly #latest = new Map<AccountId, string | null>();

  constructor(options: UsernamesOptions) {
    this.#options = options;
    this.#changes = new Budgets(options.clock, {
      perMinute: limits.usernameChangesPerAccountPerMinute,
      maxKeys: limits.maxTrackedBudgets,
    });
  }

  /** The account's username; null when it has none. */
  async find(accountId: AccountId): Promise<string | null> {
    return (await listUsernames(this.#options.db, [accountId])).get(accountId) ?? null;
  }

  /** Takes a username, in place of the one that the account had. What it sends from then on comes under it. */
  async take(device: Address, username: string): Promise<TakeOutcome> {
    const retryAfterMs = this.#changes.waitMs(device.accountId, 1);
    if (retryAfterMs > 0) return { retryAfterMs };
    this.#changes.spend(device.accountId, 1);
    const outcome = await this.#options.db.transaction((tx) => take(tx, device.accountId, username));
    if (outcome === 'taken') this.#noteChange(device, username);
    return outcome;
  }

  /** Gives the account's username up. */
  async giveUp(device: Address): Promise<void> {
    await deleteUsername(this.#options.db, device.accountId);
    this.#noteChange(device, null);
  }

  /**
   * The sender as they are called now: not even what leaves on a socket that was opened before shows another name than the
   * one that was taken.
   */
  named(sender: Sender): Sender {
    const username = this.#latest.get(sender.address.accountId);
    return username === undefined ? sender : { ...sender, username };
  }

  /** Its socket comes back, so that this need not be remembered for ever. */
  #noteChange(device: Address, username: string | null): void {
    this.#latest.delete(device.accountId);
    this.#latest.set(device.accountId, username);
    this.#options.mailboxes.reconnect(device);
    const [oldest] = this.#latest.keys();
    if (this.#latest.size > limits.maxTrackedBudgets && oldest) this.#latest.delete(oldest);
  }
}

async function take(tx: Transaction, accountId: AccountId, username: string): Promise<'taken' | 'not-free' | 'closed'> {
  if (!(await lockOpenAccount(tx, accountId))) return 'closed';
  // Two who want the same name: the second one waits, and then sees that it is taken.
  await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 1))', [username]);
  return (await putUsername(tx, accountId, username)) ? 'taken' : 'not-free';
}
