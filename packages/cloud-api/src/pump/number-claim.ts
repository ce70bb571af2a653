import { FencedError } from '@postern/client';
import type { Database, Queryable } from '@postern/postgres';
import type { AccountId, DeviceId, PhoneNumber } from '@postern/protocol';

/** A number that this worker pumps, with the epoch that its writes must still find. */
export interface ClaimedNumber {
  readonly phoneNumberId: string;
  readonly wabaId: string;
  /** The business whose limits count for it. */
  readonly portfolioId: string;
  readonly phoneNumber: PhoneNumber;
  readonly accountId: AccountId;
  readonly deviceId: DeviceId;
  readonly sealedDevice: Buffer;
  readonly epoch: number;
}

interface ClaimRow {
  phone_number_id: string;
  waba_id: string;
  portfolio_id: string;
  phone_number: PhoneNumber;
  account_id: AccountId;
  device_id: DeviceId;
  sealed_device: Buffer;
  pump_epoch: number;
}

/** The first half of the advisory locks that workers hold while they live; the second is the worker's id. */
export const workerLockClass = 0x706f7374;

/**
 * Takes over every registered number whose worker is dead (its advisory lock is free) or that never had one.
 * The epoch rises with it, so that whatever the former worker still does fails.
 */
export async function claimNumbers(db: Database, workerId: number): Promise<ClaimedNumber[]> {
  const rows = await db.query<ClaimRow>(
    `UPDATE numbers SET pump_owner = $1, pump_epoch = pump_epoch + 1
     WHERE state = 'registered' AND (pump_owner IS NULL OR pump_owner <> $1) AND NOT EXISTS (
       SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted AND classid = $2::oid AND objid = pump_owner::oid
         AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))
     RETURNING phone_number_id, waba_id, COALESCE(business_id, waba_id) AS portfolio_id, phone_number, account_id, device_id, sealed_device, pump_epoch`,
    [workerId, workerLockClass],
  );
  return rows.map((row) => ({
    phoneNumberId: row.phone_number_id,
    wabaId: row.waba_id,
    portfolioId: row.portfolio_id,
    phoneNumber: row.phone_number,
    accountId: row.account_id,
    deviceId: row.device_id,
    sealedDevice: row.sealed_device,
    epoch: row.pump_epoch,
  }));
}

/** Gives numbers back at a soft stop, so that the next worker need not find out. */
export async function releaseNumbers(db: Database, workerId: number): Promise<void> {
  await db.query('UPDATE numbers SET pump_owner = NULL WHERE pump_owner = $1', [workerId]);
}

/** What of a number's settings a pump goes by. */
export interface PumpedSettings {
  readonly retentionHours: number;
  readonly checksIdentity: boolean;
}

/**
 * Locks the number's row against a take-over until the transaction ends. Gives its present settings.
 * @throws FencedError when there was a take-over, or the number was deregistered
 */
export async function checkEpoch(tx: Queryable, { phoneNumberId, epoch }: ClaimedNumber): Promise<PumpedSettings> {
  const [row] = await tx.prepared<{ retention_hours: number; checks_identity: boolean }>(
    'numbers.check-epoch',
    `SELECT retention_hours, checks_identity FROM numbers
     WHERE phone_number_id = $1 AND pump_epoch = $2 AND state = 'registered' FOR SHARE`,
    [phoneNumberId, epoch],
  );
  if (!row) throw new FencedError('Another worker has taken this number over.');
  return { retentionHours: row.retention_hours, checksIdentity: row.checks_identity };
}
