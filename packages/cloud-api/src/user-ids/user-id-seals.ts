import { createHmac, createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';
import { limits, type AccountId, type PhoneNumber, type UserId } from '@postern/protocol';
import { epochOf, type Sealer, type SealPlace } from '../sealing/sealer.ts';
import type { Subject, SubjectId } from '../subjects/subject.ts';
import type { KnownUser } from './user-id.ts';
import type { NewUserIdRow, UserIdRow } from './user-id-rows.ts';

const hashBytes = 16;

type Sealed = readonly [
  person: PhoneNumber,
  id: UserId,
  accountId: AccountId | null,
  isNumberKnown: boolean,
  namesMessages: boolean,
];

/**
 * Seals which user id stands for whom: with the keys of number, person and present hour, as sessions are. It cannot be
 * opened any more when one of them is gone.
 */
export class UserIdSeals {
  readonly #sealer: Sealer;
  readonly #hashKeys = new WeakMap<KeyObject, KeyObject>();

  constructor(sealer: Sealer) {
    this.#sealer = sealer;
  }

  /** How old a seal may become before it is made anew when the person is met again: a small part of what it lives. */
  maxAgeMs(nowMs: number): number {
    return (this.#sealer.longLifetime(nowMs).retentionHours * limits.hourMs) / limits.userIdSealsPerLife;
  }

  /** @throws ClockSuspectError | KeyMissingError */
  async seal(
    phoneNumberId: string,
    { subject, user, nowMs }: { subject: Subject; user: KnownUser; nowMs: number },
  ): Promise<NewUserIdRow> {
    const timeKey = await this.#sealer.timeKey(this.#sealer.longLifetime(nowMs));
    const key = subject.sealKey(timeKey, this.#sealer.numberKey(phoneNumberId));
    const parts: Sealed = [user.person, user.id, user.accountId, user.isNumberKnown, user.namesMessages];
    const place = this.#place(phoneNumberId, subject.id, nowMs);
    return {
      phone_number_id: phoneNumberId,
      subject_id: subject.id,
      hash: this.hash(phoneNumberId, user.id),
      sealed: this.#sealer.seal(key, place, Buffer.from(JSON.stringify(parts))),
      sealed_at_ms: nowMs,
    };
  }

  /** Null for what is past its time, of a number whose key is gone, or refused. */
  open({ phone_number_id: phoneNumberId, sealed, sealed_at_ms: atMs }: UserIdRow, subject: Subject): KnownUser | null {
    const timeKey = this.#sealer.findRecordTimeKey('user_ids', this.#sealer.longLifetime(atMs));
    const numberKey = this.#sealer.findNumberKey(phoneNumberId);
    if (!timeKey || !numberKey) return null;
    const place = this.#place(phoneNumberId, subject.id, atMs);
    const opened = this.#sealer.find(subject.sealKey(timeKey, numberKey), place, sealed);
    if (!opened) return null;
    const [person, id, accountId, isNumberKnown, namesMessages] = JSON.parse(opened.toString()) as Sealed;
    return { person, id, accountId, isNumberKnown, namesMessages };
  }

  /** Whether there is anything of this number to be found. */
  hasKey(phoneNumberId: string): boolean {
    return this.#sealer.findNumberKey(phoneNumberId) !== null;
  }

  /** What finds a user id among those of a number. @throws KeyMissingError */
  hash(phoneNumberId: string, id: UserId): Buffer {
    const numberKey = this.#sealer.numberKey(phoneNumberId);
    let key = this.#hashKeys.get(numberKey);
    if (!key) {
      key = createSecretKey(Buffer.from(hkdfSync('sha512', numberKey.export(), '', 'postern user ids v1', 32)));
      this.#hashKeys.set(numberKey, key);
    }
    return createHmac('sha256', key).update(id).digest().subarray(0, hashBytes);
  }

  #place(phoneNumberId: string, row: SubjectId, atMs: number): SealPlace {
    return {
      table: 'user_ids',
      column: 'sealed',
      phoneNumberId,
      row,
      epoch: `${epochOf(this.#sealer.longLifetime(atMs))}/${atMs}`,
    };
  }
}
