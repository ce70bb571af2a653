import { createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';
import { KeyMissingError, timeKeyEndsMs, timeKeyNameAt, type Keyring } from '@postern/keyring';
import { limits } from '@postern/protocol';
import { openRecord, SealBrokenError, sealRecord } from './record.ts';

/** Where a record stands, and when it was written. It opens nowhere else. */
export interface SealPlace {
  readonly table: string;
  readonly column: string;
  readonly phoneNumberId: string;
  readonly row: string;
  /** What dates the record: `retention/slot` of its time key, or the version of a row that is written again. */
  readonly epoch: string;
}

/** How long something may be kept, and since when: it names the time key. */
export interface Lifetime {
  /** Unix milliseconds. */
  readonly sinceMs: number;
  /** 1 to 720. */
  readonly retentionHours: number;
}

/** A sealed record was refused: which table it stands in. */
export type OnRefused = (table: string) => void;

interface SealerOptions {
  readonly keyring: Keyring;
  readonly region: string;
  readonly onRefused: OnRefused;
}

/** The first moment at which nothing of this may be read any more, whether its key is destroyed by then or not. */
export function deadlineMs({ sinceMs, retentionHours }: Lifetime): number {
  return timeKeyEndsMs(timeKeyNameAt('', retentionHours, sinceMs));
}

/**
 * Until when it is tried to send something. What is left then of its time, a tenth and at most an hour, is for telling
 * the business that it failed: a webhook names the person, who is forgotten with the message.
 */
export function sendUntilMs(lifetime: Lifetime): number {
  return deadlineMs(lifetime) - Math.min(limits.hourMs, (lifetime.retentionHours * limits.hourMs) / 10);
}

/** Until when it is tried to send a message that its sender gave only so much time; all there is when that is null. */
export function triedUntilMs(lifetime: Lifetime, ttlMs: number | null): number {
  const latestMs = sendUntilMs(lifetime);
  return ttlMs === null ? latestMs : Math.min(latestMs, lifetime.sinceMs + ttlMs);
}

/** The part of a place that says which time key seals it. */
export function epochOf({ sinceMs, retentionHours }: Lifetime): string {
  return `${retentionHours}/${timeKeyNameAt('', retentionHours, sinceMs).slot}`;
}

/** One key from several, all of which it takes to know it: HKDF (RFC 5869) with SHA-512 over them in this order. */
export function combineKeys(...keys: readonly (KeyObject | Uint8Array)[]): KeyObject {
  const parts = keys.map((key) => ('export' in key ? key.export() : key));
  return createSecretKey(Buffer.from(hkdfSync('sha512', Buffer.concat(parts), '', 'postern combined key v1', 32)));
}

/** Seals and opens records with the keys of one keyring. Every refusal is counted and told. */
export class Sealer {
  readonly #keyring: Keyring;
  readonly #region: string;
  readonly #onRefused: OnRefused;
  /** Time key → number key → both combined: gone with either. */
  readonly #numberKeys = new WeakMap<KeyObject, WeakMap<KeyObject, KeyObject>>();

  constructor({ keyring, region, onRefused }: SealerOptions) {
    this.#keyring = keyring;
    this.#region = region;
    this.#onRefused = onRefused;
  }

  /** To be called before it is decided what is past its time. @throws ClockSuspectError */
  checkClock(): void {
    this.#keyring.clock.checkWrites();
  }

  /** The life of what is kept of a number or a person beside their messages: as long as anything may be kept here. */
  longLifetime(sinceMs: number): Lifetime {
    return { sinceMs, retentionHours: this.#keyring.maxRetentionHours };
  }

  /** The time key that seals now; made if it is the first of its slot. @throws ClockSuspectError | TimeKeyOverError */
  timeKey({ sinceMs, retentionHours }: Lifetime): KeyObject | Promise<KeyObject> {
    this.#keyring.clock.checkWrites();
    return this.#keyring.timeKey(timeKeyNameAt(this.#region, retentionHours, sinceMs));
  }

  /** The time key of something kept; null from its deadline on, and when it never was. */
  findTimeKey({ sinceMs, retentionHours }: Lifetime): KeyObject | null {
    return this.#keyring.findTimeKey(timeKeyNameAt(this.#region, retentionHours, sinceMs));
  }

  /**
   * The time key of a record; null from its deadline on. Before that it is there: a record that claims a time without a
   * key is refused, and that is counted.
   */
  findRecordTimeKey(table: string, lifetime: Lifetime): KeyObject | null {
    const key = this.findTimeKey(lifetime);
    if (!key && this.#keyring.clock.now() < deadlineMs(lifetime)) this.#onRefused(table);
    return key;
  }

  /** @throws KeyMissingError */
  numberKey(phoneNumberId: string): KeyObject {
    return this.#keyring.numberKey(phoneNumberId);
  }

  /** The key of a number; null when it was destroyed, or never made. */
  findNumberKey(phoneNumberId: string): KeyObject | null {
    try {
      return this.#keyring.numberKey(phoneNumberId);
    } catch (error) {
      if (error instanceof KeyMissingError) return null;
      throw error;
    }
  }

  /** The key of what a number keeps and that concerns no one person, for example its prekeys. @throws KeyMissingError */
  numberKeyAt(timeKey: KeyObject, phoneNumberId: string): KeyObject {
    const numberKey = this.numberKey(phoneNumberId);
    const known = this.#numberKeys.get(timeKey) ?? new WeakMap<KeyObject, KeyObject>();
    this.#numberKeys.set(timeKey, known);
    const key = known.get(numberKey) ?? combineKeys(timeKey, numberKey);
    known.set(numberKey, key);
    return key;
  }

  seal(key: KeyObject, place: SealPlace, plaintext: Uint8Array): Buffer {
    return sealRecord(key, { ...place, region: this.#region }, plaintext);
  }

  /** Null when the record is refused, which was counted: damaged, moved to another place, or under another key. */
  find(key: KeyObject, place: SealPlace, sealed: Uint8Array): Buffer | null {
    try {
      return this.open(key, place, sealed);
    } catch (error) {
      if (error instanceof SealBrokenError) return null;
      throw error;
    }
  }

  /** @throws SealBrokenError, which was counted */
  open(key: KeyObject, place: SealPlace, sealed: Uint8Array): Buffer {
    try {
      return openRecord(key, { ...place, region: this.#region }, sealed);
    } catch (error) {
      if (error instanceof SealBrokenError) this.#onRefused(place.table);
      throw error;
    }
  }
}
