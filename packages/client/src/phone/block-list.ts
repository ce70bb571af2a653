import type { Clock, PhoneNumber } from '@postern/protocol';
import type { PhoneDatabase } from './phone-database.ts';

/** Whom the owner of a phone does not want to hear. The others are not told. */
export class BlockList {
  readonly #db: PhoneDatabase;
  readonly #clock: Clock;

  constructor(db: PhoneDatabase, clock: Clock) {
    this.#db = db;
    this.#clock = clock;
  }

  /** Twice is once. */
  block(phoneNumber: PhoneNumber): void {
    this.#db.transaction(() => {
      this.#db.run('INSERT OR IGNORE INTO blocked VALUES (?, ?)', phoneNumber, this.#clock.now());
      this.#db.run('DELETE FROM typing WHERE chat = ?', phoneNumber);
    });
  }

  /** From now on they are heard again; what they said meanwhile stays unheard. */
  unblock(phoneNumber: PhoneNumber): void {
    this.#db.run('DELETE FROM blocked WHERE phone_number = ?', phoneNumber);
  }

  has(phoneNumber: PhoneNumber): boolean {
    return this.#db.get('SELECT 1 FROM blocked WHERE phone_number = ?', phoneNumber) !== null;
  }

  /** The numbers, oldest block first. */
  list(): PhoneNumber[] {
    return this.#db
      .all<{ phone_number: PhoneNumber }>('SELECT phone_number FROM blocked ORDER BY since_ms, phone_number')
      .map((row) => row.phone_number);
  }
}
