import type { KeyObject } from 'node:crypto';
import { insertRows, type Database, type InsertSpec } from '@postern/postgres';
import {
  draftRegistration,
  type Registrar,
  TransportRefusedError,
  TransportUnavailableError,
  type RegistrationDraft,
} from '@postern/client';
import { generateDeviceKeys, type PrekeyKind, type StoredPrekey } from '@postern/signal';
import { limits, type AccountId, type Clock, type DeviceId, type PhoneNumber } from '@postern/protocol';
import type { Keyring } from '../keyring/keyring.ts';
import type { Sealer } from '../sealing/sealer.ts';
import { decodeDeviceRecord, devicePlace, encodeDeviceRecord } from './device-record.ts';
import { hashPin, isPin } from './two-step-pin.ts';

/** A business's number, as the Business Manager describes it. */
export interface NumberInfo {
  readonly phoneNumberId: string;
  readonly phoneNumber: PhoneNumber;
  readonly verifiedName: string;
  readonly wabaId: string;
}

export type NumberState = 'unverified' | 'verified' | 'registered';

export type NumberErrorReason =
  | 'not-requested'
  | 'wrong-code'
  | 'code-expired'
  | 'too-many-attempts'
  | 'not-verified'
  | 'wrong-pin'
  | 'pin-locked'
  | 'rate-limited'
  | 'transport-unavailable';

/** Setting up a number did not succeed; the reason says what to do. */
export class NumberError extends Error {
  override readonly name = 'NumberError';
  readonly reason: NumberErrorReason;

  constructor(reason: NumberErrorReason) {
    super(`The number cannot be set up: ${reason}.`);
    this.reason = reason;
  }
}

interface NumberRow {
  state: NumberState;
  transport_registration_id: string | null;
  account_id: AccountId | null;
  sealed_device: Buffer | null;
  pin_hash: Buffer | null;
  pin_failures: number;
  pin_locked_until_ms: number;
}

/** Where a prekey is sealed. */
export function prekeyPlace(phoneNumberId: string, kind: string, id: number): Parameters<Sealer['sealForNumber']>[1] {
  return { table: 'prekeys', column: 'sealed', phoneNumberId, row: `${kind}/${id}`, version: 1 };
}

export const insertPrekeys: InsertSpec = {
  name: 'prekeys.insert',
  into: 'prekeys',
  columns: [
    { name: 'phone_number_id', type: 'text' },
    { name: 'kind', type: 'text' },
    { name: 'prekey_id', type: 'integer' },
    { name: 'sealed', type: 'bytea' },
    { name: 'made_at_ms', type: 'bigint' },
  ],
  suffix: 'ON CONFLICT DO NOTHING',
};

interface NumbersOptions {
  readonly db: Database;
  readonly keyring: Keyring;
  readonly sealer: Sealer;
  readonly registrar: Registrar;
  readonly clock: Clock;
}

const stateCacheMs = 5_000;

/** Sets numbers up: proof of ownership by a code, then keys and an account at the transport. */
export class Numbers {
  readonly #options: NumbersOptions;
  readonly #registered = new Map<string, number>();

  constructor(options: NumbersOptions) {
    this.#options = options;
  }

