import type { Database } from '@postern/postgres';
import {
  ContentSchema,
  decode,
  type AccountId,
  type Message,
  type MessageId,
  type PhoneNumber,
} from '@postern/protocol';
import { deadlineMs } from '../sealing/sealer.ts';
import { OpenedMessage, type MessageOpener } from '../webhooks/message-opener.ts';
import {
  lifetimeOf,
  messageRow,
  storedMessageColumns,
  type StoredMessage,
  type StoredMessages,
} from './stored-messages.ts';

/** Names one stored message. */
export interface MessageRef {
  readonly messageId: MessageId;
  readonly sentByBusiness: boolean;
  readonly acceptedS: number;
}

/** What there is to know of a message before one answers it. */
export interface FoundMessage {
  readonly person: PhoneNumber;
  readonly accountId: AccountId | null;
  /** Of what kind it is; null for what nobody can read. */
  readonly body: Message['body']['case'] | null;
}

/** Reads stored messages for those who may: the API and webhooks. */
export class MessageReader implements MessageOpener {
  readonly #db: Database;
  readonly #stored: StoredMessages;

  constructor({ db, stored }: { db: Database; stored: StoredMessages }) {
    this.#db = db;
    this.#stored = stored;
  }

  /** A message of this number; null when it is unknown or too old. */
  async findMessage(
    phoneNumberId: string,
    { messageId, sentByBusiness }: Pick<MessageRef, 'messageId' | 'sentByBusiness'>,
  ): Promise<FoundMessage | null> {
    const rows = await this.#db.prepared<StoredMessage>(
      'messages.find',
      `SELECT ${storedMessageColumns} FROM messages
       WHERE phone_number_id = $1 AND message_id = $2 AND sent_by_business = $3 LIMIT 1`,
      [phoneNumberId, messageId, sentByBusiness],
    );
    const [record] = await this.#stored.openAll(phoneNumberId, rows, 'api');
    if (!record) return null;
    const body = decode(ContentSchema, record.content)?.body;
    const { person, accountId } = record;
    return { person, accountId, body: body?.case === 'message' ? (body.value.body.case ?? null) : null };
  }

  /** For webhooks: the messages of these references, in their order; null for each that is gone or too old. */
  async openAll(phoneNumberId: string, refs: readonly MessageRef[]): Promise<(OpenedMessage | null)[]> {
    if (refs.length === 0) return [];
    const seconds = refs.map(({ acceptedS }) => acceptedS);
    const rows = await this.#db.prepared<StoredMessage>(
      'messages.open-all',
      `SELECT ${storedMessageColumns} FROM messages
       WHERE phone_number_id = $1 AND message_id = ANY($2) AND accepted_s BETWEEN $3 AND $4`,
      [phoneNumberId, refs.map(({ messageId }) => messageId), Math.min(...seconds), Math.max(...seconds)],
    );
    const records = await this.#stored.openAll(phoneNumberId, rows, 'webhook');
    const byRow = new Map<string, OpenedMessage>();
    for (const [at, row] of rows.entries()) {
      const record = records[at];
      if (!record) continue;
      const keptUntilMs = deadlineMs(lifetimeOf(row));
      byRow.set(messageRow(row.message_id, row.sent_by_business), new OpenedMessage(record, keptUntilMs));
    }
    return refs.map(({ messageId, sentByBusiness }) => byRow.get(messageRow(messageId, sentByBusiness)) ?? null);
  }
}
