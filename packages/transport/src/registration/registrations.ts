import { randomUUID } from 'node:crypto';
import { limits, newAccountId, type Clock, type DeviceId, type PhoneNumber } from '@postern/protocol';
import type { Database, Transaction } from '@postern/postgres';
import { equalHashes } from '@postern/service';
import { insertAccount, insertDevice, lockAccountOfNumber, type NewDevice } from '../accounts/account-store.ts';
import type { Accounts } from '../accounts/accounts.ts';
import type { Address } from '../address.ts';
import { Budgets } from '../budgets.ts';
import { checkDeviceKeys } from '../keys/device-keys.ts';
import type { Verifier } from '../verifier.ts';
import { hashCode, hashRegistrationId, isRightCode, newCode } from './registration-code.ts';
import {
  completeRegistration,
  countAttempt,
  countRegistrations,
  deleteRegistration,
  insertRegistration,
  lockNumber,
  lockRegistration,
  type Registration,
} from './registration-store.ts';

const hourMs = 60 * 60_000;
const firstDeviceId = 1 as DeviceId;

export type BeginResult = { registrationId: string; expiresAtMs: number } | { retryAfterMs: number };
export type VerifyResult = 'verified' | 'wrong-code' | 'too-many-attempts' | 'expired' | 'unknown';
export type CompleteResult = { address: Address } | 'not-verified' | 'expired' | 'completed-otherwise' | 'unknown';

export interface RegistrationsOptions {
  db: Database;
  clock: Clock;
  accounts: Accounts;
  /** Null when nobody can bring codes to people. */
  verifier: Verifier | null;
}

/** A registration cannot begin because no verifier is set. */
export class NoVerifierError extends Error {
  override readonly name = 'NoVerifierError';
  readonly retryable = false;
}

/** How a phone number becomes an account: a code proves that the number is held, then keys open the account. */
export class Registrations {
  readonly #options: RegistrationsOptions;
  readonly #all: Budgets;

  constructor(options: RegistrationsOptions) {
    this.#options = options;
    this.#all = new Budgets(options.clock, { perMinute: limits.registrationsPerMinute, maxKeys: 1 });
  }

  /**
   * Draws a code and has it brought to the number.
   * @throws VerifierError when it could not be delivered, and NoVerifierError; nothing is kept then
   */
  async begin(phoneNumber: PhoneNumber): Promise<BeginResult> {
    const { db, verifier } = this.#options;
    if (verifier === null) throw new NoVerifierError('No verifier is set.');
    const busyMs = this.#all.waitMs('all');
    if (busyMs > 0) return { retryAfterMs: busyMs };
    this.#all.spend('all');
    const registrationId = randomUUID();
    const code = newCode();
    const begun = await db.transaction((tx) => this.#insert(tx, phoneNumber, { registrationId, code }));
    if ('retryAfterMs' in begun) return begun;
    try {
      await verifier.deliver({ phoneNumber, code });
    } catch (error) {
      await deleteRegistration(db, hashRegistrationId(registrationId));
      throw error;
    }
    return { registrationId, expiresAtMs: begun.expiresAtMs };
  }

  async #insert(
    tx: Transaction,
    phoneNumber: PhoneNumber,
    { registrationId, code }: { registrationId: string; code: string },
  ): Promise<{ expiresAtMs: number } | { retryAfterMs: number }> {
    const createdAtMs = this.#options.clock.now();
    await lockNumber(tx, phoneNumber);
    const { count, firstAtMs } = await countRegistrations(tx, phoneNumber, createdAtMs - hourMs);
    if (count >= limits.maxRegistrationsPerNumberPerHour) return { retryAfterMs: firstAtMs + hourMs - createdAtMs };
    const expiresAtMs = createdAtMs + limits.registrationTtlMs;
    const registrationHash = hashRegistrationId(registrationId);
    const codeHash = hashCode(registrationId, code);
    await insertRegistration(tx, { registrationHash, phoneNumber, codeHash, createdAtMs, expiresAtMs });
    return { expiresAtMs };
  }

  /** Tries a code. After too many wrong ones the registration is dead. */
  verify(registrationId: string, code: string): Promise<VerifyResult> {
    const registrationHash = hashRegistrationId(registrationId);
    return this.#options.db.transaction(async (tx) => {
      const registration = await lockRegistration(tx, registrationHash);
      if (registration === null) return 'unknown';
      const right = isRightCode(registrationId, code, registration.codeHash);
      if (registration.verified) return right ? 'verified' : 'wrong-code';
      if (this.#isExpired(registration)) return 'expired';
      if (registration.attempts >= limits.maxRegistrationAttempts) return 'too-many-attempts';
      await countAttempt(tx, registrationHash, right);
      return right ? 'verified' : 'wrong-code';
    });
  }

  /**
   * Opens the account of a verified number, and closes the one that had the number before. The same request again
   * has the same answer.
   * @throws BadKeyError when a key or a signature is wrong
   */
  async complete(registrationId: string, device: NewDevice): Promise<CompleteResult> {
    checkDeviceKeys(device.keys);
    const registrationHash = hashRegistrationId(registrationId);
    return this.#options.accounts.runClosing(async (tx, closeAccount) => {
      const registration = await lockRegistration(tx, registrationHash);
      const known = this.#resultOf(registration, device);
      if (registration === null || known !== null) return known ?? 'unknown';
      const former = await lockAccountOfNumber(tx, registration.phoneNumber);
      if (former !== null) await closeAccount(former);
      const address = await this.#openAccount(tx, registration.phoneNumber, device);
      const account = { accountId: address.accountId, identityKey: device.keys.identityKey };
      await completeRegistration(tx, registrationHash, account);
      return { address };
    });
  }

  async #openAccount(tx: Transaction, phoneNumber: PhoneNumber, device: NewDevice): Promise<Address> {
    const address: Address = { accountId: newAccountId(), deviceId: firstDeviceId };
    await insertAccount(tx, { accountId: address.accountId, phoneNumber, nowMs: this.#options.clock.now() });
    await insertDevice(tx, address, device);
    return address;
  }

  /** The answer when there is nothing to do; null when an account is to be opened. */
  #resultOf(registration: Registration | null, device: NewDevice): CompleteResult | null {
    if (registration === null) return 'unknown';
    const { completed } = registration;
    if (completed !== null) {
      if (!equalHashes(completed.identityKey, device.keys.identityKey)) return 'completed-otherwise';
      return { address: { accountId: completed.accountId, deviceId: firstDeviceId } };
    }
    if (this.#isExpired(registration)) return 'expired';
    return registration.verified ? null : 'not-verified';
  }

  #isExpired({ expiresAtMs }: Registration): boolean {
    return this.#options.clock.now() >= expiresAtMs;
  }
}
