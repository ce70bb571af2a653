import { randomUUID } from 'node:crypto';
import type { Database } from '@postern/postgres';
import {
  ContentSchema,
  contextWords,
  decode,
  encodeWamid,
  limits,
  messageWords,
  type Content,
  type ContextWords,
  type MessageReference,
  type MessageWords,
  type PhoneNumber,
} from '@postern/protocol';
import type { MediaSource, MessageRecord } from '../messages/message-record.ts';
import { storedMessageColumns, type StoredMessage } from '../messages/stored-messages.ts';
import type { SealedStorage } from '../sealed-storage.ts';
import type { SubjectId } from '../subjects/subject.ts';
import { partyOf, type MessageUser } from '../user-ids/user-id.ts';

/** What is kept of a person at one number beside their messages. */
export interface ExportedConversation {
  readonly kind: 'conversation';
  readonly phone_number_id: string;
  readonly phone_number: string;
  /** The hour in which there last was anything with them, ISO 8601; null when that is longer ago than anything is kept. */
  readonly last_used_hour: string | null;
  /** Encryption sessions with the person's devices. */
  readonly sessions: number;
  /** Receipts and messages that wait to be sent to them. */
  readonly waiting: number;
  /** When they wrote last, ISO 8601, as long as that opens the window in which they may be answered. */
  readonly last_wrote_at?: string;
  /** What the business was told instead of, or beside, the phone number. */
  readonly user_id?: string;
  /** They want no marketing messages of this number. */
  readonly marketing_stopped?: true;
  /** The number has blocked them. */
  readonly blocked?: true;
}

/** A message from or to a person: the contract's own words for its type, and what stands around them. */
export interface ExportedMessage extends MessageWords {
  readonly kind: 'message';
  readonly id: string;
  readonly phone_number_id: string;
  readonly from: string;
  readonly to: string;
  /** ISO 8601. */
  readonly time: string;
  readonly status: string;
  readonly sender_name?: string;
  readonly biz_opaque_callback_data?: string;
  readonly text?: { readonly body: string; readonly preview_url?: boolean };
  /** What it answers, and whether it was forwarded. */
  readonly context?: ContextWords;
}

export type ExportedItem = ExportedConversation | ExportedMessage;

/** A part of an export, and where the next one begins; null when this was the last. */
export interface ExportPage {
  readonly items: readonly ExportedItem[];
  readonly next: ExportCursor | null;
}

/** The last message that was exported. */
export interface ExportCursor {
  readonly phoneNumberId: string;
  readonly acceptedS: number;
  readonly messageId: string;
  readonly sentByBusiness: boolean;
}

interface ExportedNumber {
  readonly phone_number_id: string;
  readonly phone_number: PhoneNumber;
}

interface ConversationRow {
  readonly hour: number | null;
  readonly sessions: number;
  readonly waiting: number;
  readonly wrote_at_ms: number | null;
}

type MessageRow = StoredMessage & { readonly state: string };

interface PersonExportOptions {
  readonly db: Database;
  readonly storage: Pick<SealedStorage, 'stored' | 'subjects' | 'userIds' | 'suppressions' | 'clock' | 'audit'>;
}

/** Gives a business all that is kept here of one person on its behalf. What is past its time is not kept, and not given. */
export class PersonExport {
  readonly #options: PersonExportOptions;

  constructor(options: PersonExportOptions) {
    this.#options = options;
  }

  /**
   * Number by number: the conversation, then its messages by time, so many on a page. Each page is in the audit log
   * before it is given.
   */
  async page(wabaId: string, person: PhoneNumber, after: ExportCursor | null): Promise<ExportPage> {
    const page = await this.#collect(wabaId, person, after);
    const messages = page.items.filter(({ kind }) => kind === 'message').length;
    const details = { receipt_id: randomUUID(), messages };
    await this.#options.storage.audit.recordNow({ kind: 'export', wabaId, details });
    return page;
  }

