import type { KeyObject } from 'node:crypto';
import type { Database } from '@postern/postgres';
import {
  draftRegistration,
  type Registrar,
  TransportRefusedError,
  TransportUnavailableError,
  type RegistrationDraft,
} from '@postern/client';
import { generateDeviceKeys, type PrekeyKind, type StoredPrekey } from '@postern/signal';
import { limits, type AccountId, type DeviceId, type PhoneNumber } from '@postern/protocol';
import { PrekeyStore } from './prekey-store.ts';
import type { SealedStorage } from '../sealed-storage.ts';
import type { OffBoarding } from './off-boarding.ts';
import { decodeDeviceRecord, devicePlace, encodeDeviceRecord } from './device-record.ts';
import type { ThroughputLevel } from '../rules/sending-rates.ts';
import type { NumberSettings, SettingChange } from './number-settings.ts';
import { queueNumberEvent } from '../webhooks/events.ts';
import { tellChange } from './setting-events.ts';
import { announceUsername } from './business-usernames.ts';
import { countRegistrationChange } from './registration-changes.ts';
import { hashPin, isPin } from './two-step-pin.ts';

/** How far a number is set up. */
export interface NumberSetup {
  readonly state: NumberState;
  /** Whether it was registered before, also when it is not any more. */
  readonly wasRegistered: boolean;
  /** Null while it is not registered. */
  readonly registeredAtMs: number | null;
  readonly isSearchable: boolean;
}

/** A business's number, as the Business Manager describes it. */
export interface NumberInfo {
  readonly phoneNumberId: string;
  readonly phoneNumber: PhoneNumber;
  readonly verifiedName: string;
  readonly wabaId: string;
  readonly businessId: string;
}

export type NumberState = 'unverified' | 'verified' | 'registered';

export type NumberErrorReason =
  | 'not-registered'
  | 'not-requested'
  | 'already-registered'
  | 'registered-too-often'
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
  retention_hours: number;
  throughput_level: ThroughputLevel;
  checks_identity: boolean;
  registrations_at_ms: number[];
  is_searchable: boolean;
  leaving_since_ms: number | null;
  registered_at_ms: number | null;
}

interface NewAccount {
  readonly accountId: AccountId;
  readonly deviceId: DeviceId;
  readonly pinHash: Buffer;
  readonly retentionHours: number | null;
}

interface NumbersOptions {
  readonly db: Database;
  readonly storage: SealedStorage;
  readonly registrar: Registrar;
  readonly offBoarding: Pick<OffBoarding, 'deregister' | 'closeAccount'>;
}

const stateCacheMs = 5_000;

/** Sets numbers up: proof of ownership by a code, then keys and an account at the transport. */
export class Numbers {
  readonly #options: NumbersOptions;
  readonly #prekeys: PrekeyStore;
  /** Registered numbers: until when that is believed, and their settings. */
  readonly #registered = new Map<string, { readonly untilMs: number; readonly settings: NumberSettings }>();

  constructor(options: NumbersOptions) {
    this.#options = options;
    this.#prekeys = new PrekeyStore(options.storage.sealer);
  }

