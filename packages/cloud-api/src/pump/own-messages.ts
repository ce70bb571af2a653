import type { Sender } from '@postern/client';
import type { Transaction } from '@postern/postgres';
import type { MessageId } from '@postern/protocol';
import { acceptedSecondOf } from '../messages/message-id.ts';
import type { MessageRecord } from '../messages/message-record.ts';
import { storedMessageColumns, type StoredMessage } from '../messages/stored-messages.ts';
import type { SealedStorage } from '../sealed-storage.ts';
import type { ClaimedNumber } from './number-claim.ts';

/** By which transaction the messages of which number are looked up. */
interface OwnMessages {
  readonly tx: Transaction;
  readonly number: Pick<ClaimedNumber, 'phoneNumberId'>;
  readonly storage: Pick<SealedStorage, 'stored' | 'subjects'>;
}

/** A message that the number sent; null when there is none. */
export async function findOwn({ tx, number }: OwnMessages, messageId: MessageId): Promise<StoredMessage | null> {
  const rows = await tx.prepared<StoredMessage>(
    'messages.find-own',
    `SELECT ${storedMessageColumns} FROM messages
     WHERE phone_number_id = $1 AND message_id = $2 AND accepted_s = $3 AND sent_by_business`,
    [number.phoneNumberId, messageId, acceptedSecondOf(messageId)],
  );
  return rows[0] ?? null;
}

/** The record of a message, if it went to this person and may be read yet. */
export async function findSentTo(
  { tx, number, storage }: OwnMessages,
  message: StoredMessage,
  { phoneNumber }: Sender,
): Promise<MessageRecord | null> {
  // By this transaction's connection: many that hold one and want another would wait for each other.
  const subjects = await storage.subjects.load(number.phoneNumberId, [message.subject_id], tx);
  if (!subjects.has(message.subject_id)) return null;
  const [record] = await storage.stored.openAll(number.phoneNumberId, [message], 'retransmission');
  return record?.person === phoneNumber ? record : null;
}
