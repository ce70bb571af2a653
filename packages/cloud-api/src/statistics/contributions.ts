import { createHmac, randomBytes, type KeyObject } from 'node:crypto';
import { updateFromRows, type Database, type Queryable, type Transaction, type UpdateSpec } from '@postern/postgres';
import { limits, type Clock, type PhoneNumber } from '@postern/protocol';
import { combineKeys, type Lifetime, type Sealer } from '../sealing/sealer.ts';
import { nameOfCell, type Cell } from './cells.ts';

const dayMs = 24 * limits.hourMs;
const saltBytes = 32;
const tokenBytes = 16;

/** One message as statistics see it. */
export interface Contribution extends Cell {
  /** Who writes with the business, whichever way the message goes. */
  readonly person: PhoneNumber;
}

/** Days since 1970 in UTC. */
export function dayOf(atMs: number): number {
  return Math.floor(atMs / dayMs);
}

// Those who are full are passed over before the conflict, which would lock and so write their rows for nothing.
// The rows of one statement lie in the order of their tokens, and nothing waits for a lock after it: so no two deadlock.
const addContributions: UpdateSpec & { returning?: false } = {
  name: 'statistics.add',
  columns: [
    { name: 'day', type: 'integer' },
    { name: 'person_token', type: 'bytea' },
    { name: 'cells', type: 'text[]' },
  ],
  tail: `INSERT INTO statistics_contributions AS c (day, person_token, cells)
    SELECT v.day, v.person_token, v.cells FROM v JOIN statistics_days d ON d.day = v.day
    LEFT JOIN statistics_contributions f ON f.day = v.day AND f.person_token = v.person_token
      AND cardinality(f.cells) >= ${limits.statisticsMessagesPerPerson}
    WHERE f.day IS NULL ORDER BY v.person_token
    ON CONFLICT (day, person_token)
    DO UPDATE SET cells = (c.cells || excluded.cells)[1:${limits.statisticsMessagesPerPerson}]
    WHERE cardinality(c.cells) < ${limits.statisticsMessagesPerPerson}`,
};

/** A day that is being counted; without a key when it is not. */
export class CountedDay {
  readonly #day: number;
  readonly #key: KeyObject | null;

  constructor(day: number, key: KeyObject | null) {
    this.#day = day;
    this.#key = key;
  }

  /**
   * Counts messages in the transaction that stores them, as its last step but for notifications. One person adds the
   * cells of their first ten messages of the day, with all businesses together; what comes after a day's release is dropped.
   */
  async record(tx: Transaction, contributions: readonly Contribution[]): Promise<void> {
    if (this.#key === null || contributions.length === 0) return;
    const byPerson = new Map<PhoneNumber, string[]>();
    for (const { person, ...cell } of contributions) {
      const names = byPerson.get(person) ?? [];
      byPerson.set(person, names);
      if (names.length < limits.statisticsMessagesPerPerson) names.push(nameOfCell(cell));
    }
    const key = this.#key;
    const people = [...byPerson].map(([person, names]) => ({ token: tokenOf(key, person), names }));
    people.sort((one, other) => Buffer.compare(one.token, other.token));
    await updateFromRows(
      tx,
      addContributions,
      people.map(({ token, names }) => [this.#day, token, names]),
    );
  }
}

interface ContributionsOptions {
  readonly db: Database;
  readonly sealer: Sealer;
  readonly clock: Clock;
  /** The longest time for which anything may be kept here. Nothing is counted where it is too short for counting. */
  readonly maxRetentionHours: number;
}

/**
 * Counts messages for the statistics. A person's token is made with the day's salt, which is deleted when the day is
 * released, and with a time key of the keyring, which is destroyed at the same time: whoever has the database alone
 * cannot find out whose tokens they are by trying every phone number.
 */
export class Contributions {
  readonly #options: ContributionsOptions;
  #open: { readonly day: number; readonly counted: CountedDay } | null = null;

  constructor(options: ContributionsOptions) {
    this.#options = options;
  }

  /** The present day. Opened before the transaction that records, because it may need the database. @throws ClockSuspectError */
  today(): CountedDay | Promise<CountedDay> {
    const day = dayOf(this.#options.clock.now());
    return this.#open?.day === day ? this.#open.counted : this.#openDay(day);
  }

  /**
   * Takes one person out of the days that are not released yet, in the caller's transaction. They are taken out for
   * all businesses, because nothing is known of which one they wrote with.
   */
  async forgetPerson(tx: Queryable, person: PhoneNumber): Promise<void> {
    const days = await tx.query<{ day: number; salt: Buffer }>('SELECT day, salt FROM statistics_days ORDER BY day');
    for (const { day, salt } of days) {
      const timeKey = this.#options.sealer.findTimeKey(lifetimeOf(day));
      if (!timeKey) continue;
      await tx.query('DELETE FROM statistics_contributions WHERE day = $1 AND person_token = $2', [
        day,
        tokenOf(combineKeys(timeKey, salt), person),
      ]);
    }
  }

  async #openDay(day: number): Promise<CountedDay> {
    const { db, sealer, maxRetentionHours } = this.#options;
    const salt = isCounting(maxRetentionHours) ? await ensureSalt(db, day) : null;
    const key = salt && combineKeys(await sealer.timeKey(lifetimeOf(day)), salt);
    const counted = new CountedDay(day, key);
    this.#open = { day, counted };
    return counted;
  }
}

/** Whether people's contributions may be kept until the release of their day. */
export function isCounting(maxRetentionHours: number): boolean {
  return maxRetentionHours >= limits.statisticsCountedHours;
}

function lifetimeOf(day: number): Lifetime {
  return { sinceMs: day * dayMs, retentionHours: limits.statisticsCountedHours };
}

function tokenOf(key: KeyObject, person: PhoneNumber): Buffer {
  return createHmac('sha256', key).update(person).digest().subarray(0, tokenBytes);
}

/** The salt of a day; null when the day, or a later one, was released already. */
export async function ensureSalt(db: Queryable, day: number): Promise<Buffer | null> {
  await db.query(
    `INSERT INTO statistics_days (day, salt)
     SELECT $1, $2 WHERE NOT EXISTS (SELECT FROM statistics_budget WHERE day >= $1) ON CONFLICT DO NOTHING`,
    [day, randomBytes(saltBytes)],
  );
  const [row] = await db.query<{ salt: Buffer }>('SELECT salt FROM statistics_days WHERE day = $1', [day]);
  return row?.salt ?? null;
}
