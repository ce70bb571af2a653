import type { AccountId, Clock, MessageId } from '@postern/protocol';
import type { ContentPurpose, KeyUseLog } from '../audit/key-use-log.ts';
import { deadlineMs, epochOf, type Lifetime, type Sealer, type SealPlace } from '../sealing/sealer.ts';
import type { Subject, SubjectId } from '../subjects/subject.ts';
import type { Subjects } from '../subjects/subjects.ts';
import { decodeMessageRecord, type MessageRecord } from './message-record.ts';

/** What says how long a stored record lives, and whom it is about. */
export interface StoredRecord {
  readonly accepted_s: number;
  readonly retention_hours: number;
  readonly subject_id: SubjectId;
}

/** A row of `messages`. */
export interface StoredMessage extends StoredRecord {
  readonly message_id: MessageId;
  readonly sent_by_business: boolean;
  readonly sealed: Buffer;
}

/** A receipt that waits in the outbox. */
export interface StoredReceipt extends StoredRecord {
  readonly account_id: AccountId;
  readonly sealed: Buffer;
}

/** The columns of a {@link StoredMessage}. */
export const storedMessageColumns = 'message_id, sent_by_business, accepted_s, retention_hours, subject_id, sealed';

/** The row part of the place where a message's record is sealed. */
export function messageRow(messageId: MessageId, sentByBusiness: boolean): string {
  return `${messageId}/${sentByBusiness ? 'business' : 'person'}`;
}

/** How long a stored record lives. */
export function lifetimeOf({ accepted_s: acceptedS, retention_hours: retentionHours }: StoredRecord): Lifetime {
  return { sinceMs: acceptedS * 1000, retentionHours };
}

interface StoredMessagesOptions {
  readonly sealer: Sealer;
  readonly subjects: Subjects;
  readonly clock: Clock;
  readonly keyUse: KeyUseLog;
}

/**
 * Opens what is stored of messages: the one way to it, whoever asks. From its deadline on a record is refused, whether
 * the sweep has come by or not; so is one whose person was erased, and one that was tampered with. While the clock is not
 * to be believed nothing is opened: what seems to be past its time is not given up for gone. What cannot be
 * accounted for in the audit log is not opened.
 */
export class StoredMessages {
  readonly #options: StoredMessagesOptions;

  constructor(options: StoredMessagesOptions) {
    this.#options = options;
  }

  /** The records of these rows of one number, in their order; null for each that may not or cannot be read. */
  async openAll(
    phoneNumberId: string,
    rows: readonly StoredMessage[],
    purpose: ContentPurpose,
  ): Promise<(MessageRecord | null)[]> {
    if (rows.length === 0) return [];
    this.#options.sealer.checkClock();
    await this.#options.keyUse.note(purpose, [phoneNumberId]);
    const subjects = await this.#subjectsOf(phoneNumberId, rows);
    return rows.map((row) => {
      const place = { table: 'messages', row: messageRow(row.message_id, row.sent_by_business) };
      const opened = this.#open(phoneNumberId, {
        row,
        place,
        sealed: row.sealed,
        subject: subjects.get(row.subject_id),
      });
      return opened && decodeMessageRecord(opened);
    });
  }

  /** The contents of receipts that wait in the outbox; null for each that may not or cannot be read. */
  async openReceipts(
    phoneNumberId: string,
    rows: readonly StoredReceipt[],
    purpose: ContentPurpose,
  ): Promise<(Buffer | null)[]> {
    if (rows.length === 0) return [];
    this.#options.sealer.checkClock();
    await this.#options.keyUse.note(purpose, [phoneNumberId]);
    const subjects = await this.#subjectsOf(phoneNumberId, rows);
    return rows.map((row) => {
      const place = { table: 'outbox', row: row.account_id };
      return this.#open(phoneNumberId, { row, place, sealed: row.sealed, subject: subjects.get(row.subject_id) });
    });
  }

  #subjectsOf(phoneNumberId: string, rows: readonly StoredRecord[]) {
    return this.#options.subjects.load(phoneNumberId, [...new Set(rows.map(({ subject_id: id }) => id))]);
  }

  #open(
    phoneNumberId: string,
    {
      row,
      place,
      sealed,
      subject,
    }: { row: StoredRecord; place: Pick<SealPlace, 'table' | 'row'>; sealed: Buffer; subject: Subject | undefined },
  ): Buffer | null {
    const { sealer, clock } = this.#options;
    const lifetime = lifetimeOf(row);
    if (clock.now() >= deadlineMs(lifetime)) return null;
    const timeKey = sealer.findRecordTimeKey(place.table, lifetime);
    const numberKey = sealer.findNumberKey(phoneNumberId);
    if (!timeKey || !numberKey || !subject) return null;
    const key = subject.sealKey(timeKey, numberKey);
    return sealer.find(key, { ...place, column: 'sealed', phoneNumberId, epoch: epochOf(lifetime) }, sealed);
  }
}
