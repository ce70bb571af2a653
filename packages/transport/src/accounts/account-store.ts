import type { AccountId, DeviceId, PhoneNumber } from '@postern/protocol';
import type { Queryable } from '@postern/postgres';
import type { Address } from '../address.ts';
import type { DeviceKeys } from '../keys/device-keys.ts';

/** What it takes to recognise a device. */
export interface DeviceRecord {
  readonly secretHash: Buffer;
  readonly phoneNumber: PhoneNumber;
  readonly username: string | null;
}

/** The device of an open account; null when there is none. */
export async function findDevice(db: Queryable, { accountId, deviceId }: Address): Promise<DeviceRecord | null> {
  const [row] = await db.prepared<{ secret_hash: Buffer; phone_number: PhoneNumber; username: string | null }>(
    'find-device',
    `SELECT d.secret_hash, a.phone_number, u.username
       FROM devices d JOIN accounts a USING (account_id) LEFT JOIN usernames u USING (account_id)
      WHERE d.account_id = $1 AND d.device_id = $2`,
    [accountId, deviceId],
  );
  if (row === undefined) return null;
  return { secretHash: row.secret_hash, phoneNumber: row.phone_number, username: row.username };
}

/** The hashes of the secrets of all devices of an account. */
export async function listSecretHashes(db: Queryable, accountId: AccountId): Promise<Buffer[]> {
  const rows = await db.query<{ secret_hash: Buffer }>('SELECT secret_hash FROM devices WHERE account_id = $1', [
    accountId,
  ]);
  return rows.map((row) => row.secret_hash);
}

/** The phone numbers of accounts, closed ones too. */
export async function listPhoneNumbers(db: Queryable, ids: readonly AccountId[]): Promise<[AccountId, string][]> {
  const rows = await db.prepared<{ account_id: AccountId; phone_number: string }>(
    'list-phone-numbers',
    'SELECT account_id, phone_number FROM accounts WHERE account_id = ANY($1::uuid[])',
    [ids],
  );
  return rows.map((row) => [row.account_id, row.phone_number]);
}

/** An open account and its devices. */
export interface FoundAccount {
  readonly phoneNumber: PhoneNumber;
  readonly accountId: AccountId;
  readonly deviceIds: readonly DeviceId[];
}

/** The open accounts of these phone numbers. */
export async function listAccountsByNumber(db: Queryable, numbers: readonly PhoneNumber[]): Promise<FoundAccount[]> {
  const rows = await db.prepared<{ phone_number: PhoneNumber; account_id: AccountId; device_id: DeviceId }>(
    'list-accounts-by-number',
    `SELECT n.phone_number, n.account_id, d.device_id
       FROM phone_numbers n JOIN devices d USING (account_id)
      WHERE n.phone_number = ANY($1::text[])
      ORDER BY d.device_id`,
    [numbers],
  );
  const accounts = new Map<AccountId, FoundAccount & { deviceIds: DeviceId[] }>();
  for (const { phone_number: phoneNumber, account_id: accountId, device_id: deviceId } of rows) {
    const account = accounts.get(accountId);
    if (account === undefined) accounts.set(accountId, { phoneNumber, accountId, deviceIds: [deviceId] });
    else account.deviceIds.push(deviceId);
  }
  return [...accounts.values()];
}

/** The open account of a phone number, with the number locked until the transaction ends. */
export async function lockAccountOfNumber(tx: Queryable, phoneNumber: string): Promise<AccountId | null> {
  const [row] = await tx.query<{ account_id: AccountId }>(
    'SELECT account_id FROM phone_numbers WHERE phone_number = $1 FOR UPDATE',
    [phoneNumber],
  );
  return row?.account_id ?? null;
}

/** Opens an account for a phone number. */
export async function insertAccount(
  tx: Queryable,
  account: { accountId: AccountId; phoneNumber: string; nowMs: number },
): Promise<void> {
  const { accountId, phoneNumber, nowMs } = account;
  await tx.execute('INSERT INTO accounts (account_id, phone_number, created_at_ms) VALUES ($1, $2, $3)', [
    accountId,
    phoneNumber,
    nowMs,
  ]);
  await tx.execute('INSERT INTO phone_numbers (phone_number, account_id) VALUES ($1, $2)', [phoneNumber, accountId]);
}

/** A device that is being added to an account. */
export interface NewDevice {
  readonly secretHash: Buffer;
  /** libsignal's registration id, 14 bits. */
  readonly registrationId: number;
  readonly keys: DeviceKeys;
}

/** Adds a device with the keys that it must have. */
export async function insertDevice(tx: Queryable, address: Address, device: NewDevice): Promise<void> {
  const { signedPrekey, kyberLastResort, identityKey } = device.keys;
  await tx.execute(
    `INSERT INTO devices (account_id, device_id, secret_hash, registration_id, identity_key,
       signed_prekey_id, signed_prekey, signed_prekey_signature,
       kyber_last_resort_id, kyber_last_resort, kyber_last_resort_signature)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
    [
      address.accountId,
      address.deviceId,
      device.secretHash,
      device.registrationId,
      identityKey,
      ...[signedPrekey, kyberLastResort].flatMap(({ id, publicKey, signature }) => [id, publicKey, signature]),
    ],
  );
}

/** Removes an account's secrets, keys and number. The account itself stays, closed. Returns its former devices. */
export async function removeAccount(tx: Queryable, accountId: AccountId, nowMs: number): Promise<Address[]> {
  await tx.execute('UPDATE accounts SET closed_at_ms = $2 WHERE account_id = $1 AND closed_at_ms IS NULL', [
    accountId,
    nowMs,
  ]);
  await tx.execute(
    `DELETE FROM phone_numbers
      WHERE account_id = $1 AND phone_number = (SELECT phone_number FROM accounts WHERE account_id = $1)`,
    [accountId],
  );
  await tx.execute('DELETE FROM usernames WHERE account_id = $1', [accountId]);
  await tx.execute('DELETE FROM one_time_prekeys WHERE account_id = $1', [accountId]);
  const rows = await tx.query<{ device_id: DeviceId }>(
    'DELETE FROM devices WHERE account_id = $1 RETURNING device_id',
    [accountId],
  );
  return rows.map((row) => ({ accountId, deviceId: row.device_id }));
}

/** Forgets a bounded number of accounts that were closed at or before a time; returns how many. */
export async function deleteClosedAccounts(db: Queryable, upToMs: number, limit: number): Promise<number> {
  return db.execute(
    `DELETE FROM accounts WHERE account_id = ANY(ARRAY(
       SELECT account_id FROM accounts WHERE closed_at_ms <= $1 LIMIT $2))`,
    [upToMs, limit],
  );
}
