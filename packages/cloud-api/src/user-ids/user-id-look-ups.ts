import type { Database, Transaction } from '@postern/postgres';
import type { UserId } from '@postern/protocol';
import type { KeyUseLog } from '../audit/key-use-log.ts';
import type { SubjectId } from '../subjects/subject.ts';
import type { Subjects } from '../subjects/subjects.ts';
import { isAccountOf, meet, type Encounter, type KnownUser } from './user-id.ts';
import { findUserIds, listPortfolio, loadUserIds, removeUserIds, type UserIdRow } from './user-id-rows.ts';
import type { UserIdSeals } from './user-id-seals.ts';

/** A row of a number, opened. */
interface Opened {
  readonly user: KnownUser;
  readonly row: UserIdRow;
  /** Of the number's subject. */
  readonly shard: number;
}

interface LookUpOptions {
  readonly db: Database;
  readonly subjects: Subjects;
  readonly seals: UserIdSeals;
  readonly keyUse: KeyUseLog;
}

/** Finds user ids, and whom they stand for, among what the numbers of a portfolio have stored. */
export class UserIdLookUps {
  readonly #db: Database;
  readonly #subjects: Subjects;
  readonly #seals: UserIdSeals;
  readonly #keyUse: KeyUseLog;

  constructor({ db, subjects, seals, keyUse }: LookUpOptions) {
    this.#db = db;
    this.#subjects = subjects;
    this.#seals = seals;
    this.#keyUse = keyUse;
  }

  /**
   * Whom a user id stands for, that the business of a number or an account was told; null when it stands for nobody, or for
   * nobody any more.
   */
  async find(ownerId: string, id: UserId): Promise<KnownUser | null> {
    const numbers = (await listPortfolio(this.#db, ownerId)).filter((each) => this.#seals.hasKey(each));
    await this.#keyUse.note('api', numbers);
    const hashes = numbers.map((each) => ({ phoneNumberId: each, hash: this.#seals.hash(each, id) }));
    const rows = await findUserIds(this.#db, hashes);
    // The number's own row first: it knows best what the business knows.
    for (const row of rows.toSorted((a) => (a.phone_number_id === ownerId ? -1 : 1))) {
      const [user] = await this.#openAll(this.#db, row.phone_number_id, [row]);
      if (user?.user.id === id) return user.user;
    }
    return null;
  }

  /** How the business of this number knows the person as whom these subjects stand; null when it does not. */
  async findUser(phoneNumberId: string, subjectIds: readonly SubjectId[]): Promise<KnownUser | null> {
    await this.#keyUse.note('api', [phoneNumberId]);
    const rows = await loadUserIds(this.#db, phoneNumberId, subjectIds);
    const [latest] = (await this.#openAll(this.#db, phoneNumberId, rows)).toSorted(
      (a, b) => b.row.sealed_at_ms - a.row.sealed_at_ms,
    );
    return latest?.user ?? null;
  }

  /**
   * The user that the person is already for another number of the portfolio; null when there is none. What other numbers
   * have of whoever had another account with the same phone number goes: it would lead to the wrong person.
   */
  async findElsewhere(
    tx: Transaction,
    siblings: readonly string[],
    { encounter, nowMs }: { encounter: Encounter; nowMs: number },
  ): Promise<KnownUser | null> {
    const found: Opened[] = [];
    for (const sibling of siblings.filter((each) => this.#seals.hasKey(each))) {
      const ids = await this.#subjects.findAll(sibling, encounter.person, nowMs, tx);
      if (ids.length > 0) found.push(...(await this.#openAll(tx, sibling, await loadUserIds(tx, sibling, ids))));
    }
    const gone = found.filter(({ user }) => !isAccountOf(user, encounter));
    if (gone.length > 0) {
      await removeUserIds(
        tx,
        gone.map(({ row }) => row),
      );
      await this.#subjects.announceForgotten(tx, [...new Set(gone.map(({ shard }) => shard))]);
    }
    const same = found.find(({ user }) => isAccountOf(user, encounter));
    return same ? meet(same.user, encounter) : null;
  }

  async #openAll(by: Database | Transaction, phoneNumberId: string, rows: readonly UserIdRow[]): Promise<Opened[]> {
    const subjects = await this.#subjects.load(
      phoneNumberId,
      rows.map((row) => row.subject_id),
      by,
    );
    return rows.flatMap((row) => {
      const subject = subjects.get(row.subject_id);
      const user = subject && this.#seals.open(row, subject);
      return user ? [{ user, row, shard: subject.wrappedBy.shard }] : [];
    });
  }
}
