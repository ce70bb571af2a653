import type { AccountId } from '@postern/protocol';
import type { Queryable } from '@postern/postgres';
import { listPhoneNumbers } from './account-store.ts';

/** The phone numbers of accounts that lately sent something. An account's number never changes. */
export class PhoneNumberCache {
  readonly #db: Queryable;
  readonly #maxNumbers: number;
  readonly #numbers = new Map<AccountId, string>();

  constructor(db: Queryable, maxNumbers: number) {
    this.#db = db;
    this.#maxNumbers = maxNumbers;
  }

  /** The numbers of these accounts; an account that does not exist is left out. */
  async list(accountIds: Iterable<AccountId>): Promise<Map<AccountId, string>> {
    const found = new Map<AccountId, string>();
    const missing = new Set<AccountId>();
    for (const id of accountIds) {
      const number = this.#numbers.get(id);
      if (number === undefined) missing.add(id);
      else found.set(id, number);
    }
    if (missing.size === 0) return found;
    for (const [id, number] of await listPhoneNumbers(this.#db, [...missing])) {
      found.set(id, number);
      this.#remember(id, number);
    }
    return found;
  }

  #remember(id: AccountId, number: string): void {
    this.#numbers.set(id, number);
    if (this.#numbers.size <= this.#maxNumbers) return;
    const [oldest] = this.#numbers.keys();
    if (oldest !== undefined) this.#numbers.delete(oldest);
  }
}