  /** How far a number is set up; null when nothing has been done for it. */
  async findState(phoneNumberId: string): Promise<NumberState | null> {
    if (await this.findSettings(phoneNumberId)) return 'registered';
    return (await this.#find(phoneNumberId))?.state ?? null;
  }

  /** The same, and what came before; null when nothing has been done for it. */
  async findSetup(phoneNumberId: string): Promise<NumberSetup | null> {
    const row = await this.#find(phoneNumberId);
    if (!row) return null;
    // A PIN is set by the first registration, and stays.
    const { state, registered_at_ms: registeredAtMs, is_searchable: isSearchable } = row;
    return { state, wasRegistered: row.pin_hash !== null, registeredAtMs, isSearchable };
  }

  /** The settings of a registered number; null when it is not registered. Remembered for five seconds. */
  async findSettings(phoneNumberId: string): Promise<NumberSettings | null> {
    const now = this.#options.storage.clock.now();
    const known = this.#registered.get(phoneNumberId);
    if (known && known.untilMs > now) return known.settings;
    const row = await this.#find(phoneNumberId);
    if (row?.state !== 'registered') return null;
    const { retention_hours: retentionHours, throughput_level: throughputLevel, checks_identity: checksIdentity } = row;
    const settings = { retentionHours, throughputLevel, checksIdentity };
    this.#remember(phoneNumberId, settings);
    return settings;
  }

  /** Changes a setting, for what is accepted from now on: messages that are kept already keep their time. The app is who asks. */
  async changeSetting(phoneNumberId: string, change: SettingChange, appId: string): Promise<void> {
    const { db, storage } = this.#options;
    await db.transaction(async (tx) => {
      const details = { ...change, app_id: appId };
      await storage.audit.record(tx, { kind: 'settings', phoneNumberId, details });
      const [number] = await tx.query<{ waba_id: string; phone_number: PhoneNumber }>(
        `UPDATE numbers SET ${change.setting} = $2 WHERE phone_number_id = $1 AND ${change.setting} <> $2
         RETURNING waba_id, phone_number`,
        [phoneNumberId, change.value],
      );
      if (!number) return;
      const { waba_id: wabaId, phone_number: phoneNumber } = number;
      await tellChange(tx, { phoneNumberId, wabaId, phoneNumber }, { change, nowMs: storage.clock.now() });
    });
    this.#registered.delete(phoneNumberId);
  }

  /** Has a code sent to the number. @throws NumberError */
  async requestCode({ phoneNumberId, phoneNumber, verifiedName, wabaId, businessId }: NumberInfo): Promise<void> {
    if ((await this.#find(phoneNumberId))?.state === 'registered') throw new NumberError('already-registered');
    const registrationId = await this.#ask(() => this.#options.registrar.requestCode(phoneNumber));
    await this.#options.db.query(
      `INSERT INTO numbers (phone_number_id, waba_id, phone_number, verified_name, state, transport_registration_id, retention_hours,
         business_id)
       VALUES ($1, $2, $3, $4, 'unverified', $5, $6, $7)
       ON CONFLICT (phone_number_id) DO UPDATE SET waba_id = $2, phone_number = $3, verified_name = $4, transport_registration_id = $5, business_id = $7,
         state = CASE numbers.state WHEN 'registered' THEN 'registered' ELSE 'unverified' END`,
      [
        phoneNumberId,
        wabaId,
        phoneNumber,
        verifiedName,
        registrationId,
        this.#options.storage.keyring.maxRetentionHours,
        businessId,
      ],
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
   * checks the PIN. Safe to repeat: the draft is stored before the transport sees it. The retention is as it was unless told.
   * @throws NumberError
   */
  async register(number: NumberInfo, pin: string, retentionHours: number | null = null): Promise<void> {
    const found = await this.#find(number.phoneNumberId);
    const row =
      found && found.leaving_since_ms !== null && found.state === 'verified'
        ? await this.#stay(number.phoneNumberId)
        : found;
    if (!row || row.state === 'unverified') throw new NumberError('not-verified');
    if (row.state !== 'registered') this.#checkOften(row);
    if (row.pin_hash) await this.#checkPin(number.phoneNumberId, row, pin);
    if (row.state === 'registered') return;
    const registrationId = row.transport_registration_id;
    if (!registrationId) throw new NumberError('not-verified');
    const draft = await this.#draft(number.phoneNumberId, row);
    const { accountId, deviceId } = await this.#ask(() => this.#options.registrar.createAccount(registrationId, draft));
    const pinHash = row.pin_hash ?? (await hashPin(pin));
    await this.#finish(number, { accountId, deviceId, pinHash, retentionHours });
  }

  /** Sets a registered number's PIN anew, and tells the apps that want to know. @throws NumberError */
  async setPin({ phoneNumberId, phoneNumber, wabaId }: NumberInfo, pin: string, appId: string): Promise<void> {
    const { db, storage } = this.#options;
    const pinHash = await hashPin(pin);
    await db.transaction(async (tx) => {
      const changed = await tx.execute(
        `UPDATE numbers SET pin_hash = $2, pin_failures = 0, pin_locked_until_ms = 0
         WHERE phone_number_id = $1 AND state = 'registered'`,
        [phoneNumberId, pinHash],
      );
      if (changed === 0) throw new NumberError('not-registered');
      const details = { setting: 'two_step_pin', app_id: appId } as const;
      await storage.audit.record(tx, { kind: 'settings', phoneNumberId, details });
      const value = { display_phone_number: phoneNumber, event: 'PIN_CHANGED' };
      const event = { field: 'security', value, happenedAtMs: storage.clock.now() };
      await queueNumberEvent(tx, { phoneNumberId, wabaId }, event);
    });
  }

  /** Sets whether a search may find the number. The app is who asks. @throws NumberError */
  async setSearchable(phoneNumberId: string, isSearchable: boolean, appId: string): Promise<void> {
    const { db, storage } = this.#options;
    await db.transaction(async (tx) => {
      const changed = await tx.execute(
        "UPDATE numbers SET is_searchable = $2 WHERE phone_number_id = $1 AND state = 'registered'",
        [phoneNumberId, isSearchable],
      );
      if (changed === 0) throw new NumberError('not-registered');
      const details = { setting: 'search_visibility', app_id: appId } as const;
      await storage.audit.record(tx, { kind: 'settings', phoneNumberId, details });
    });
  }

  /** Takes the number out of service; its keys are destroyed when its last webhooks are told. @throws NumberError */
  async deregister(phoneNumberId: string): Promise<void> {
    this.#registered.delete(phoneNumberId);
    if (!(await this.#options.offBoarding.deregister(phoneNumberId))) throw new NumberError('not-registered');
  }

  /** A number that was leaving is set up again: its former account is closed, and its key is not destroyed any more. */
  async #stay(phoneNumberId: string): Promise<NumberRow | null> {
    await this.#ask(() => this.#options.offBoarding.closeAccount(phoneNumberId));
    await this.#options.db.query('UPDATE numbers SET leaving_since_ms = NULL WHERE phone_number_id = $1', [
      phoneNumberId,
    ]);
    return this.#find(phoneNumberId);
  }

  async #find(phoneNumberId: string): Promise<NumberRow | null> {
    const rows = await this.#options.db.prepared<NumberRow>(
      'numbers.find',
      `SELECT state, transport_registration_id, account_id, sealed_device, pin_hash, pin_failures, pin_locked_until_ms,
              retention_hours, throughput_level, checks_identity, leaving_since_ms, registered_at_ms,
              registrations_at_ms, is_searchable
       FROM numbers WHERE phone_number_id = $1`,
      [phoneNumberId],
    );
    return rows[0] ?? null;
  }

  #remember(phoneNumberId: string, settings: NumberSettings): void {
    if (this.#registered.size >= limits.maxCachedTokens) this.#registered.clear();
    const untilMs = this.#options.storage.clock.now() + stateCacheMs;
    this.#registered.set(phoneNumberId, { untilMs, settings });
  }

  #checkOften({ registrations_at_ms: changes }: NumberRow): void {
    const sinceMs = this.#options.storage.clock.now() - limits.registrationChangesCountedMs;
    if (changes.filter((atMs) => atMs > sinceMs).length >= limits.maxRegistrationChanges)
      throw new NumberError('registered-too-often');
  }

