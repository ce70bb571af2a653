import { EnvelopeType, limits, type AccountId, type DeviceId, type EnvelopeId } from '@postern/protocol';
import { insertRows, updateFromRows, type InsertSpec, type Queryable, type UpdateSpec } from '@postern/postgres';
import { addressKey, type Address } from '../address.ts';
import type { MailboxItem, NewItem } from './mailbox-item.ts';

/** The process is no longer the one that may write mailboxes: another was started on the same database. */
export class FencedError extends Error {
  override readonly name = 'FencedError';
  readonly retryable = false;

  constructor() {
    super('Another transport process has taken over this database.');
  }
}

/** Becomes the only process that may write mailboxes; returns the generation to show with every write. */
export async function takeOverWriting(db: Queryable): Promise<number> {
  const [row] = await db.query<{ generation: number }>(
    'UPDATE writer SET generation = generation + 1 RETURNING generation',
  );
  if (row === undefined) throw new Error('The table "writer" is empty; migrate the database.');
  return row.generation;
}

/**
 * Holds the writer's row until the transaction ends, so that a successor waits for it.
 * @throws FencedError when there is a successor already
 */
export async function holdWriting(tx: Queryable, generation: number): Promise<void> {
  const rows = await tx.prepared('hold-writing', 'SELECT 1 FROM writer WHERE generation = $1 FOR SHARE', [generation]);
  if (rows.length === 0) throw new FencedError();
}

interface SizeRow {
  account_id: AccountId;
  device_id: DeviceId;
  size: number;
}

/** How many items wait for one device. */
export interface MailboxSize {
  readonly address: Address;
  readonly size: number;
}

/** How many items wait for each device, counted up to a limit; devices that do not exist are left out. */
export async function listMailboxSizes(
  tx: Queryable,
  addresses: readonly Address[],
  limit: number,
): Promise<MailboxSize[]> {
  const rows = await tx.prepared<SizeRow>(
    'list-mailbox-sizes',
    `SELECT d.account_id, d.device_id,
            (SELECT count(*) FROM (SELECT 1 FROM mailbox m
              WHERE m.account_id = d.account_id AND m.device_id = d.device_id LIMIT $3) counted) AS size
       FROM unnest($1::uuid[], $2::integer[]) AS wanted (account_id, device_id)
       JOIN devices d USING (account_id, device_id)`,
    [addresses.map(({ accountId }) => accountId), addresses.map(({ deviceId }) => deviceId), limit],
  );
  return rows.map((row) => ({ address: { accountId: row.account_id, deviceId: row.device_id }, size: row.size }));
}

const insertItems: InsertSpec = {
  name: 'insert-mailbox-items',
  into: 'mailbox',
  columns: [
    { name: 'account_id', type: 'uuid' },
    { name: 'device_id', type: 'integer' },
    { name: 'kind', type: 'text' },
    { name: 'envelope_id', type: 'uuid' },
    { name: 'peer_account_id', type: 'uuid' },
    { name: 'peer_device_id', type: 'integer' },
    { name: 'envelope_type', type: 'integer' },
    { name: 'ciphertext', type: 'bytea' },
    { name: 'commitment', type: 'bytea' },
    { name: 'stored_at_ms', type: 'bigint' },
    { name: 'expires_at_ms', type: 'bigint' },
  ],
  suffix:
    'ON CONFLICT (account_id, device_id, envelope_id, kind) DO NOTHING ' +
    'RETURNING position, account_id, device_id, envelope_id, kind',
};

interface InsertedRow {
  position: number;
  account_id: AccountId;
  device_id: DeviceId;
  envelope_id: EnvelopeId;
  kind: string;
}

function itemKey(owner: Address, envelopeId: string, kind: string): string {
  return `${addressKey(owner)}.${envelopeId}.${kind}`;
}

function itemValues(item: NewItem): unknown[] {
  const { owner, kind, envelopeId, storedAtMs, expiresAtMs } = item;
  const start = [owner.accountId, owner.deviceId, kind, envelopeId];
  if (item.kind !== 'envelope') {
    return [...start, item.recipient.accountId, item.recipient.deviceId, null, null, null, storedAtMs, expiresAtMs];
  }
  const { sender, type, ciphertext, commitment } = item;
  return [...start, sender.accountId, sender.deviceId, type, ciphertext, commitment, storedAtMs, expiresAtMs];
}

