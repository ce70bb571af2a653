import { limits, type AccountId, type Clock, type MessageId, type PhoneNumber } from '@postern/protocol';
import type { PhoneDatabase } from './phone-database.ts';

/** Something that a phone is to send. */
export interface Waiting {
  readonly to: { readonly phoneNumber: PhoneNumber } | { readonly accountId: AccountId };
  /** The encoded Content. */
  readonly content: Uint8Array;
  readonly messageId?: MessageId;
  readonly ttlMs?: number;
}

/** Queues it for sending, inside the caller's transaction. */
export function queueContent(
  db: PhoneDatabase,
  clock: Clock,
  { to, content, messageId, ttlMs = limits.messageTtlMs }: Waiting,
): void {
  const [column, recipient] =
    'phoneNumber' in to ? (['to_phone_number', to.phoneNumber] as const) : (['to_account_id', to.accountId] as const);
  const sql = `INSERT INTO outbox (${column}, content, message_id, attempt, expires_at_ms) VALUES (?, ?, ?, 0, ?)`;
  db.run(sql, recipient, content, messageId ?? null, clock.now() + ttlMs);
}