  async #checkPin(phoneNumberId: string, row: NumberRow, pin: string): Promise<void> {
    const { db, storage } = this.#options;
    const { clock } = storage;
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
    const { keyring, sealer, clock, keyUse } = this.#options.storage;
    await keyUse.note('device', [phoneNumberId]);
    const key = await keyring.createNumberKey(phoneNumberId);
    if (sealedDevice) {
      const device = decodeDeviceRecord(sealer.open(key, devicePlace(phoneNumberId), sealedDevice));
      return { ...device, prekeys: await this.#loadDraftPrekeys(phoneNumberId) };
    }
    const draft = draftRegistration(generateDeviceKeys(), clock.now());
    await this.#storeDraft(phoneNumberId, key, draft);
    return draft;
  }

  async #loadDraftPrekeys(phoneNumberId: string): Promise<RegistrationDraft['prekeys']> {
    const prekeys = await this.#prekeys.list(this.#options.db, phoneNumberId);
    const find = (wanted: PrekeyKind): StoredPrekey => {
      const prekey = prekeys.find(({ kind }) => kind === wanted);
      if (!prekey) throw new Error('A registration draft was stored without its prekeys.');
      return prekey;
    };
    return { signed: find('signed'), kyberLastResort: find('kyber-last-resort') };
  }

  async #storeDraft(
    phoneNumberId: string,
    key: KeyObject,
    { keys, secret, prekeys }: RegistrationDraft,
  ): Promise<void> {
    const { db, storage } = this.#options;
    const sealedDevice = storage.sealer.seal(key, devicePlace(phoneNumberId), encodeDeviceRecord({ keys, secret }));
    await db.transaction(async (tx) => {
      await tx.query('UPDATE numbers SET sealed_device = $2 WHERE phone_number_id = $1', [phoneNumberId, sealedDevice]);
      await this.#prekeys.add(tx, phoneNumberId, Object.values(prekeys), storage.clock.now());
    });
  }

  async #finish(
    { phoneNumberId, phoneNumber, verifiedName, wabaId }: NumberInfo,
    { accountId, deviceId, pinHash, retentionHours }: NewAccount,
  ): Promise<void> {
    const { db, storage } = this.#options;
    const { clock } = storage;
    await db.transaction(async (tx) => {
      await storage.audit.record(tx, { kind: 'number-registered', wabaId, phoneNumberId, details: {} });
      await tx.query(
        `UPDATE numbers SET state = 'registered', account_id = $2, device_id = $3, pin_hash = $4, registered_at_ms = $5,
           waba_id = $6, phone_number = $7, verified_name = $8, transport_registration_id = NULL,
           retention_hours = coalesce($9, retention_hours)
         WHERE phone_number_id = $1`,
        [phoneNumberId, accountId, deviceId, pinHash, clock.now(), wabaId, phoneNumber, verifiedName, retentionHours],
      );
      await countRegistrationChange(tx, phoneNumberId, clock.now());
      await announceUsername(tx, phoneNumberId, clock.now());
      await tx.query("SELECT pg_notify('numbers', $1)", [phoneNumberId]);
    });
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
