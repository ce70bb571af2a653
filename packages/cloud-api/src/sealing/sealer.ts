import type { KeyObject } from 'node:crypto';
import { limits } from '@postern/protocol';
import type { Keyring } from '../keyring/keyring.ts';
import { openRecord, sealRecord } from './record.ts';

/** A record that lives as long as its hour's key. */
export interface HourPlace {
  readonly table: string;
  readonly column: string;
  readonly phoneNumberId: string;
  readonly row: string;
  /** Unix second of acceptance; its hour names the key. */
  readonly acceptedS: number;
}

/** A record that lives as long as its number's key. */
export interface NumberPlace {
  readonly table: string;
  readonly column: string;
  readonly phoneNumberId: string;
  readonly row: string;
  /** Rises when the row is written again, so that an old copy does not open in its stead. */
  readonly version: number;
}

/** The hour, counted from 1970 in UTC, that a second lies in. */
export function hourOf(acceptedS: number): number {
  return Math.floor((acceptedS * 1000) / limits.hourMs);
}

/** Seals and opens records with the keys of one keyring. */
export class Sealer {
  readonly #keyring: Keyring;
  readonly #region: string;

  constructor(keyring: Keyring, region: string) {
    this.#keyring = keyring;
    this.#region = region;
  }

  /** The key that seals what is accepted in this second; made if it is the first of its hour. */
  async hourKey(acceptedS: number): Promise<KeyObject> {
    return this.#keyring.hourKey(this.#region, hourOf(acceptedS));
  }

  /** The key of that hour; null when it was destroyed, or never made. */
  async findHourKey(acceptedS: number): Promise<KeyObject | null> {
    return this.#keyring.findHourKey(this.#region, hourOf(acceptedS));
  }

  async numberKey(phoneNumberId: string): Promise<KeyObject> {
    return this.#keyring.numberKey(phoneNumberId);
  }

  sealForHour(key: KeyObject, { acceptedS, ...place }: HourPlace, plaintext: Uint8Array): Buffer {
    return sealRecord(key, { ...place, region: this.#region, epoch: hourOf(acceptedS) }, plaintext);
  }

  /** @throws SealBrokenError */
  openForHour(key: KeyObject, { acceptedS, ...place }: HourPlace, sealed: Uint8Array): Buffer {
    return openRecord(key, { ...place, region: this.#region, epoch: hourOf(acceptedS) }, sealed);
  }

  sealForNumber(key: KeyObject, { version, ...place }: NumberPlace, plaintext: Uint8Array): Buffer {
    return sealRecord(key, { ...place, region: this.#region, epoch: version }, plaintext);
  }

  /** @throws SealBrokenError */
  openForNumber(key: KeyObject, { version, ...place }: NumberPlace, sealed: Uint8Array): Buffer {
    return openRecord(key, { ...place, region: this.#region, epoch: version }, sealed);
  }
}
