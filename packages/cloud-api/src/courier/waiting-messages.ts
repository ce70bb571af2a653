import type { BlobCredential } from '@postern/client';
import type { Database } from '@postern/postgres';
import type { AccountId, DeviceId, MessageId } from '@postern/protocol';
import type { MessageRecord } from '../messages/message-record.ts';
import type { StoredMessage, StoredMessages } from '../messages/stored-messages.ts';
import { decodeDeviceRecord, devicePlace } from '../numbers/device-record.ts';
import type { Sealer } from '../sealing/sealer.ts';

/** A number that has messages waiting for their media. */
export interface WaitingNumber {
  readonly phoneNumberId: string;
  readonly wabaId: string;
  readonly retentionHours: number;
  readonly accountId: AccountId;
  readonly deviceId: DeviceId;
  readonly sealedDevice: Buffer;
}

/** A message that waits. */
export interface WaitingMessage {
  readonly outboxId: number;
  readonly messageId: MessageId;
  readonly acceptedS: number;
  readonly expiresAtMs: number;
  readonly stored: StoredMessage;
  /** Null when it may not or cannot be read any more. */
  readonly record: MessageRecord | null;
}

interface NumberRow {
  phone_number_id: string;
  waba_id: string;
  retention_hours: number;
  account_id: AccountId;
  device_id: DeviceId;
  sealed_device: Buffer;
}

/** The numbers of this worker that have messages waiting. */
export async function listWaitingNumbers(db: Database, workerId: number): Promise<WaitingNumber[]> {
  const rows = await db.prepared<NumberRow>(
    'courier.list-numbers',
    `SELECT phone_number_id, waba_id, retention_hours, account_id, device_id, sealed_device FROM numbers n
     WHERE pump_owner = $1 AND state = 'registered'
       AND EXISTS (SELECT FROM outbox o WHERE o.phone_number_id = n.phone_number_id AND o.waits_for_media)`,
    [workerId],
  );
  return rows.map((row) => ({
    phoneNumberId: row.phone_number_id,
    wabaId: row.waba_id,
    retentionHours: row.retention_hours,
    accountId: row.account_id,
    deviceId: row.device_id,
    sealedDevice: row.sealed_device,
  }));
}

/** How a number shows itself to the transport. @throws SealBrokenError | KeyMissingError */
export function openCredential(sealer: Sealer, number: WaitingNumber): BlobCredential {
  const { phoneNumberId, accountId, deviceId, sealedDevice } = number;
  const opened = sealer.open(sealer.numberKey(phoneNumberId), devicePlace(phoneNumberId), sealedDevice);
  return { accountId, deviceId, secret: decodeDeviceRecord(opened).secret };
}

type WaitingRow = StoredMessage & { readonly outbox_id: number; readonly expires_at_ms: number };

/** The oldest messages of a number that wait, but for those that are seen to already. */
export async function loadWaiting(
  db: Database,
  stored: StoredMessages,
  { phoneNumberId, except, limit }: { phoneNumberId: string; except: readonly number[]; limit: number },
): Promise<WaitingMessage[]> {
  const rows = await db.prepared<WaitingRow>(
    'courier.load-waiting',
    `SELECT o.outbox_id, o.expires_at_ms, o.message_id, o.accepted_s, o.retention_hours, o.subject_id,
            true AS sent_by_business, coalesce(m.sealed, '') AS sealed
     FROM outbox o LEFT JOIN messages m ON m.phone_number_id = o.phone_number_id AND m.message_id = o.message_id
       AND m.sent_by_business AND m.accepted_s = o.accepted_s
     WHERE o.phone_number_id = $1 AND o.waits_for_media AND o.outbox_id <> ALL($2::bigint[]) ORDER BY o.outbox_id LIMIT $3`,
    [phoneNumberId, except, limit],
  );
  const kept = rows.filter(({ sealed }) => sealed.length > 0);
  const records = await stored.openAll(phoneNumberId, kept, 'sending');
  const opened = new Map(kept.map(({ outbox_id: id }, at) => [id, records[at] ?? null]));
  return rows.map((row) => ({
    outboxId: row.outbox_id,
    messageId: row.message_id,
    acceptedS: row.accepted_s,
    expiresAtMs: row.expires_at_ms,
    stored: row,
    record: opened.get(row.outbox_id) ?? null,
  }));
}