/** Stores items and returns, in the order of their positions, those that were not there already. */
export async function insertMailboxItems(tx: Queryable, items: readonly NewItem[]): Promise<MailboxItem[]> {
  if (items.length === 0) return [];
  const rows = await insertRows<InsertedRow>(tx, insertItems, items.map(itemValues));
  const byKey = new Map(items.map((item) => [itemKey(item.owner, item.envelopeId, item.kind), item]));
  const stored: MailboxItem[] = [];
  for (const row of rows) {
    const owner = { accountId: row.account_id, deviceId: row.device_id };
    const item = byKey.get(itemKey(owner, row.envelope_id, row.kind));
    if (item !== undefined) stored.push({ ...item, position: row.position });
  }
  return stored.sort((one, other) => one.position - other.position);
}

/** One position that a device has acknowledged. */
export interface AcknowledgedPosition {
  readonly owner: Address;
  readonly position: number;
  /** False when the device could not decrypt what stood there: then nobody hears of a delivery. */
  readonly isReadable: boolean;
}

/** What an acknowledgement removed. */
export interface RemovedItem {
  readonly owner: Address;
  readonly envelopeId: EnvelopeId;
  /** Who sent it, when the sender is to hear that it was delivered. */
  readonly sender: Address | null;
}

interface RemovedRow {
  account_id: AccountId;
  device_id: DeviceId;
  envelope_id: EnvelopeId;
  kind: string;
  envelope_type: EnvelopeType | null;
  peer_account_id: AccountId;
  peer_device_id: DeviceId;
  is_readable: boolean;
}

const removeItems: UpdateSpec & { returning: true } = {
  name: 'remove-mailbox-items',
  columns: [
    { name: 'account_id', type: 'uuid' },
    { name: 'device_id', type: 'integer' },
    { name: 'position', type: 'bigint' },
    { name: 'is_readable', type: 'boolean' },
  ],
  tail: `DELETE FROM mailbox m USING v
     WHERE m.account_id = v.account_id AND m.device_id = v.device_id AND m.position = v.position
     RETURNING m.account_id, m.device_id, m.envelope_id, m.kind, m.envelope_type, m.peer_account_id, m.peer_device_id,
               v.is_readable`,
  returning: true,
};

/** Removes what was acknowledged; positions that are not there are passed over. */
export async function removeMailboxItems(
  tx: Queryable,
  positions: readonly AcknowledgedPosition[],
): Promise<RemovedItem[]> {
  if (positions.length === 0) return [];
  const values = positions.map(({ owner, position, isReadable }) => [
    owner.accountId,
    owner.deviceId,
    position,
    isReadable,
  ]);
  const rows = await updateFromRows<RemovedRow>(tx, removeItems, values);
  return rows.map((row) => ({
    owner: { accountId: row.account_id, deviceId: row.device_id },
    envelopeId: row.envelope_id,
    sender:
      row.kind === 'envelope' && row.envelope_type !== EnvelopeType.RETRY_REQUEST && row.is_readable
        ? { accountId: row.peer_account_id, deviceId: row.peer_device_id }
        : null,
  }));
}

/** A row of a mailbox as the table has it. */
export interface MailboxRow {
  position: number;
  kind: MailboxItem['kind'];
  envelope_id: EnvelopeId;
  peer_account_id: AccountId;
  peer_device_id: DeviceId;
  envelope_type: EnvelopeType | null;
  ciphertext: Buffer | null;
  commitment: Buffer | null;
  stored_at_ms: number;
  expires_at_ms: number;
}

export interface PageOptions {
  /** Only what stands after this position. */
  after: number;
  limit: number;
  /** Only what has not expired by then. */
  nowMs: number;
}

