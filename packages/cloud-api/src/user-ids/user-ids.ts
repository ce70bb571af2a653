import type { Database, Transaction } from '@postern/postgres';
import type { PhoneNumber, UserId } from '@postern/protocol';
import type { KeyUseLog } from '../audit/key-use-log.ts';
import type { Sealer } from '../sealing/sealer.ts';
import type { Subject, SubjectId } from '../subjects/subject.ts';
import type { Subjects } from '../subjects/subjects.ts';
import { isAccountOf, meet, newUser, type Encounter, type KnownUser } from './user-id.ts';
import { UserIdLookUps } from './user-id-look-ups.ts';
import { loadUserIds, lockPortfolio, storeUserIds, type NewUserIdRow } from './user-id-rows.ts';
import { UserIdSeals } from './user-id-seals.ts';

/** Somebody has another account than before, and so another user id. */
export interface ChangedUser {
  readonly user: KnownUser;
  readonly previousId: UserId;
}

type UsersByPerson = Map<PhoneNumber, KnownUser>;

/** How the present business of a number knows these people, and who of them is somebody new. */
interface Settled {
  readonly users: UsersByPerson;
  readonly changed: readonly ChangedUser[];
}

/** A user whose row is stored, or will be when the transaction commits. */
interface Remembered {
  readonly user: KnownUser;
  readonly sealedAtMs: number;
}

interface UserIdsOptions {
  readonly db: Database;
  readonly sealer: Sealer;
  readonly subjects: Subjects;
  readonly keyUse: KeyUseLog;
}

/**
 * The user ids of people, drawn by chance: one for each person and portfolio. What leads from an id to the person is kept
 * once for each number that has had anything with them, sealed with that number's key of the person: so it goes when the
 * person is erased there, or was silent for as long as anything is kept. An id that nothing leads from is given to nobody
 * again.
 */
export class UserIds {
  readonly #db: Database;
  readonly #subjects: Subjects;
  readonly #seals: UserIdSeals;
  readonly #lookUps: UserIdLookUps;
  /** Forgotten with the subjects, when these are. */
  readonly #known = new WeakMap<Subject, Remembered>();

  constructor({ db, sealer, subjects, keyUse }: UserIdsOptions) {
    this.#db = db;
    this.#subjects = subjects;
    this.#seals = new UserIdSeals(sealer);
    this.#lookUps = new UserIdLookUps({ db, subjects, seals: this.#seals, keyUse });
  }

  /**
   * The users that these people are for the number's business; made where there is none. Nothing is read or written of whom
   * this process knows already. @throws StaleSubjectError
   */
  resolve(
    phoneNumberId: string,
    encounters: readonly Encounter[],
    nowMs: number,
  ): UsersByPerson | Promise<UsersByPerson> {
    const { users, open } = this.#sort(encounters, nowMs);
    if (open.length === 0) return users;
    return this.#resolve(phoneNumberId, { users, open, nowMs });
  }

  /**
   * The same inside the caller's transaction, which holds the subjects. When that fails they are to be forgotten:
   * {@link UserIds.forget}. Who speaks from another account than before is somebody new: the caller says so to the business.
   */
  async settle(
    tx: Transaction,
    phoneNumberId: string,
    { encounters, nowMs }: { encounters: readonly Encounter[]; nowMs: number },
  ): Promise<Settled> {
    const { users, open } = this.#sort(encounters, nowMs);
    if (open.length === 0) return { users, changed: [] };
    const settled = await this.#settle(tx, phoneNumberId, { encounters: open, nowMs });
    return { users: new Map([...users, ...settled.users]), changed: settled.changed };
  }

  /** What was settled in a transaction that failed is not so. */
  forget(subjects: Iterable<Subject>): void {
    for (const subject of subjects) this.#known.delete(subject);
  }

