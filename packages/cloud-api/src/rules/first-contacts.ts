import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import { insertRows, type Database, type InsertSpec, type Queryable, type Transaction } from '@postern/postgres';
import { limits, type PhoneNumber } from '@postern/protocol';
import type { Sealer } from '../sealing/sealer.ts';

const hashBytes = 16;
const dayMs = 24 * limits.hourMs;

const insertContacts: InsertSpec = {
  name: 'first-contacts.insert',
  into: 'first_contacts',
  columns: [
    { name: 'portfolio_id', type: 'text' },
    { name: 'day', type: 'integer' },
    { name: 'person_hash', type: 'bytea' },
    { name: 'contacted_at_ms', type: 'bigint' },
  ],
  suffix: `ON CONFLICT (portfolio_id, day, person_hash) DO UPDATE SET contacted_at_ms = EXCLUDED.contacted_at_ms`,
};

/** A person under the keys of two days, since 24 hours are parts of two. */
interface HashedPerson {
  readonly person: PhoneNumber;
  readonly today: Buffer;
  readonly yesterday: Buffer;
}

/**
 * Counts the people whom a portfolio writes to in 24 hours though they did not write first. Somebody stands there as a hash,
 * keyed with the day and the portfolio, for a day.
 */
export class FirstContacts {
  readonly #db: Database;
  readonly #sealer: Sealer;

  constructor(db: Database, sealer: Sealer) {
    this.#db = db;
    this.#sealer = sealer;
  }

  /**
   * Which of these people may be written to now, in their order: those who were within 24 hours, and others while there
   * are fewer than the limit. They count from now on. @throws ClockSuspectError
   */
  async admit(
    portfolioId: string,
    people: readonly PhoneNumber[],
    { limit, nowMs }: { limit: number; nowMs: number },
  ): Promise<Set<PhoneNumber>> {
    const hashed = await this.#hashAll(portfolioId, people, nowMs);
    const today = dayOf(nowMs);
    return this.#db.transaction(async (tx) => {
      // One count at a time for each portfolio: its numbers may be pumped by different processes.
      await tx.query('SELECT pg_advisory_xact_lock(hashtext($1))', [`first contacts ${portfolioId}`]);
      const known = await findKnown(tx, portfolioId, { hashed, today, sinceMs: nowMs - dayMs });
      let room = limit - (await countFirstContacts(tx, portfolioId, nowMs - dayMs));
      const admitted: HashedPerson[] = [];
      for (const each of hashed) {
        if (!known.has(each.person) && room <= 0) continue;
        if (!known.has(each.person)) room -= 1;
        admitted.push(each);
      }
      await insertRows(
        tx,
        insertContacts,
        admitted.map((each) => [portfolioId, today, each.today, nowMs]),
      );
      await remove(tx, portfolioId, { day: today - 1, hashes: admitted.map((each) => each.yesterday) });
      return new Set(admitted.map(({ person }) => person));
    });
  }

  /** Nothing says any more that this portfolio wrote to the person. @throws ClockSuspectError */
  async forget(by: Queryable, portfolioId: string, { person, nowMs }: { person: PhoneNumber; nowMs: number }) {
    const [hashed] = await this.#hashAll(portfolioId, [person], nowMs);
    if (!hashed) return;
    const today = dayOf(nowMs);
    await remove(by, portfolioId, { day: today, hashes: [hashed.today] });
    await remove(by, portfolioId, { day: today - 1, hashes: [hashed.yesterday] });
  }

  async #hashAll(portfolioId: string, people: readonly PhoneNumber[], nowMs: number): Promise<HashedPerson[]> {
    const [today, yesterday] = [await this.#keyOf(portfolioId, nowMs), await this.#keyOf(portfolioId, nowMs - dayMs)];
    const hash = (key: KeyObject, person: PhoneNumber) =>
      createHmac('sha256', key).update(person).digest().subarray(0, hashBytes);
    return [...new Set(people)].map((person) => ({
      person,
      today: hash(today, person),
      yesterday: hash(yesterday, person),
    }));
  }

  /** Made from the key of the day's first hour: it goes when that one is destroyed. */
  async #keyOf(portfolioId: string, atMs: number): Promise<KeyObject> {
    const dayKey = await this.#sealer.timeKey(this.#sealer.longLifetime(dayOf(atMs) * dayMs));
    return createSecretKey(createHmac('sha256', dayKey).update(`postern first contacts v1\0${portfolioId}`).digest());
  }
}

function dayOf(atMs: number): number {
  return Math.floor(atMs / dayMs);
}

async function findKnown(
  tx: Transaction,
  portfolioId: string,
  { hashed, today, sinceMs }: { hashed: readonly HashedPerson[]; today: number; sinceMs: number },
): Promise<Set<PhoneNumber>> {
  const rows = await tx.prepared<{ person_hash: Buffer }>(
    'first-contacts.find-known',
    `SELECT person_hash FROM first_contacts
     WHERE portfolio_id = $1 AND day IN ($2, $2 - 1) AND person_hash = ANY($3::bytea[]) AND contacted_at_ms > $4`,
    [portfolioId, today, hashed.flatMap((each) => [each.today, each.yesterday]), sinceMs],
  );
  const found = new Set(rows.map(({ person_hash: hash }) => hash.toString('hex')));
  const isKnown = (each: HashedPerson) =>
    found.has(each.today.toString('hex')) || found.has(each.yesterday.toString('hex'));
  return new Set(hashed.filter(isKnown).map(({ person }) => person));
}

/** How many people the portfolio has begun to write to since then. */
export async function countFirstContacts(tx: Queryable, portfolioId: string, sinceMs: number): Promise<number> {
  const [row] = await tx.prepared<{ count: number }>(
    'first-contacts.count',
    'SELECT count(*)::int AS count FROM first_contacts WHERE portfolio_id = $1 AND contacted_at_ms > $2',
    [portfolioId, sinceMs],
  );
  return row?.count ?? 0;
}

async function remove(
  by: Queryable,
  portfolioId: string,
  { day, hashes }: { day: number; hashes: readonly Buffer[] },
): Promise<void> {
  await by.prepared(
    'first-contacts.remove',
    'DELETE FROM first_contacts WHERE portfolio_id = $1 AND day = $2 AND person_hash = ANY($3::bytea[])',
    [portfolioId, day, hashes],
  );
}