/** The next rows of one mailbox, by position. */
export async function listMailboxRows(db: Queryable, owner: Address, page: PageOptions): Promise<MailboxRow[]> {
  return db.prepared<MailboxRow>(
    'list-mailbox-rows',
    `SELECT position, kind, envelope_id, peer_account_id, peer_device_id, envelope_type, ciphertext, commitment,
            stored_at_ms, expires_at_ms
       FROM mailbox
      WHERE account_id = $1 AND device_id = $2 AND position > $3 AND expires_at_ms > $4
      ORDER BY position LIMIT $5`,
    [owner.accountId, owner.deviceId, page.after, page.nowMs, page.limit],
  );
}

/**
 * Empties all mailboxes of an account whose devices are removed, and stores a notice for each sender that still exists.
 * Returns the addresses that have a notice waiting.
 */
export async function purgeMailboxes(tx: Queryable, accountId: AccountId, nowMs: number): Promise<Address[]> {
  const rows = await tx.query<{ account_id: AccountId; device_id: DeviceId }>(
    `WITH purged AS (
       DELETE FROM mailbox WHERE account_id = $1
       RETURNING device_id, kind, envelope_id, envelope_type, peer_account_id, peer_device_id
     ), noticed AS (
       INSERT INTO mailbox (account_id, device_id, kind, envelope_id, peer_account_id, peer_device_id, stored_at_ms,
         expires_at_ms)
       SELECT d.account_id, d.device_id, 'undeliverable', p.envelope_id, $1, p.device_id, $2::bigint, $2::bigint + $4
         FROM purged p JOIN devices d ON d.account_id = p.peer_account_id AND d.device_id = p.peer_device_id
        WHERE p.kind = 'envelope' AND p.envelope_type <> $3
       ON CONFLICT DO NOTHING
       RETURNING account_id, device_id
     )
     SELECT DISTINCT account_id, device_id FROM noticed`,
    [accountId, nowMs, EnvelopeType.RETRY_REQUEST, limits.mailboxTtlMs],
  );
  return rows.map((row) => ({ accountId: row.account_id, deviceId: row.device_id }));
}

/** What a sweep of the expired did. */
export interface ExpiredItems {
  /** Whose items were deleted: one entry for each item. */
  readonly owners: readonly Address[];
  /** Senders that have a notice waiting. */
  readonly noticed: readonly Address[];
}

/**
 * Deletes a bounded number of items that had expired at or before a time, and stores a notice for each sender of an
 * envelope among them that still exists.
 */
export async function expireItems(
  tx: Queryable,
  { upToMs, nowMs, limit }: { upToMs: number; nowMs: number; limit: number },
): Promise<ExpiredItems> {
  const rows = await tx.query<{ account_id: AccountId; device_id: DeviceId; is_notice: boolean }>(
    `WITH expired AS MATERIALIZED (
       SELECT account_id, device_id, position FROM mailbox
        WHERE expires_at_ms <= $1 ORDER BY expires_at_ms LIMIT $2 FOR UPDATE SKIP LOCKED
     ), deleted AS (
       DELETE FROM mailbox m USING expired e
        WHERE m.account_id = e.account_id AND m.device_id = e.device_id AND m.position = e.position
       RETURNING m.account_id, m.device_id, m.kind, m.envelope_id, m.envelope_type, m.peer_account_id, m.peer_device_id
     ), noticed AS (
       INSERT INTO mailbox (account_id, device_id, kind, envelope_id, peer_account_id, peer_device_id, stored_at_ms,
         expires_at_ms)
       SELECT d.account_id, d.device_id, 'undeliverable', x.envelope_id, x.account_id, x.device_id, $3::bigint, $3::bigint + $5
         FROM deleted x JOIN devices d ON d.account_id = x.peer_account_id AND d.device_id = x.peer_device_id
        WHERE x.kind = 'envelope' AND x.envelope_type <> $4
       ON CONFLICT DO NOTHING
       RETURNING account_id, device_id
     )
     SELECT account_id, device_id, false AS is_notice FROM deleted
     UNION ALL SELECT account_id, device_id, true FROM noticed`,
    [upToMs, limit, nowMs, EnvelopeType.RETRY_REQUEST, limits.mailboxTtlMs],
  );
  const addresses = (isNotice: boolean) =>
    rows
      .filter((row) => row.is_notice === isNotice)
      .map((row) => ({ accountId: row.account_id, deviceId: row.device_id }));
  return { owners: addresses(false), noticed: addresses(true) };
}
