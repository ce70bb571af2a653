import type { Database } from '@postern/postgres';
import {
  ContentSchema,
  decode,
  type AccountId,
  type Message,
  type MessageId,
  type PhoneNumber,
  type WamidParts,
} from '@postern/protocol';
import { deadlineMs } from '../sealing/sealer.ts';
import type { SubjectId } from '../subjects/subject.ts';
import { OpenedMessage, type MessageOpener } from '../webhooks/message-opener.ts';
import { partyOf, type MessageUser } from '../user-ids/user-id.ts';
import { acceptedSecondOf } from './message-id.ts';
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
  /** How the business knew the person when the message was accepted. */
  readonly user: MessageUser | null;
  /** Of what kind it is; null for what nobody can read. */
  readonly body: Message['body']['case'] | null;
}

/**
 * Whether it is the message that this id names, in the chat with its person. An id that names the person otherwise than
 * the business was told is none: it would tell whether a guess is right.
 */
export function isNamedBy(found: FoundMessage, { phoneNumber }: Pick<WamidParts, 'phoneNumber'>): boolean {
  return partyOf(found) === phoneNumber;
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
    const rows = await (sentByBusiness
      ? this.#loadSent(phoneNumberId, messageId)
      : this.#loadReceived(phoneNumberId, messageId));
    const [record] = await this.#stored.openAll(phoneNumberId, rows, 'api');
    if (!record) return null;
    const body = decode(ContentSchema, record.content)?.body;
    const { person, accountId, user = null } = record;
    return { person, accountId, user, body: body?.case === 'message' ? (body.value.body.case ?? null) : null };
  }

  /** The id of a message of ours names its second, and so the one partition that it can be in. */
  #loadSent(phoneNumberId: string, messageId: MessageId): Promise<StoredMessage[]> {
    return this.#db.prepared<StoredMessage>(
      'messages.find-sent',
      `SELECT ${storedMessageColumns} FROM messages
       WHERE phone_number_id = $1 AND message_id = $2 AND sent_by_business AND accepted_s = $3`,
      [phoneNumberId, messageId, acceptedSecondOf(messageId)],
    );
  }

  #loadReceived(phoneNumberId: string, messageId: MessageId): Promise<StoredMessage[]> {
    return this.#db.prepared<StoredMessage>(
      'messages.find-received',
      `SELECT ${storedMessageColumns} FROM messages
       WHERE phone_number_id = $1 AND message_id = $2 AND NOT sent_by_business LIMIT 1`,
      [phoneNumberId, messageId],
    );
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
    const identities = await this.#findIdentities(phoneNumberId, rows);
    const byRow = new Map<string, OpenedMessage>();
    for (const [at, row] of rows.entries()) {
      const record = records[at];
      if (!record) continue;
      const keptUntilMs = deadlineMs(lifetimeOf(row));
      const identityKeyHash = identities.get(row.subject_id) ?? record.identityKeyHash;
      const opened = new OpenedMessage({ ...record, identityKeyHash }, keptUntilMs);
      byRow.set(messageRow(row.message_id, row.sent_by_business), opened);
    }
    return refs.map(({ messageId, sentByBusiness }) => byRow.get(messageRow(messageId, sentByBusiness)) ?? null);
  }
  /** By which identity keys the recipients of messages are known now; of nobody when the business does not check them. */
  async #findIdentities(phoneNumberId: string, rows: readonly StoredMessage[]): Promise<Map<SubjectId, string>> {
    const recipients = new Set(rows.filter((row) => row.sent_by_business).map((row) => row.subject_id));
    if (recipients.size === 0) return new Map();
    const [number] = await this.#db.prepared<{ checks_identity: boolean }>(
      'numbers.checks-identity',
      'SELECT checks_identity FROM numbers WHERE phone_number_id = $1',
      [phoneNumberId],
    );
    if (!number?.checks_identity) return new Map();
    const known = await this.#db.prepared<{ subject_id: SubjectId; identity_hash: Buffer }>(
      'sessions.find-identities',
      `SELECT subject_id, identity_hash FROM sessions
       WHERE phone_number_id = $1 AND subject_id = ANY($2::uuid[]) AND identity_hash IS NOT NULL ORDER BY used_at_ms`,
      [phoneNumberId, [...recipients]],
    );
    return new Map(known.map(({ subject_id: id, identity_hash: hash }) => [id, hash.toString('base64')]));
  }
}
