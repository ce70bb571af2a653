import { randomBytes, randomUUID } from 'node:crypto';
import type { Database, Queryable, Transaction } from '@postern/postgres';
import type { Keyring } from '@postern/keyring';
import { limits, type PhoneNumber } from '@postern/protocol';
import type { SealPlace, Sealer } from '../sealing/sealer.ts';
import { hashPerson, lookupKey } from './person-hash.ts';
import { ensureOpenShard, hasShardKey } from './shards.ts';
import { hourOf, SubjectFinder } from './subject-finder.ts';
import {
  addLookups,
  addSubjects,
  countIntoShard,
  dropOrphanLookups,
  holdShards,
  loadSubjects,
  lockOpenShard,
  useSubjects,
  type SubjectRow,
} from './subject-store.ts';
import { Subject, type ShardVersion, type SubjectId } from './subject.ts';

/** Somebody of a batch was erased since their key was looked up: look again, seal again. */
export class StaleSubjectError extends Error {
  override readonly name = 'StaleSubjectError';
  readonly retryable = true;
}

/** Carries shards, separated by commas; nothing when notifications may have been missed. */
const forgottenChannel = 'subjects_forgotten';

type SubjectsByPerson = Map<PhoneNumber, Subject>;

interface SubjectsOptions {
  readonly db: Database;
  readonly keyring: Keyring;
  readonly sealer: Sealer;
}

/** Where a subject's key is wrapped by the key of its shard. */
export function wrappedKeyPlace(phoneNumberId: string, id: SubjectId, { shard, version }: ShardVersion): SealPlace {
  return { table: 'subjects', column: 'wrapped_key', phoneNumberId, row: id, epoch: `${shard}/${version}` };
}

/**
 * The people of each number, as subjects: found by a hash that is keyed with the hour, made at the first message.
 * Known ones are remembered up to a limit. A process that remembers somebody who was erased meanwhile finds out when it
 * writes: {@link Subjects.hold}.
 */
export class Subjects {
  readonly #db: Database;
  readonly #keyring: Keyring;
  readonly #sealer: Sealer;
  readonly #finder: SubjectFinder;
  /** `number/person` → the subject, and the last hour in which its look-up is stored. */
  readonly #byPerson = new Map<string, { readonly subject: Subject; readonly hour: number }>();
  readonly #byId = new Map<SubjectId, Subject>();

  constructor({ db, keyring, sealer }: SubjectsOptions) {
    this.#db = db;
    this.#keyring = keyring;
    this.#sealer = sealer;
    this.#finder = new SubjectFinder(db, sealer);
  }

  /** The subjects of these people, made where there is none. @throws ClockSuspectError */
  resolve(
    phoneNumberId: string,
    people: readonly PhoneNumber[],
    nowMs: number,
  ): SubjectsByPerson | Promise<SubjectsByPerson> {
    const hour = hourOf(nowMs);
    const resolved: SubjectsByPerson = new Map();
    const missing = new Set<PhoneNumber>();
    for (const person of people) {
      const known = this.#byPerson.get(`${phoneNumberId}/${person}`);
      if (known?.hour === hour) resolved.set(person, known.subject);
      else missing.add(person);
    }
    return missing.size === 0 ? resolved : this.#resolveMissing(phoneNumberId, { missing, resolved, nowMs });
  }

  /** Subjects by their ids; those that were erased, or whose key is gone or was tampered with, are missing. */
  load(
    phoneNumberId: string,
    ids: readonly SubjectId[],
    by: Queryable = this.#db,
  ): Map<SubjectId, Subject> | Promise<Map<SubjectId, Subject>> {
    const loaded = new Map<SubjectId, Subject>();
    const missing = new Set<SubjectId>();
    for (const id of ids) {
      const known = this.#byId.get(id);
      if (known) loaded.set(id, known);
      else missing.add(id);
    }
    return missing.size === 0 ? loaded : this.#loadMissing(by, phoneNumberId, { ids: [...missing], loaded });
  }

  /** Every subject that stands for this person now. */
  findAll(phoneNumberId: string, person: PhoneNumber, nowMs: number, by: Queryable = this.#db): Promise<SubjectId[]> {
    return this.#finder.findAll(phoneNumberId, { person, nowMs, by });
  }