  async #resolve(
    phoneNumberId: string,
    { users, open, nowMs }: { users: UsersByPerson; open: readonly Encounter[]; nowMs: number },
  ): Promise<UsersByPerson> {
    const subjects = open.map(({ subject }) => subject);
    try {
      return await this.#db.transaction(async (tx) => {
        await this.#subjects.hold(tx, subjects);
        const settled = await this.#settle(tx, phoneNumberId, { encounters: open, nowMs });
        return new Map([...users, ...settled.users]);
      });
    } catch (error) {
      this.forget(subjects);
      throw error;
    }
  }

  /** {@link UserIdLookUps.find} */
  find(ownerId: string, id: UserId): Promise<KnownUser | null> {
    return this.#lookUps.find(ownerId, id);
  }

  /** {@link UserIdLookUps.findUser} */
  findUser(phoneNumberId: string, subjectIds: readonly SubjectId[]): Promise<KnownUser | null> {
    return this.#lookUps.findUser(phoneNumberId, subjectIds);
  }

  /** Who is known to this process as they are met, and the others, each once. */
  #sort(encounters: readonly Encounter[], nowMs: number): { users: UsersByPerson; open: Encounter[] } {
    const users: UsersByPerson = new Map();
    const open = new Map<PhoneNumber, Encounter>();
    for (const encounter of encounters) {
      const { person, subject, accountId, showsNumber } = encounter;
      const known = this.#known.get(subject);
      const isCurrent =
        known !== undefined &&
        nowMs - known.sealedAtMs < this.#seals.maxAgeMs(nowMs) &&
        (accountId === null || accountId === known.user.accountId) &&
        (!showsNumber || known.user.isNumberKnown);
      if (isCurrent) users.set(person, known.user);
      else open.set(person, merge(open.get(person), encounter));
    }
    return { users, open: [...open.values()] };
  }

  async #settle(
    tx: Transaction,
    phoneNumberId: string,
    { encounters, nowMs }: { encounters: readonly Encounter[]; nowMs: number },
  ): Promise<Settled> {
    const siblings = await lockPortfolio(tx, phoneNumberId);
    const stored = await this.#loadAll(tx, phoneNumberId, encounters);
    const users: UsersByPerson = new Map();
    const changed: ChangedUser[] = [];
    const rows: NewUserIdRow[] = [];
    for (const encounter of encounters) {
      const { person, subject } = encounter;
      const known = stored.get(subject.id);
      const isSame = known !== undefined && isAccountOf(known.user, encounter);
      const user = isSame
        ? meet(known.user, encounter)
        : ((await this.#lookUps.findElsewhere(tx, siblings, { encounter, nowMs })) ?? newUser(encounter));
      if (known && !isSame) changed.push({ user, previousId: known.user.id });
      users.set(person, user);
      const isCurrent = isSame && user === known.user && nowMs - known.sealedAtMs < this.#seals.maxAgeMs(nowMs);
      if (!isCurrent) rows.push(await this.#seals.seal(phoneNumberId, { subject, user, nowMs }));
      this.#known.set(subject, { user, sealedAtMs: isCurrent ? known.sealedAtMs : nowMs });
    }
    await storeUserIds(tx, rows);
    await this.#announce(tx, { encounters, stored, users });
    return { users, changed };
  }

  /** Other processes, which do not look whom they know, learn of it when an id is another one. */
  async #announce(
    tx: Transaction,
    {
      encounters,
      stored,
      users,
    }: { encounters: readonly Encounter[]; stored: ReadonlyMap<SubjectId, Remembered>; users: UsersByPerson },
  ): Promise<void> {
    const isOther = ({ person, subject }: Encounter) => {
      const before = stored.get(subject.id)?.user;
      const now = users.get(person);
      return before !== undefined && (before.id !== now?.id || before.isNumberKnown !== now.isNumberKnown);
    };
    const shards = encounters.filter(isOther).map(({ subject }) => subject.wrappedBy.shard);
    await this.#subjects.announceForgotten(tx, [...new Set(shards)]);
  }

  async #loadAll(
    tx: Transaction,
    phoneNumberId: string,
    encounters: readonly Encounter[],
  ): Promise<Map<SubjectId, Remembered>> {
    const subjectOf = new Map(encounters.map(({ subject }) => [subject.id, subject]));
    const stored = new Map<SubjectId, Remembered>();
    for (const row of await loadUserIds(tx, phoneNumberId, [...subjectOf.keys()])) {
      const subject = subjectOf.get(row.subject_id);
      const user = subject && this.#seals.open(row, subject);
      if (user) stored.set(row.subject_id, { user, sealedAtMs: row.sealed_at_ms });
    }
    return stored;
  }
}

function merge(one: Encounter | undefined, other: Encounter): Encounter {
  if (!one) return other;
  return {
    ...other,
    accountId: other.accountId ?? one.accountId,
    showsNumber: one.showsNumber || other.showsNumber,
  };
}
