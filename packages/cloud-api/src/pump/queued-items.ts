import type { Database } from '@postern/postgres';
import type { OutboxId, QueuedItem, SendFailure } from '@postern/client';
import type { AccountId, DeviceId, MessageId, PhoneNumber } from '@postern/protocol';
import type { MessageCategory, MessageRecord } from '../messages/message-record.ts';
import type { StoredMessage, StoredMessages } from '../messages/stored-messages.ts';
import type { OutgoingMessage, SendRules } from '../rules/send-rules.ts';
import type { ClaimedNumber } from './number-claim.ts';
import type { SubjectId } from '../subjects/subject.ts';

interface OutboxRow {
  outbox_id: number;
  message_id: MessageId | null;
  accepted_s: number;
  attempt: number;
  account_id: AccountId | null;
  device_id: DeviceId | null;
  outbox_sealed: Buffer | null;
  message_sealed: Buffer | null;
  expires_at_ms: number;
  retention_hours: number;
  subject_id: SubjectId;
  category: MessageCategory | null;
  last_inbound_at_ms: number | null;
  has_suppressions: boolean;
}

/** What is to be sent, and the subject it goes to. */
export interface QueuedForSubject {
  readonly item: QueuedItem;
  readonly subjectId: SubjectId;
  /** The message's record; null for what is no message, and for what cannot be opened any more. */
  readonly record: MessageRecord | null;
}

interface Opened {
  readonly content: Uint8Array;
  readonly person: PhoneNumber | null;
  readonly identityKeyHash: string | null;
  readonly record: MessageRecord | null;
}

// Stands in the address of an item that is only there to fail.
const nobody = '00000000-0000-0000-0000-000000000000' as AccountId;

/** Loads what a number has to send and is not encrypted yet, oldest first, with what the rules say about it. */
export async function loadQueuedItems(
  db: Database,
  { stored, rules }: { stored: StoredMessages; rules: SendRules },
  { number, limit }: { number: Pick<ClaimedNumber, 'phoneNumberId' | 'portfolioId'>; limit: number },
): Promise<QueuedForSubject[]> {
  const { phoneNumberId } = number;
  const rows = await db.prepared<OutboxRow>(
    'outbox.load-queued',
    `SELECT o.outbox_id, o.message_id, o.accepted_s, o.attempt, o.account_id, o.device_id, o.expires_at_ms,
            o.retention_hours, o.subject_id, o.category, o.sealed AS outbox_sealed, m.sealed AS message_sealed,
            c.last_inbound_at_ms,
            EXISTS (SELECT FROM suppressions WHERE phone_number_id = $1) AS has_suppressions
     FROM outbox o LEFT JOIN messages m ON m.phone_number_id = o.phone_number_id AND m.message_id = o.message_id
       AND m.sent_by_business AND m.accepted_s = o.accepted_s
     LEFT JOIN conversations c ON c.phone_number_id = o.phone_number_id AND c.subject_id = o.subject_id
     WHERE o.phone_number_id = $1 AND o.envelopes IS NULL AND NOT o.waits_for_media ORDER BY o.outbox_id LIMIT $2`,
    [phoneNumberId, limit],
  );
  const opened = await openContents(stored, phoneNumberId, rows);
  const failures = await rules.findFailures(db, number, {
    messages: rows.flatMap((row) => toOutgoingMessage(row, opened.get(row.outbox_id)) ?? []),
    hasSuppressions: rows[0]?.has_suppressions ?? false,
  });
  return rows.map((row) => {
    const failure = failures.get(row.outbox_id) ?? null;
    const known = opened.get(row.outbox_id) ?? null;
    const item = toQueuedItem(row, known, failure);
    return { item, subjectId: row.subject_id, record: known?.record ?? null };
  });
}

/** Null for what the rules do not ask about. */
function toOutgoingMessage(row: OutboxRow, opened: Opened | undefined): OutgoingMessage | null {
  const { outbox_id: outboxId, category, accepted_s: acceptedS, last_inbound_at_ms: lastInboundAtMs } = row;
  if (!category || !opened?.person) return null;
  return { outboxId, person: opened.person, category, acceptedAtMs: acceptedS * 1000, lastInboundAtMs };
}

async function openContents(
  stored: StoredMessages,
  phoneNumberId: string,
  rows: readonly OutboxRow[],
): Promise<Map<OutboxId, Opened>> {
  const messages = rows.flatMap((row) => toStoredMessage(row) ?? []);
  const receipts = rows.flatMap((row) => toStoredReceipt(row) ?? []);
  const purpose = rows.some(({ attempt }) => attempt > 0) ? 'retransmission' : 'sending';
  const records = await stored.openAll(phoneNumberId, messages, purpose);
  const contents = await stored.openReceipts(phoneNumberId, receipts, 'sending');
  const opened = new Map<OutboxId, Opened>();
  for (const [at, { outboxId }] of messages.entries()) {
    const record = records[at];
    if (record) opened.set(outboxId, { ...record, record });
  }
  for (const [at, { outboxId }] of receipts.entries()) {
    const content = contents[at];
    if (content) opened.set(outboxId, { content, person: null, identityKeyHash: null, record: null });
  }
  return opened;
}

function toStoredMessage(row: OutboxRow): (StoredMessage & { outboxId: OutboxId }) | null {
  const { outbox_id: outboxId, message_id: messageId, message_sealed: sealed, accepted_s, retention_hours } = row;
  if (!messageId || !sealed) return null;
  const { subject_id } = row;
  return { outboxId, message_id: messageId, sent_by_business: true, sealed, accepted_s, retention_hours, subject_id };
}

function toStoredReceipt(row: OutboxRow) {
  const { outbox_id: outboxId, outbox_sealed: sealed, account_id, accepted_s, retention_hours, subject_id } = row;
  return sealed && account_id ? { outboxId, account_id, sealed, accepted_s, retention_hours, subject_id } : null;
}

/** What cannot be opened any more is at its end, whatever the row says; it may not hold up what stands behind it. */
function toQueuedItem(row: OutboxRow, opened: Opened | null, failure: SendFailure | null): QueuedItem {
  const { outbox_id: outboxId, message_id: messageId, attempt, account_id: accountId, device_id: onlyDevice } = row;
  const identityKeyHash = opened?.identityKeyHash ?? null;
  const item = { outboxId, messageId, attempt, onlyDevice, failure, identityKeyHash };
  const to = accountId ? { accountId } : opened?.person ? { phoneNumber: opened.person } : null;
  if (!opened || !to) return { ...item, to: { accountId: nobody }, content: new Uint8Array(), expiresAtMs: 0 };
  return { ...item, to, content: opened.content, expiresAtMs: row.expires_at_ms };
}
