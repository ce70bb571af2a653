import { boundOf, type Window } from '../contract/list-window.ts';
import { createHmac, createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';
import type { Queryable } from '@postern/postgres';
import { parsePhoneNumber, parseUserId, type PhoneNumber, type UserId } from '@postern/protocol';
import type { Sealer, SealPlace } from '../sealing/sealer.ts';

/** Why somebody is not written to: they want no marketing messages, or the business blocked them. */
export type SuppressionKind = 'marketing' | 'blocked';

/** A person whom a number has blocked. */
export interface BlockedPerson {
  readonly person: PhoneNumber;
  /** As whom the business knew them, where it did not have their number; null where it had. */
  readonly hiddenAs: UserId | null;
  /** Names the row; what a list goes on after. */
  readonly hash: Buffer;
}

const hashBytes = 16;

/**
 * Whom numbers must not write to. A person stands there as a hash that is keyed with the number's key and outlives their
 * messages, since a wish not to be written to has no end; it is nothing without that key. Whom a business blocked itself
 * it may list, so of those the phone number is kept too, sealed.
 */
export class Suppressions {
  readonly #sealer: Sealer;
  readonly #hashKeys = new WeakMap<KeyObject, KeyObject>();

  constructor(sealer: Sealer) {
    this.#sealer = sealer;
  }

  /** What holds for these people; those for whom nothing does, or nothing can be known any more, are missing. */
  async find(
    by: Queryable,
    phoneNumberId: string,
    people: Iterable<PhoneNumber>,
  ): Promise<Map<PhoneNumber, ReadonlySet<SuppressionKind>>> {
    if (!this.#sealer.findNumberKey(phoneNumberId)) return new Map();
    const personOf = new Map([...new Set(people)].map((person) => [this.#hash(phoneNumberId, person), person]));
    if (personOf.size === 0) return new Map();
    const rows = await by.prepared<{ person_hash: Buffer; kind: SuppressionKind }>(
      'suppressions.find',
      'SELECT person_hash, kind FROM suppressions WHERE phone_number_id = $1 AND person_hash = ANY($2::bytea[])',
      [phoneNumberId, [...personOf.keys()].map((hash) => Buffer.from(hash, 'hex'))],
    );
    const found = new Map<PhoneNumber, Set<SuppressionKind>>();
    for (const { person_hash: hash, kind } of rows) {
      const person = personOf.get(hash.toString('hex'));
      if (person) found.set(person, (found.get(person) ?? new Set()).add(kind));
    }
    return found;
  }

  /** Of these people, those whom the number has blocked. One look at an index when it has blocked nobody. */
  async findBlocked(
    by: Queryable,
    phoneNumberId: string,
    people: Iterable<PhoneNumber>,
  ): Promise<ReadonlySet<PhoneNumber>> {
    const any = await by.prepared(
      'suppressions.any-blocked',
      "SELECT FROM suppressions WHERE phone_number_id = $1 AND kind = 'blocked' LIMIT 1",
      [phoneNumberId],
    );
    if (any.length === 0) return new Set();
    const found = await this.find(by, phoneNumberId, people);
    return new Set([...found].filter(([, kinds]) => kinds.has('blocked')).map(([person]) => person));
  }

  /** Writes down that this holds from now on. @throws KeyMissingError */
  async add(
    by: Queryable,
    phoneNumberId: string,
    {
      kind,
      person,
      hiddenAs = null,
      nowMs,
    }: { kind: SuppressionKind; person: PhoneNumber; hiddenAs?: UserId | null; nowMs: number },
  ): Promise<void> {
    const hash = this.#hash(phoneNumberId, person);
    const sealed = kind === 'blocked' ? this.#sealPerson(phoneNumberId, hash, { person, hiddenAs }) : null;
    await by.query(
      `INSERT INTO suppressions (phone_number_id, kind, person_hash, sealed_person, since_ms) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT DO NOTHING`,
      [phoneNumberId, kind, Buffer.from(hash, 'hex'), sealed, nowMs],
    );
  }

  /** It holds no longer. Returns whether it did. @throws KeyMissingError */
  async remove(
    by: Queryable,
    phoneNumberId: string,
    { kind, person }: { kind: SuppressionKind; person: PhoneNumber },
  ): Promise<boolean> {
    const hash = Buffer.from(this.#hash(phoneNumberId, person), 'hex');
    const rows = await by.query(
      'DELETE FROM suppressions WHERE phone_number_id = $1 AND kind = $2 AND person_hash = $3 RETURNING 1',
      [phoneNumberId, kind, hash],
    );
    return rows.length > 0;
  }

  /** No number of the account has this person blocked any more: the list of the blocked tells their phone number. */
  async unblockEverywhere(by: Queryable, wabaId: string, person: PhoneNumber): Promise<void> {
    const numbers = await by.query<{ phone_number_id: string }>(
      'SELECT phone_number_id FROM numbers WHERE waba_id = $1',
      [wabaId],
    );
    for (const { phone_number_id: id } of numbers)
      if (this.#sealer.findNumberKey(id)) await this.remove(by, id, { kind: 'blocked', person });
  }

  /** Whom the number has blocked, in no order that means anything, from where the window begins. @throws KeyMissingError */
  async listBlocked(by: Queryable, phoneNumberId: string, window: Window<Buffer>): Promise<BlockedPerson[]> {
    const { bound, isBackwards, rows: wanted } = boundOf(window);
    const rows = await by.query<{ person_hash: Buffer; sealed_person: Buffer }>(
      `SELECT person_hash, sealed_person FROM suppressions
       WHERE phone_number_id = $1 AND kind = 'blocked'
         AND ($2::bytea IS NULL OR person_hash ${isBackwards ? '<' : '>'} $2)
       ORDER BY person_hash ${isBackwards ? 'DESC' : ''} LIMIT $3`,
      [phoneNumberId, bound, wanted],
    );
    const key = this.#sealer.numberKey(phoneNumberId);
    return rows.flatMap(({ person_hash: hash, sealed_person: sealed }) => {
      const opened = this.#sealer.find(key, personPlace(phoneNumberId, hash.toString('hex')), sealed);
      const [number = '', userId = ''] = opened?.toString().split(' ') ?? [];
      const person = parsePhoneNumber(number);
      return person ? [{ person, hiddenAs: parseUserId(userId), hash }] : [];
    });
  }

  async countBlocked(by: Queryable, phoneNumberId: string): Promise<number> {
    const [row] = await by.query<{ count: number }>(
      "SELECT count(*)::int AS count FROM suppressions WHERE phone_number_id = $1 AND kind = 'blocked'",
      [phoneNumberId],
    );
    return row?.count ?? 0;
  }

  #sealPerson(
    phoneNumberId: string,
    hash: string,
    { person, hiddenAs }: Pick<BlockedPerson, 'person' | 'hiddenAs'>,
  ): Buffer {
    const key = this.#sealer.numberKey(phoneNumberId);
    const text = hiddenAs === null ? person : `${person} ${hiddenAs}`;
    return this.#sealer.seal(key, personPlace(phoneNumberId, hash), Buffer.from(text));
  }

  /** In hex. */
  #hash(phoneNumberId: string, person: PhoneNumber): string {
    const numberKey = this.#sealer.numberKey(phoneNumberId);
    let key = this.#hashKeys.get(numberKey);
    if (!key) {
      key = createSecretKey(Buffer.from(hkdfSync('sha512', numberKey.export(), '', 'postern suppressions v1', 32)));
      this.#hashKeys.set(numberKey, key);
    }
    return createHmac('sha256', key).update(person).digest().subarray(0, hashBytes).toString('hex');
  }
}

function personPlace(phoneNumberId: string, row: string): SealPlace {
  return { table: 'suppressions', column: 'sealed_person', phoneNumberId, row, epoch: '1' };
}
