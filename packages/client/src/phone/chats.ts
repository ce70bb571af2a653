import { randomBytes } from 'node:crypto';
import {
  ContentSchema,
  decode,
  encode,
  limits,
  type AccountId,
  type Clock,
  type Message,
  type MessageId,
  type MessageInitShape,
  type MessageReference,
  type PhoneNumber,
} from '@postern/protocol';
import type { PhoneDatabase } from './phone-database.ts';
import { queueContent, type Waiting } from './queue.ts';
import { encodeSaying, type Saying } from './saying.ts';

interface ChatsOptions {
  readonly db: PhoneDatabase;
  readonly clock: Clock;
  /** The name that the owner goes by. */
  readonly name: string;
}

type ContentBody = NonNullable<MessageInitShape<typeof ContentSchema>['body']>;

interface ReceivedRow {
  readonly position: number;
  readonly account_id: AccountId;
  readonly message_id: MessageId;
  readonly content: Uint8Array;
  readonly state: string;
}

/** A message, and with whom it was exchanged. */
export interface FoundMessage {
  readonly chat: PhoneNumber;
  readonly message: Message;
}

/** What the owner of a phone does in their chats. Each is one transaction: shown, and queued for sending. */
export class Chats {
  readonly #db: PhoneDatabase;
  readonly #clock: Clock;
  readonly #name: string;

  constructor({ db, clock, name }: ChatsOptions) {
    this.#db = db;
    this.#clock = clock;
    this.#name = name;
  }

  /** Says something to a number. Returns the message's id. */
  say(saying: Saying): MessageId {
    const messageId = `3A${randomBytes(9).toString('hex').toUpperCase()}` as MessageId;
    const nowMs = this.#clock.now();
    const content = encodeSaying(saying, { messageId, senderName: this.#name, nowMs });
    this.#db.transaction(() => {
      const shown =
        "INSERT INTO messages (chat, from_me, message_id, at_ms, content, state) VALUES (?, 1, ?, ?, ?, 'queued')";
      this.#db.run(shown, saying.to, messageId, nowMs, content);
      this.#queue({ to: { phoneNumber: saying.to }, content, messageId });
    });
    return messageId;
  }

  /** Looks at what was received, or at these messages of it, and tells the senders so. */
  markRead(messageIds?: readonly MessageId[]): void {
    const wanted = messageIds && new Set(messageIds);
    const unseen = this.#db
      .all<ReceivedRow>("SELECT * FROM messages WHERE from_me = 0 AND state = 'received' ORDER BY position")
      .filter((row) => !wanted || wanted.has(row.message_id));
    this.#db.transaction(() => {
      for (const [accountId, rows] of Map.groupBy(unseen, (row) => row.account_id))
        this.#reportRead(
          accountId,
          rows.map((row) => row.message_id),
        );
    });
  }

  /** Plays a voice note; the first time its sender is told. False when there is none with this id. */
  play(messageId: MessageId): boolean {
    const row = this.#db.get<ReceivedRow>('SELECT * FROM messages WHERE from_me = 0 AND message_id = ?', messageId);
    const body = row && messageIn(row.content)?.body;
    if (body?.case !== 'media' || !body.value.voice) return false;
    if (row?.state !== 'received' && row?.state !== 'seen') return true;
    this.#db.transaction(() => {
      if (row.state === 'received') this.#reportRead(row.account_id, [messageId]);
      const receipt = { playedMessageIds: [messageId], readAtMs: BigInt(this.#clock.now()) };
      this.#queue({
        to: { accountId: row.account_id },
        content: contentOf({ case: 'readReceipt', value: receipt }),
      });
      this.#db.run("UPDATE messages SET state = 'played' WHERE position = ?", row.position);
    });
    return true;
  }

  /** Is seen to be writing; of no use to anybody some seconds later. */
  type(to: PhoneNumber): void {
    const content = contentOf({ case: 'typing', value: {} });
    this.#queue({ to: { phoneNumber: to }, content, ttlMs: limits.typingShownMs });
  }

  /** Tells a business whether its marketing messages are wanted. */
  setMarketing(to: PhoneNumber, isStopped: boolean): void {
    this.#queue({
      to: { phoneNumber: to },
      content: contentOf({ case: 'marketingPreference', value: { isStopped } }),
    });
  }

  /** A message on the phone; null when there is none with this id. */
  find({ messageId, fromMe }: MessageReference): FoundMessage | null {
    const sql = 'SELECT chat, content FROM messages WHERE from_me = ? AND message_id = ?';
    const row = this.#db.get<{ chat: PhoneNumber; content: Uint8Array }>(sql, fromMe ? 1 : 0, messageId);
    const message = row && messageIn(row.content);
    return row && message && { chat: row.chat, message };
  }

  #reportRead(accountId: AccountId, messageIds: readonly MessageId[]): void {
    const receipt = { messageIds: [...messageIds], readAtMs: BigInt(this.#clock.now()) };
    this.#queue({ to: { accountId }, content: contentOf({ case: 'readReceipt', value: receipt }) });
    for (const messageId of messageIds)
      this.#db.run("UPDATE messages SET state = 'seen' WHERE account_id = ? AND message_id = ?", accountId, messageId);
  }

  #queue(waiting: Waiting): void {
    queueContent(this.#db, this.#clock, waiting);
  }
}

function contentOf(body: ContentBody): Uint8Array {
  return encode(ContentSchema, { body });
}

/** The message in an encoded Content; null when it holds none. */
export function messageIn(content: Uint8Array): Message | null {
  const body = decode(ContentSchema, content)?.body;
  return body?.case === 'message' ? body.value : null;
}
