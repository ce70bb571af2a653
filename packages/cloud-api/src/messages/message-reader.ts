import type { Database } from '@postern/postgres';
import {
  ContentSchema,
  decode,
  limits,
  type AccountId,
  type Clock,
  type Message,
  type MessageId,
  type PhoneNumber,
} from '@postern/protocol';
import type { Sealer } from '../sealing/sealer.ts';
import { decodeMessageRecord, type MessageRecord } from './message-record.ts';
import type { MessageOpener, OpenedMessage } from '../webhooks/message-opener.ts';

/** Names one stored message. */
export interface MessageRef {
  readonly messageId: MessageId;
  readonly sentByBusiness: boolean;
  readonly acceptedS: number;
}

interface MessageRow {
  message_id: MessageId;
  sent_by_business: boolean;
  accepted_s: number;
  sealed: Buffer;
}

/** The row part of the place where a message's record is sealed. */
export function messageRow(messageId: MessageId, sentByBusiness: boolean): string {
  return `${messageId}/${sentByBusiness ? 'business' : 'person'}`;
}

/** Reads stored messages, and refuses those past their time even when they are still there. */
export class MessageReader implements MessageOpener {
  readonly #db: Database;
  readonly #sealer: Sealer;
  readonly #clock: Clock;

  constructor({ db, sealer, clock }: { db: Database; sealer: Sealer; clock: Clock }) {
    this.#db = db;
    this.#sealer = sealer;
    this.#clock = clock;
  }

  /** Who sent this message to the number; null when it is unknown or too old. */
  async findInbound(
    phoneNumberId: string,
    messageId: MessageId,
  ): Promise<{ from: PhoneNumber; accountId: AccountId } | null> {
    const [row] = await this.#db.prepared<MessageRow>(
      'messages.find-inbound',
      `SELECT message_id, sent_by_business, accepted_s, sealed FROM messages
       WHERE phone_number_id = $1 AND message_id = $2 AND NOT sent_by_business LIMIT 1`,
      [phoneNumberId, messageId],
    );
    const record = row ? await this.#open(phoneNumberId, row) : null;
    return record?.accountId ? { from: record.person, accountId: record.accountId } : null;
  }

  /** The messages of these references, in their order; null for each that is gone or too old. */
  async openAll(phoneNumberId: string, refs: readonly MessageRef[]): Promise<(OpenedMessage | null)[]> {
    if (refs.length === 0) return [];
    const seconds = refs.map(({ acceptedS }) => acceptedS);
    const rows = await this.#db.prepared<MessageRow>(
      'messages.open-all',
      `SELECT message_id, sent_by_business, accepted_s, sealed FROM messages
       WHERE phone_number_id = $1 AND message_id = ANY($2) AND accepted_s BETWEEN $3 AND $4`,
      [phoneNumberId, refs.map(({ messageId }) => messageId), Math.min(...seconds), Math.max(...seconds)],
    );
    const byRow = new Map(rows.map((row) => [messageRow(row.message_id, row.sent_by_business), row]));
    const opened: (OpenedMessage | null)[] = [];
    for (const { messageId, sentByBusiness } of refs) {
      const row = byRow.get(messageRow(messageId, sentByBusiness));
      opened.push(row ? toOpenedMessage(await this.#open(phoneNumberId, row)) : null);
    }
    return opened;
  }

  async #open(phoneNumberId: string, row: MessageRow): Promise<MessageRecord | null> {
    const { message_id: messageId, sent_by_business: sentByBusiness, accepted_s: acceptedS, sealed } = row;
    if (acceptedS * 1000 + limits.storageTtlMs <= this.#clock.now()) return null;
    const key = await this.#sealer.findHourKey(acceptedS);
    if (!key) return null;
    const place = {
      table: 'messages',
      column: 'sealed',
      phoneNumberId,
      row: messageRow(messageId, sentByBusiness),
      acceptedS,
    };
    return decodeMessageRecord(this.#sealer.openForHour(key, place, sealed));
  }
}

function toOpenedMessage(record: MessageRecord | null): OpenedMessage | null {
  const body = record && decode(ContentSchema, record.content)?.body;
  if (!record || body?.case !== 'message') return null;
  const message: Message = body.value;
  return { person: record.person, callbackData: record.callbackData, message };
}