  async #collect(wabaId: string, person: PhoneNumber, after: ExportCursor | null): Promise<ExportPage> {
    const numbers = await this.#options.db.query<ExportedNumber>(
      'SELECT phone_number_id, phone_number FROM numbers WHERE waba_id = $1 ORDER BY phone_number_id',
      [wabaId],
    );
    const items: ExportedItem[] = [];
    let room: number = limits.maxExportedMessagesPerPage;
    for (const number of numbers) {
      const { phone_number_id: id } = number;
      if (after !== null && id < after.phoneNumberId) continue;
      const subjects = await this.#findSubjects(id, person);
      const start = after?.phoneNumberId === id ? after : null;
      if (start === null) items.push(...(await this.#conversation(number, person, subjects)));
      if (subjects.length === 0) continue;
      const rows = await this.#load(number, subjects, { start, limit: room });
      items.push(...(await this.#open(number, rows)));
      room -= rows.length;
      const last = rows.at(-1);
      if (room === 0 && last) return { items, next: cursorOf(id, last) };
    }
    return { items, next: null };
  }

  /** Those that open: rows of somebody who was erased may be there yet, and would fill pages with nothing. */
  async #findSubjects(phoneNumberId: string, person: PhoneNumber): Promise<SubjectId[]> {
    const { subjects, clock } = this.#options.storage;
    const ids = await subjects.findAll(phoneNumberId, person, clock.now());
    return [...(await subjects.load(phoneNumberId, ids)).keys()];
  }

  /** What there is beside messages; nothing when there is nothing. */
  async #conversation(
    { phone_number_id: phoneNumberId, phone_number: phoneNumber }: ExportedNumber,
    person: PhoneNumber,
    subjectIds: readonly SubjectId[],
  ): Promise<ExportedConversation[]> {
    const { db, storage } = this.#options;
    const where = 'WHERE phone_number_id = $1 AND subject_id = ANY($2::uuid[])';
    const [row] = await db.query<ConversationRow>(
      `SELECT (SELECT max(used_hour) FROM subjects ${where}) AS hour,
         (SELECT count(*)::int FROM sessions ${where}) AS sessions,
         (SELECT count(*)::int FROM outbox ${where}) AS waiting,
         (SELECT max(last_inbound_at_ms) FROM conversations ${where}) AS wrote_at_ms`,
      [phoneNumberId, subjectIds],
    );
    const user = await storage.userIds.findUser(phoneNumberId, subjectIds);
    const suppressed = (await storage.suppressions.find(db, phoneNumberId, [person])).get(person);
    if (!row || (row.hour === null && !suppressed)) return [];
    return [
      {
        kind: 'conversation',
        phone_number_id: phoneNumberId,
        phone_number: phoneNumber,
        last_used_hour: row.hour === null ? null : new Date(row.hour * limits.hourMs).toISOString(),
        sessions: row.sessions,
        waiting: row.waiting,
        ...(row.wrote_at_ms !== null && { last_wrote_at: new Date(row.wrote_at_ms).toISOString() }),
        ...(user && { user_id: user.id }),
        ...(suppressed?.has('marketing') && { marketing_stopped: true }),
        ...(suppressed?.has('blocked') && { blocked: true }),
      },
    ];
  }

  #load(
    { phone_number_id: phoneNumberId }: ExportedNumber,
    subjectIds: readonly SubjectId[],
    { start, limit }: { start: ExportCursor | null; limit: number },
  ): Promise<MessageRow[]> {
    // By time first: the partitions of days are read one after the other, up to the limit.
    return this.#options.db.query<MessageRow>(
      `SELECT ${storedMessageColumns}, state FROM messages
       WHERE phone_number_id = $1 AND subject_id = ANY($2::uuid[]) AND accepted_s >= $3
         AND (accepted_s, message_id, sent_by_business) > ($3, $4, $5)
       ORDER BY accepted_s, message_id, sent_by_business LIMIT $6`,
      [phoneNumberId, subjectIds, start?.acceptedS ?? 0, start?.messageId ?? '', start?.sentByBusiness ?? false, limit],
    );
  }

  async #open(number: ExportedNumber, rows: readonly MessageRow[]): Promise<ExportedMessage[]> {
    const records = await this.#options.storage.stored.openAll(number.phone_number_id, rows, 'export');
    return rows.flatMap((row, index) => {
      const record = records[index];
      return record ? [exportMessage(number, row, record)] : [];
    });
  }
}

function cursorOf(phoneNumberId: string, row: MessageRow): ExportCursor {
  const { accepted_s: acceptedS, message_id: messageId, sent_by_business: sentByBusiness } = row;
  return { phoneNumberId, acceptedS, messageId, sentByBusiness };
}

/** How to get an attachment: the id of media, or what the message linked to. */
function sourceWords(source: MediaSource | undefined): object {
  if (!source) return {};
  return 'id' in source ? { id: source.id } : { link: source.link };
}

/** What is kept of a person that is no message: that they stopped or resumed marketing messages, or have another user id. */
function wordsOfNoMessage(body: Content['body'] | undefined, user: MessageUser | null): MessageWords {
  if (user?.previousId)
    return {
      type: 'system',
      system: { type: 'user_changed_user_id', previous_user_id: user.previousId, user_id: user.id },
    };
  if (body?.case !== 'marketingPreference') return { type: 'unsupported' };
  const value = body.value.isStopped ? 'stop' : 'resume';
  return { type: 'user_preferences', user_preferences: [{ category: 'marketing_messages', value }] };
}

function exportMessage(
  { phone_number_id: phoneNumberId, phone_number: phoneNumber }: ExportedNumber,
  row: MessageRow,
  record: MessageRecord,
): ExportedMessage {
  const { message_id: messageId, sent_by_business: sentByBusiness, accepted_s: acceptedS, state } = row;
  const { person, callbackData, media, user = null } = record;
  const body = decode(ContentSchema, record.content)?.body;
  const message = body?.case === 'message' ? body.value : null;
  // "From me" is said by whoever sent the message.
  const wamid = ({ messageId: spokenOf, fromMe }: MessageReference) =>
    encodeWamid({ phoneNumber: partyOf(record), sentByBusiness: sentByBusiness === fromMe, messageId: spokenOf });
  // Whoever asked by a user id gets no phone number that the business was not shown.
  const name = user?.isNumberHidden ? user.id : person;
  const numberOf = (fromMe: boolean) => (sentByBusiness === fromMe ? phoneNumber : name);
  const context = message && contextWords(message, { wamid, numberOf });
  return {
    kind: 'message',
    id: encodeWamid({ phoneNumber: partyOf(record), sentByBusiness, messageId }),
    phone_number_id: phoneNumberId,
    from: numberOf(true),
    to: numberOf(false),
    time: new Date(acceptedS * 1000).toISOString(),
    status: state,
    ...(message?.senderName && { sender_name: message.senderName }),
    ...(callbackData !== null && { biz_opaque_callback_data: callbackData }),
    ...(message
      ? messageWords(message, { wamid, attachment: (_, index) => sourceWords(media[index]) })
      : wordsOfNoMessage(body, user)),
    ...(context && { context }),
  };
}
