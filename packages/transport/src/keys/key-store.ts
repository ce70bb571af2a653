import type { AccountId, DeviceId } from '@postern/protocol';
import { insertRows, type InsertSpec, type Queryable } from '@postern/postgres';
import { addressKey, type Address } from '../address.ts';
import type { PublicPrekey, SignedPublicPrekey } from './device-keys.ts';

/** How many one-time prekeys of each kind a device has left. */
export interface KeyCounts {
  readonly oneTime: number;
  readonly kyberOneTime: number;
}

/** What it takes to open a session with a device. */
export interface KeyBundle {
  readonly address: Address;
  readonly registrationId: number;
  readonly identityKey: Uint8Array;
  readonly signed: SignedPublicPrekey;
  readonly kyber: SignedPublicPrekey;
  readonly oneTime: PublicPrekey | null;
}

type Kind = 'ec' | 'kyber';

function columnsOf(addresses: readonly Address[]): [AccountId[], DeviceId[]] {
  return [addresses.map(({ accountId }) => accountId), addresses.map(({ deviceId }) => deviceId)];
}

interface CountRow {
  account_id: AccountId;
  device_id: DeviceId;
  kind: Kind;
  count: number;
}

/** Counts the one-time prekeys that are left, by address; a device without any is left out. */
export async function countOneTimePrekeys(
  q: Queryable,
  addresses: readonly Address[],
): Promise<ReadonlyMap<string, KeyCounts>> {
  const rows = await q.prepared<CountRow>(
    'count-one-time-prekeys',
    `SELECT account_id, device_id, kind, count(*) AS count
       FROM unnest($1::uuid[], $2::integer[]) AS wanted (account_id, device_id)
       JOIN one_time_prekeys USING (account_id, device_id)
      WHERE handed_out_at_ms IS NULL
      GROUP BY account_id, device_id, kind`,
    columnsOf(addresses),
  );
  const counts = new Map<string, KeyCounts>();
  for (const row of rows) {
    const key = addressKey({ accountId: row.account_id, deviceId: row.device_id });
    const before = counts.get(key) ?? { oneTime: 0, kyberOneTime: 0 };
    counts.set(key, { ...before, [row.kind === 'ec' ? 'oneTime' : 'kyberOneTime']: row.count });
  }
  return counts;
}

const insertPrekeys: InsertSpec = {
  name: 'insert-one-time-prekeys',
  into: 'one_time_prekeys',
  columns: [
    { name: 'account_id', type: 'uuid' },
    { name: 'device_id', type: 'integer' },
    { name: 'kind', type: 'text' },
    { name: 'prekey_id', type: 'bigint' },
    { name: 'public_key', type: 'bytea' },
    { name: 'signature', type: 'bytea' },
  ],
  suffix: 'ON CONFLICT (account_id, device_id, kind, prekey_id) DO NOTHING',
};

/** Adds one-time prekeys; an id that the device has used already is passed over. */
export async function insertOneTimePrekeys(
  tx: Queryable,
  { accountId, deviceId }: Address,
  prekeys: { ec: readonly PublicPrekey[]; kyber: readonly SignedPublicPrekey[] },
): Promise<void> {
  const rows = [
    ...prekeys.ec.map(({ id, publicKey }) => [accountId, deviceId, 'ec', id, publicKey, null]),
    ...prekeys.kyber.map(({ id, publicKey, signature }) => [accountId, deviceId, 'kyber', id, publicKey, signature]),
  ];
  if (rows.length > 0) await insertRows(tx, insertPrekeys, rows);
}

/** Removes the one-time prekeys of a device that nobody was given. */
export async function deleteUnused(tx: Queryable, { accountId, deviceId }: Address): Promise<void> {
  await tx.execute(
    'DELETE FROM one_time_prekeys WHERE account_id = $1 AND device_id = $2 AND handed_out_at_ms IS NULL',
    [accountId, deviceId],
  );
}

/** Replaces the signed prekey and the last-resort Kyber prekey, where one is given. */
export async function replaceSignedPrekeys(
  tx: Queryable,
  { accountId, deviceId }: Address,
  { signed, kyberLastResort }: { signed: SignedPublicPrekey | null; kyberLastResort: SignedPublicPrekey | null },
): Promise<void> {
  await tx.execute(
    `UPDATE devices
        SET signed_prekey_id = coalesce($3, signed_prekey_id),
            signed_prekey = coalesce($4, signed_prekey),
            signed_prekey_signature = coalesce($5, signed_prekey_signature),
            kyber_last_resort_id = coalesce($6, kyber_last_resort_id),
            kyber_last_resort = coalesce($7, kyber_last_resort),
            kyber_last_resort_signature = coalesce($8, kyber_last_resort_signature)
      WHERE account_id = $1 AND device_id = $2`,
    [
      accountId,
      deviceId,
      ...[signed, kyberLastResort].flatMap((key) => [key?.id ?? null, key?.publicKey ?? null, key?.signature ?? null]),
    ],
  );
}

