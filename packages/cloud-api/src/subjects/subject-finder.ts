import type { KeyObject } from 'node:crypto';
import type { Database, Queryable } from '@postern/postgres';
import { limits, type PhoneNumber } from '@postern/protocol';
import type { Sealer } from '../sealing/sealer.ts';
import { hashPerson, lookupKey } from './person-hash.ts';
import { findLookups, listLookupHours } from './subject-store.ts';
import type { SubjectId } from './subject.ts';

export function hourOf(atMs: number): number {
  return Math.floor(atMs / limits.hourMs);
}

/**
 * The key of an hour's look-ups at a number. People are found again for as long as anything can be kept of them,
 * whatever their number's storage time is. Null when the hour's key is gone.
 */
function findLookupKey(sealer: Sealer, phoneNumberId: string, hour: number): KeyObject | null {
  const hourKey = sealer.findTimeKey(sealer.longLifetime(hour * limits.hourMs));
  return hourKey && lookupKey(hourKey, phoneNumberId);
}

/** Finds the subjects of people by their keyed hashes of every hour whose key is still there. */
export class SubjectFinder {
  readonly #db: Database;
  readonly #sealer: Sealer;

  constructor(db: Database, sealer: Sealer) {
    this.#db = db;
    this.#sealer = sealer;
  }

  /** The ids of each person's subjects, the latest first; stops looking for a person in older hours once one is found. */
  async findLatest(
    phoneNumberId: string,
    people: readonly PhoneNumber[],
    nowMs: number,
  ): Promise<Map<PhoneNumber, SubjectId[]>> {
    const found = new Map<PhoneNumber, SubjectId[]>();
    for (const hours of await this.#listHours(phoneNumberId, nowMs, this.#db)) {
      const left = people.filter((person) => !found.has(person));
      if (left.length === 0) break;
      await this.#findIn({ phoneNumberId, people: left, hours, by: this.#db }, found);
    }
    return found;
  }

  /** Every subject that stands for this person: more than one when some were made by two processes at once. */
  async findAll(
    phoneNumberId: string,
    { person, nowMs, by = this.#db }: { person: PhoneNumber; nowMs: number; by?: Queryable },
  ): Promise<SubjectId[]> {
    const found = new Map<PhoneNumber, SubjectId[]>();
    for (const hours of await this.#listHours(phoneNumberId, nowMs, by)) {
      await this.#findIn({ phoneNumberId, people: [person], hours, by }, found);
    }
    return [...new Set(found.get(person))];
  }

  /** The hours in which the number had anything with anybody, the latest first, in chunks for one query each. */
  async #listHours(phoneNumberId: string, nowMs: number, by: Queryable): Promise<number[][]> {
    const stored = await listLookupHours(by, phoneNumberId, hourOf(nowMs) - limits.maxRetentionHours);
    const hours = stored.toReversed();
    const size = limits.maxLookupHoursPerQuery;
    return Array.from({ length: Math.ceil(hours.length / size) }, (_, at) => hours.slice(at * size, (at + 1) * size));
  }

  async #findIn(
    {
      phoneNumberId,
      people,
      hours,
      by,
    }: { phoneNumberId: string; people: readonly PhoneNumber[]; hours: number[]; by: Queryable },
    found: Map<PhoneNumber, SubjectId[]>,
  ): Promise<void> {
    const asked = hours.flatMap((hour) => this.#hashAll(phoneNumberId, people, hour));
    const personOf = new Map(asked.map(({ hour, hash, person }) => [`${hour}/${hash.toString('hex')}`, person]));
    const rows = await findLookups(by, phoneNumberId, {
      hours: asked.map(({ hour }) => hour),
      hashes: asked.map(({ hash }) => hash),
    });
    for (const { hour, person_hash: hash, subject_id: id } of rows.toSorted((a, b) => b.hour - a.hour)) {
      const person = personOf.get(`${hour}/${hash.toString('hex')}`);
      if (person) found.set(person, [...(found.get(person) ?? []), id]);
    }
  }

  #hashAll(
    phoneNumberId: string,
    people: readonly PhoneNumber[],
    hour: number,
  ): { hour: number; hash: Buffer; person: PhoneNumber }[] {
    const key = findLookupKey(this.#sealer, phoneNumberId, hour);
    if (!key) return [];
    return people.map((person) => ({ hour, hash: hashPerson(key, person), person }));
  }
}