  /**
   * Keeps the subjects of a write from being erased until its transaction ends: nothing sealed with a key that is being
   * destroyed can be stored. @throws StaleSubjectError, and then none of them is remembered
   */
  async hold(tx: Transaction, subjects: Iterable<Subject>): Promise<void> {
    const shards = [...new Map([...subjects].map(({ wrappedBy }) => [shardName(wrappedBy), wrappedBy])).values()];
    if (shards.length === 0 || (await holdShards(tx, shards))) return;
    this.forget(shards.map(({ shard }) => shard));
    throw new StaleSubjectError('Somebody was erased while this was being written.');
  }

  /** Forgets from now on whom another process has erased. */
  async listen(): Promise<void> {
    await this.#db.listen(forgottenChannel, (shards) =>
      this.forget(shards === '' ? null : shards.split(',').map(Number)),
    );
  }

  /** Has every process forget these shards once this transaction is committed. */
  async announceForgotten(tx: Transaction, shards: readonly number[]): Promise<void> {
    if (shards.length > 0) await tx.query('SELECT pg_notify($1, $2)', [forgottenChannel, shards.join(',')]);
  }

  /** Remembers nobody of these shards; nobody at all when it is null. */
  forget(shards: readonly number[] | null): void {
    if (shards === null) {
      this.#byPerson.clear();
      this.#byId.clear();
      return;
    }
    const gone = new Set(shards);
    for (const [name, { subject }] of this.#byPerson)
      if (gone.has(subject.wrappedBy.shard)) this.#byPerson.delete(name);
    for (const [id, { wrappedBy }] of this.#byId) if (gone.has(wrappedBy.shard)) this.#byId.delete(id);
  }

  async #resolveMissing(
    phoneNumberId: string,
    { missing, resolved, nowMs }: { missing: Set<PhoneNumber>; resolved: SubjectsByPerson; nowMs: number },
  ): Promise<SubjectsByPerson> {
    for (let tries = 0; missing.size > 0; tries += 1) {
      if (tries === limits.maxSubjectTries) throw new StaleSubjectError('The subjects of a batch cannot be settled.');
      for (const [person, subject] of await this.#settle(phoneNumberId, [...missing], nowMs)) {
        missing.delete(person);
        resolved.set(person, subject);
        remember(this.#byPerson, `${phoneNumberId}/${person}`, { subject, hour: hourOf(nowMs) });
        remember(this.#byId, subject.id, subject);
      }
    }
    return resolved;
  }

  /** Finds or makes subjects, with their look-ups of this hour. Those that another process makes meanwhile are left out. */
  async #settle(phoneNumberId: string, people: readonly PhoneNumber[], nowMs: number): Promise<SubjectsByPerson> {
    const hour = hourOf(nowMs);
    const key = lookupKey(await this.#sealer.timeKey(this.#sealer.longLifetime(nowMs)), phoneNumberId);
    const { found, unreadable } = await this.#find(phoneNumberId, people, nowMs);
    const fresh = people.filter((person) => !found.has(person));
    if (fresh.length > 0) await ensureOpenShard(this.#db, this.#keyring);
    return this.#db.transaction(async (tx) => {
      // The shard before any subject, as an erasure takes them.
      const by = fresh.length > 0 ? await lockOpenShard(tx, limits.maxSubjectsPerShard) : null;
      await this.#use(tx, phoneNumberId, { hour, found });
      const hashes = fresh.map((person) => hashPerson(key, person));
      if (fresh.length > 0) await dropOrphanLookups(tx, phoneNumberId, { hour, hashes, unreadable });
      const made = await this.#make(tx, fresh, by);
      const lookups = [...found, ...made].map(([person, { id }]) => ({ hash: hashPerson(key, person), id }));
      const added = await addLookups(tx, phoneNumberId, { hour, lookups });
      const mine = new Set(added.map(({ subject_id: id }) => id));
      const kept = [...made].filter(([, { id }]) => mine.has(id));
      await this.#store(tx, phoneNumberId, { hour, subjects: kept.map(([, subject]) => subject) });
      return new Map([...found, ...kept]);
    });
  }

  /**
   * The subjects of these people as far as they are known, and the ids of those that are known and do not open: the
   * person was erased, or the row comes from a backup or was tampered with.
   */
  async #find(
    phoneNumberId: string,
    people: readonly PhoneNumber[],
    nowMs: number,
  ): Promise<{ found: SubjectsByPerson; unreadable: SubjectId[] }> {
    const found: SubjectsByPerson = new Map();
    for (const person of people) {
      const known = this.#byPerson.get(`${phoneNumberId}/${person}`);
      // Who was silent for as long as anything is kept is somebody new, whether the sweep has come by or not.
      if (known && hourOf(nowMs) - known.hour < this.#keyring.maxRetentionHours) found.set(person, known.subject);
    }
    const unknown = people.filter((person) => !found.has(person));
    if (unknown.length === 0) return { found, unreadable: [] };
    const ids = await this.#finder.findLatest(phoneNumberId, unknown, nowMs);
    const subjects = await this.load(phoneNumberId, [...ids.values()].flat());
    for (const [person, candidates] of ids) {
      const subject = candidates.map((id) => subjects.get(id)).find((each) => each !== undefined);
      if (subject) found.set(person, subject);
    }
    return { found, unreadable: [...ids.values()].flat().filter((id) => !subjects.has(id)) };
  }

  /** Notes the use of subjects that were found, and drops those that were erased since. */
  async #use(
    tx: Transaction,
    phoneNumberId: string,
    { hour, found }: { hour: number; found: SubjectsByPerson },
  ): Promise<void> {
    const used = await useSubjects(tx, phoneNumberId, { hour, ids: [...found.values()].map(({ id }) => id) });
    for (const [person, { id }] of found) {
      if (used.has(id)) continue;
      found.delete(person);
      this.#byPerson.delete(`${phoneNumberId}/${person}`);
      this.#byId.delete(id);
    }
  }

  async #make(tx: Transaction, people: readonly PhoneNumber[], by: ShardVersion | null): Promise<SubjectsByPerson> {
    if (people.length === 0 || !by || !hasShardKey(this.#keyring, by)) return new Map();
    await countIntoShard(tx, by.shard, people.length);
    return new Map(people.map((person) => [person, new Subject(randomUUID() as SubjectId, by, randomBytes(32))]));
  }

  async #store(
    tx: Transaction,
    phoneNumberId: string,
    { hour, subjects }: { hour: number; subjects: readonly Subject[] },
  ): Promise<void> {
    const rows = subjects.map((subject) => {
      const { id, wrappedBy: by } = subject;
      const key = this.#keyring.shardKey(by.shard, by.version);
      return { id, by, wrapped: this.#sealer.seal(key, wrappedKeyPlace(phoneNumberId, id, by), subject.exportKey()) };
    });
    await addSubjects(tx, phoneNumberId, { hour, subjects: rows });
  }

  async #loadMissing(
    by: Queryable,
    phoneNumberId: string,
    { ids, loaded }: { ids: readonly SubjectId[]; loaded: Map<SubjectId, Subject> },
  ): Promise<Map<SubjectId, Subject>> {
    for (const row of await loadSubjects(by, phoneNumberId, ids)) {
      const subject = this.#unwrap(phoneNumberId, row);
      if (!subject) continue;
      loaded.set(subject.id, subject);
      remember(this.#byId, subject.id, subject);
    }
    return loaded;
  }

  #unwrap(phoneNumberId: string, row: SubjectRow): Subject | null {
    const { subject_id: id, shard, shard_version: version, wrapped_key: wrapped } = row;
    const by = { shard, version };
    if (!hasShardKey(this.#keyring, by)) return null;
    const place = wrappedKeyPlace(phoneNumberId, id, by);
    const key = this.#sealer.find(this.#keyring.shardKey(shard, version), place, wrapped);
    return key && new Subject(id, by, key);
  }
}

function shardName({ shard, version }: ShardVersion): string {
  return `${shard}/${version}`;
}

function remember<Key, Value>(known: Map<Key, Value>, key: Key, value: Value): void {
  known.delete(key);
  known.set(key, value);
  const [oldest] = known.keys();
  if (known.size > limits.maxCachedSubjects && oldest !== undefined) known.delete(oldest);
}
