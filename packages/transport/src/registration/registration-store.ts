import type { AccountId, PhoneNumber } from '@postern/protocol';
import type { Queryable } from '@postern/postgres';

/** A phone number on its way to an account. */
export interface Registration {
  readonly phoneNumber: PhoneNumber;
  readonly codeHash: Buffer;
  readonly attempts: number;
  readonly verified: boolean;
  /** The account that came of it. */
  readonly completed: { accountId: AccountId; identityKey: Buffer } | null;
  readonly expiresAtMs: number;
}

interface RegistrationRow {
  phone_number: PhoneNumber;
  code_hash: Buffer;
  attempts: number;
  verified: boolean;
  account_id: AccountId | null;
  identity_key: Buffer | null;
  expires_at_ms: number;
}

/** Makes others who register the same number wait until the transaction ends. */
export async function lockNumber(tx: Queryable, phoneNumber: PhoneNumber): Promise<void> {
  await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [phoneNumber]);
}

/** How many registrations of a number were begun after a time, and when the first of these was. */
export async function countRegistrations(
  tx: Queryable,
  phoneNumber: PhoneNumber,
  sinceMs: number,
): Promise<{ count: number; firstAtMs: number }> {
  const [row] = await tx.query<{ count: number; first: number | null }>(
    `SELECT count(*) AS count, min(created_at_ms) AS first FROM registrations
      WHERE phone_number = $1 AND created_at_ms > $2`,
    [phoneNumber, sinceMs],
  );
  return { count: row?.count ?? 0, firstAtMs: row?.first ?? sinceMs };
}

export interface NewRegistration {
  readonly registrationHash: Buffer;
  readonly phoneNumber: PhoneNumber;
  readonly codeHash: Buffer;
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
}

export async function insertRegistration(tx: Queryable, registration: NewRegistration): Promise<void> {
  const { registrationHash, phoneNumber, codeHash, createdAtMs, expiresAtMs } = registration;
  await tx.execute(
    `INSERT INTO registrations (registration_hash, phone_number, code_hash, created_at_ms, expires_at_ms)
     VALUES ($1, $2, $3, $4, $5)`,
    [registrationHash, phoneNumber, codeHash, createdAtMs, expiresAtMs],
  );
}

export async function deleteRegistration(db: Queryable, registrationHash: Buffer): Promise<void> {
  await db.execute('DELETE FROM registrations WHERE registration_hash = $1', [registrationHash]);
}

/** The registration, locked until the transaction ends; null when there is none. */
export async function lockRegistration(tx: Queryable, registrationHash: Buffer): Promise<Registration | null> {
  const [row] = await tx.query<RegistrationRow>(
    `SELECT phone_number, code_hash, attempts, verified, account_id, identity_key, expires_at_ms
       FROM registrations WHERE registration_hash = $1 FOR UPDATE`,
    [registrationHash],
  );
  if (row === undefined) return null;
  const { account_id: accountId, identity_key: identityKey } = row;
  return {
    phoneNumber: row.phone_number,
    codeHash: row.code_hash,
    attempts: row.attempts,
    verified: row.verified,
    completed: accountId === null || identityKey === null ? null : { accountId, identityKey },
    expiresAtMs: row.expires_at_ms,
  };
}

/** Counts one try at the code, and notes whether it was right. */
export async function countAttempt(tx: Queryable, registrationHash: Buffer, verified: boolean): Promise<void> {
  await tx.execute('UPDATE registrations SET attempts = attempts + 1, verified = $2 WHERE registration_hash = $1', [
    registrationHash,
    verified,
  ]);
}

/** Notes which account came of it, so that a repeated request has the same answer. */
export async function completeRegistration(
  tx: Queryable,
  registrationHash: Buffer,
  account: { accountId: AccountId; identityKey: Uint8Array },
): Promise<void> {
  await tx.execute('UPDATE registrations SET account_id = $2, identity_key = $3 WHERE registration_hash = $1', [
    registrationHash,
    account.accountId,
    account.identityKey,
  ]);
}

/** Forgets a bounded number of registrations that were begun at or before a time; returns how many. */
export async function deleteOldRegistrations(db: Queryable, upToMs: number, limit: number): Promise<number> {
  return db.execute(
    `DELETE FROM registrations WHERE registration_hash = ANY(ARRAY(
       SELECT registration_hash FROM registrations WHERE created_at_ms <= $1 LIMIT $2))`,
    [upToMs, limit],
  );
}