  /** How far a number is set up; null when nothing has been done for it. "Registered" is remembered for five seconds. */
  async findState(phoneNumberId: string): Promise<NumberState | null> {
    const now = this.#options.clock.now();
    if ((this.#registered.get(phoneNumberId) ?? 0) > now) return 'registered';
    const row = await this.#find(phoneNumberId);
    if (row?.state === 'registered') this.#remember(phoneNumberId, now);
    return row?.state ?? null;
  }

  /** Has a code sent to the number. @throws NumberError */
  async requestCode({ phoneNumberId, phoneNumber, verifiedName, wabaId }: NumberInfo): Promise<void> {
    const registrationId = await this.#ask(() => this.#options.registrar.requestCode(phoneNumber));
    await this.#options.db.query(
      `INSERT INTO numbers (phone_number_id, waba_id, phone_number, verified_name, state, transport_registration_id)
       VALUES ($1, $2, $3, $4, 'unverified', $5)
       ON CONFLICT (phone_number_id) DO UPDATE SET waba_id = $2, phone_number = $3, verified_name = $4, transport_registration_id = $5,
         state = CASE numbers.state WHEN 'registered' THEN 'registered' ELSE 'unverified' END`,
      [phoneNumberId, wabaId, phoneNumber, verifiedName, registrationId],
    );
  }

  /** Shows the code that was sent. @throws NumberError */
  async verifyCode({ phoneNumberId }: NumberInfo, code: string): Promise<void> {
    const registrationId = (await this.#find(phoneNumberId))?.transport_registration_id;
    if (!registrationId) throw new NumberError('not-requested');
    await this.#ask(() => this.#options.registrar.verifyCode(registrationId, code));
    await this.#options.db.query(
      "UPDATE numbers SET state = 'verified' WHERE phone_number_id = $1 AND state = 'unverified'",
      [phoneNumberId],
    );
  }

  /**
   * Makes the number's keys and its account, and sets its PIN. On a number that is registered already this only
   * checks the PIN. Safe to repeat: the draft is stored before the transport sees it.
   * @throws NumberError
   */
  async register(number: NumberInfo, pin: string): Promise<void> {
    const row = await this.#find(number.phoneNumberId);
    if (!row || row.state === 'unverified') throw new NumberError('not-verified');
    if (row.pin_hash) await this.#checkPin(number.phoneNumberId, row, pin);
    if (row.state === 'registered') return;
    const registrationId = row.transport_registration_id;
    if (!registrationId) throw new NumberError('not-verified');
    const draft = await this.#draft(number.phoneNumberId, row);
    const { accountId, deviceId } = await this.#ask(() => this.#options.registrar.createAccount(registrationId, draft));
    await this.#finish(number, { accountId, deviceId, pinHash: row.pin_hash ?? (await hashPin(pin)) });
  }

  async #find(phoneNumberId: string): Promise<NumberRow | null> {
    const rows = await this.#options.db.prepared<NumberRow>(
      'numbers.find',
      `SELECT state, transport_registration_id, account_id, sealed_device, pin_hash, pin_failures, pin_locked_until_ms
       FROM numbers WHERE phone_number_id = $1`,
      [phoneNumberId],
    );
    return rows[0] ?? null;
  }

  #remember(phoneNumberId: string, now: number): void {
    if (this.#registered.size >= limits.maxCachedTokens) this.#registered.clear();
    this.#registered.set(phoneNumberId, now + stateCacheMs);
  }

  async #checkPin(phoneNumberId: string, row: NumberRow, pin: string): Promise<void> {
    const { db, clock } = this.#options;
    if (row.pin_locked_until_ms > clock.now()) throw new NumberError('pin-locked');
    if (await isPin(pin, row.pin_hash ?? Buffer.alloc(0))) {
      await db.query('UPDATE numbers SET pin_failures = 0 WHERE phone_number_id = $1', [phoneNumberId]);
      return;
    }
    const isLast = row.pin_failures + 1 >= limits.maxPinFailures;
    await db.query('UPDATE numbers SET pin_failures = $2, pin_locked_until_ms = $3 WHERE phone_number_id = $1', [
      phoneNumberId,
      isLast ? 0 : row.pin_failures + 1,
      isLast ? clock.now() + limits.pinLockMs : 0,
    ]);
    throw new NumberError('wrong-pin');
  }

  /** The draft stored by an attempt that did not finish, or a fresh one, stored before the transport sees it. */
  async #draft(phoneNumberId: string, { sealed_device: sealedDevice }: NumberRow): Promise<RegistrationDraft> {
    const { keyring, sealer, clock } = this.#options;
    const key = await keyring.createNumberKey(phoneNumberId);
    if (sealedDevice) {
      const device = decodeDeviceRecord(sealer.openForNumber(key, devicePlace(phoneNumberId), sealedDevice));
      return { ...device, prekeys: await this.#loadDraftPrekeys(phoneNumberId, key) };
    }
    const draft = draftRegistration(generateDeviceKeys(), clock.now());
    await this.#storeDraft(phoneNumberId, key, draft);
    return draft;
  }

  async #loadDraftPrekeys(phoneNumberId: string, key: KeyObject): Promise<RegistrationDraft['prekeys']> {
    const rows = await this.#options.db.query<{ kind: PrekeyKind; prekey_id: number; sealed: Buffer }>(
      'SELECT kind, prekey_id, sealed FROM prekeys WHERE phone_number_id = $1',
      [phoneNumberId],
    );
    const open = (wanted: PrekeyKind): StoredPrekey => {
      const row = rows.find(({ kind }) => kind === wanted);
      if (!row) throw new Error('A registration draft was stored without its prekeys.');
      const { kind, prekey_id: id, sealed } = row;
      return {
        kind,
        id,
        record: this.#options.sealer.openForNumber(key, prekeyPlace(phoneNumberId, kind, id), sealed),
      };
    };
    return { signed: open('signed'), kyberLastResort: open('kyber-last-resort') };
  }

  async #storeDraft(
    phoneNumberId: string,
    key: KeyObject,
    { keys, secret, prekeys }: RegistrationDraft,
  ): Promise<void> {
    const { sealer, db, clock } = this.#options;
    const sealedDevice = sealer.sealForNumber(key, devicePlace(phoneNumberId), encodeDeviceRecord({ keys, secret }));
    const rows = Object.values(prekeys).map(({ kind, id, record }) => {
      const sealed = sealer.sealForNumber(key, prekeyPlace(phoneNumberId, kind, id), record);
      return [phoneNumberId, kind, id, sealed, clock.now()];
    });
    await db.transaction(async (tx) => {
      await tx.query('UPDATE numbers SET sealed_device = $2 WHERE phone_number_id = $1', [phoneNumberId, sealedDevice]);
      await insertRows(tx, insertPrekeys, rows);
    });
  }

  async #finish(
    { phoneNumberId, phoneNumber, verifiedName, wabaId }: NumberInfo,
    { accountId, deviceId, pinHash }: { accountId: AccountId; deviceId: DeviceId; pinHash: Buffer },
  ): Promise<void> {
    const { db, clock } = this.#options;
    await db.transaction(async (tx) => {
      await tx.query(
        `UPDATE numbers SET state = 'registered', account_id = $2, device_id = $3, pin_hash = $4, registered_at_ms = $5,
           waba_id = $6, phone_number = $7, verified_name = $8, transport_registration_id = NULL
         WHERE phone_number_id = $1`,
        [phoneNumberId, accountId, deviceId, pinHash, clock.now(), wabaId, phoneNumber, verifiedName],
      );
      await tx.query("SELECT pg_notify('numbers', $1)", [phoneNumberId]);
    });
    this.#remember(phoneNumberId, clock.now());
  }

  async #ask<T>(call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (error) {
      if (error instanceof TransportUnavailableError) throw new NumberError('transport-unavailable');
      if (!(error instanceof TransportRefusedError)) throw error;
      throw new NumberError(refusals[error.code] ?? (error.retryable ? 'transport-unavailable' : 'not-requested'));
    }
  }
}

const refusals: Record<string, NumberErrorReason> = {
  wrong_code: 'wrong-code',
  too_many_attempts: 'too-many-attempts',
  expired: 'code-expired',
  rate_limited: 'rate-limited',
  not_verified: 'not-verified',
};