/** The identity key of a device, with its row locked against another upload; null when there is no such device. */
export async function lockIdentityKey(tx: Queryable, { accountId, deviceId }: Address): Promise<Buffer | null> {
  const [row] = await tx.query<{ identity_key: Buffer }>(
    'SELECT identity_key FROM devices WHERE account_id = $1 AND device_id = $2 FOR UPDATE',
    [accountId, deviceId],
  );
  return row?.identity_key ?? null;
}

interface DeviceRow {
  account_id: AccountId;
  device_id: DeviceId;
  registration_id: number;
  identity_key: Buffer;
  signed_prekey_id: number;
  signed_prekey: Buffer;
  signed_prekey_signature: Buffer;
  kyber_last_resort_id: number;
  kyber_last_resort: Buffer;
  kyber_last_resort_signature: Buffer;
}

interface TakenRow {
  account_id: AccountId;
  device_id: DeviceId;
  kind: Kind;
  prekey_id: number;
  public_key: Buffer;
  signature: Buffer | null;
}

/**
 * Takes one key of each kind from each device. Rows that another transaction is taking are skipped, and a key that
 * was taken loses its bytes, so that none is ever handed out twice.
 */
async function takeOneTimePrekeys(tx: Queryable, addresses: readonly Address[], nowMs: number): Promise<TakenRow[]> {
  return tx.prepared<TakenRow>(
    'take-one-time-prekeys',
    `WITH taken AS MATERIALIZED (
       SELECT k.account_id, k.device_id, k.kind, k.prekey_id, k.public_key, k.signature
         FROM unnest($1::uuid[], $2::integer[]) AS wanted (account_id, device_id)
         CROSS JOIN (VALUES ('ec'), ('kyber')) AS kinds (kind)
         CROSS JOIN LATERAL (
           SELECT * FROM one_time_prekeys p
            WHERE p.account_id = wanted.account_id AND p.device_id = wanted.device_id AND p.kind = kinds.kind
              AND p.handed_out_at_ms IS NULL
            ORDER BY p.prekey_id LIMIT 1 FOR UPDATE SKIP LOCKED
         ) k
     )
     UPDATE one_time_prekeys p SET handed_out_at_ms = $3, public_key = NULL, signature = NULL
       FROM taken t
      WHERE p.account_id = t.account_id AND p.device_id = t.device_id AND p.kind = t.kind AND p.prekey_id = t.prekey_id
     RETURNING t.*`,
    [...columnsOf(addresses), nowMs],
  );
}

/** Takes a bundle for each of the devices that exist; each address may be given once. */
export async function takeBundles(tx: Queryable, addresses: readonly Address[], nowMs: number): Promise<KeyBundle[]> {
  const devices = await tx.prepared<DeviceRow>(
    'list-device-keys',
    `SELECT d.account_id, d.device_id, registration_id, identity_key, signed_prekey_id, signed_prekey,
            signed_prekey_signature, kyber_last_resort_id, kyber_last_resort, kyber_last_resort_signature
       FROM unnest($1::uuid[], $2::integer[]) AS wanted (account_id, device_id)
       JOIN devices d USING (account_id, device_id)`,
    columnsOf(addresses),
  );
  const taken = new Map(
    (await takeOneTimePrekeys(tx, addresses, nowMs)).map((row) => [
      `${row.kind} ${addressKey({ accountId: row.account_id, deviceId: row.device_id })}`,
      { id: row.prekey_id, publicKey: row.public_key, signature: row.signature ?? Buffer.alloc(0) },
    ]),
  );
  return devices.map((row) => {
    const address = { accountId: row.account_id, deviceId: row.device_id };
    const key = addressKey(address);
    return {
      address,
      registrationId: row.registration_id,
      identityKey: row.identity_key,
      signed: { id: row.signed_prekey_id, publicKey: row.signed_prekey, signature: row.signed_prekey_signature },
      kyber: taken.get(`kyber ${key}`) ?? lastResortOf(row),
      oneTime: taken.get(`ec ${key}`) ?? null,
    };
  });
}

function lastResortOf(row: DeviceRow): SignedPublicPrekey {
  const { kyber_last_resort_id: id, kyber_last_resort: publicKey, kyber_last_resort_signature: signature } = row;
  return { id, publicKey, signature };
}

/** Forgets a bounded number of keys that were handed out at or before a time; returns how many. */
export async function deleteHandedOutPrekeys(db: Queryable, upToMs: number, limit: number): Promise<number> {
  return db.execute(
    `WITH old AS MATERIALIZED (
       SELECT account_id, device_id, kind, prekey_id FROM one_time_prekeys
        WHERE handed_out_at_ms <= $1 LIMIT $2 FOR UPDATE SKIP LOCKED
     )
     DELETE FROM one_time_prekeys p USING old o
      WHERE p.account_id = o.account_id AND p.device_id = o.device_id AND p.kind = o.kind AND p.prekey_id = o.prekey_id`,
    [upToMs, limit],
  );
}
