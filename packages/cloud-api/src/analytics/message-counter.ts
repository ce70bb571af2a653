import type { Transaction } from '@postern/postgres';
import { limits, type MessageId, type PhoneNumber } from '@postern/protocol';
import { acceptedSecondOf } from '../messages/message-id.ts';
import type { MessageRecord } from '../messages/message-record.ts';
import { storedMessageColumns, type StoredMessage } from '../messages/stored-messages.ts';
import type { SealedStorage } from '../sealed-storage.ts';
import type { EventOwner, NewWebhookEvent } from '../webhooks/events.ts';
import { addToCounts, type Happening, type Occurrence, type Tap } from './message-counts.ts';
import { countryOf } from './country.ts';
import type { MessageSeries } from './message-series.ts';
import type { Subject } from '../subjects/subject.ts';

type CounterStorage = Pick<SealedStorage, 'stored' | 'subjects' | 'clock'>;

type CountedRecord = Pick<MessageRecord, 'person' | 'category' | 'templateId'>;

/** Something that happened to a message whose series is still to be found. */
interface Found {
  readonly messageId: MessageId;
  readonly happened: Happening;
  readonly atMs: number;
}

/**
 * Counts what becomes of one number's messages. Of which series a message is stands in the sealed message only: it is
 * remembered from when the message was opened to be sent until it has arrived, and else the message is opened again.
 */
export class MessageCounter {
  readonly #storage: CounterStorage;
  readonly #number: EventOwner;
  readonly #series = new Map<MessageId, MessageSeries>();
  /** To tell countries apart that share a calling code takes long. Forgotten with the subjects, when these are. */
  readonly #countries = new WeakMap<Subject, string>();

  constructor(storage: CounterStorage, number: EventOwner) {
    this.#storage = storage;
    this.#number = number;
  }

  /** To be told of messages of the business's that were opened for another reason, and of whom they are for. */
  remember(messageId: MessageId, record: CountedRecord, subject: Subject | null = null): void {
    if (this.#series.has(messageId)) return;
    const series = this.#seriesOf(record, subject);
    if (!series) return;
    const [oldest] = this.#series.keys();
    if (oldest !== undefined && this.#series.size >= limits.maxRememberedSeries) this.#series.delete(oldest);
    this.#series.set(messageId, series);
  }

  /** The series in which a message of the business's is counted; null for what a person said. */
  #seriesOf({ person, category, templateId }: CountedRecord, subject: Subject | null): MessageSeries | null {
    return category && { category, templateId, country: this.#countryOf(person, subject) };
  }

  #countryOf(person: PhoneNumber, subject: Subject | null): string {
    const known = subject && this.#countries.get(subject);
    if (known) return known;
    const country = countryOf(person);
    if (subject) this.#countries.set(subject, country);
    return country;
  }

  /** Counts, inside the caller's transaction, what the events of that transaction say. */
  async count(tx: Transaction, events: readonly NewWebhookEvent[]): Promise<void> {
    const nowMs = this.#storage.clock.now();
    const found = events.flatMap((event) => happeningsOf(event, nowMs));
    if (found.length === 0) return;
    await this.#openMissing(tx, found);
    const occurrences: Occurrence[] = [];
    for (const { messageId, happened, atMs } of found) {
      const series = this.#series.get(messageId);
      if (series) occurrences.push({ happened, series, atMs });
    }
    await addToCounts(tx, this.#number, occurrences);
    // What is said of a message after its arrival opens it anyway.
    for (const { messageId, happened } of found) if (happened !== 'sent') this.#series.delete(messageId);
  }

  /** Counts, inside the caller's transaction, taps that it stores. */
  async countTaps(tx: Transaction, taps: readonly Tap[]): Promise<void> {
    const nowMs = this.#storage.clock.now();
    const occurrences = taps.flatMap(({ record, button, atMs }): Occurrence[] => {
      const series = this.#seriesOf(record, null);
      return series ? [{ happened: 'tapped', series, button, atMs: believableTime(atMs, nowMs) }] : [];
    });
    await addToCounts(tx, this.#number, occurrences);
  }

  /** After a restart, or when more were under way than are remembered. What may not be opened any more is not counted. */
  async #openMissing(tx: Transaction, found: readonly Found[]): Promise<void> {
    const missing = new Set(
      found.filter(({ messageId }) => !this.#series.has(messageId)).map((each) => each.messageId),
    );
    if (missing.size === 0) return;
    const { phoneNumberId } = this.#number;
    const seconds = [...missing].map(acceptedSecondOf);
    const rows = await tx.prepared<StoredMessage>(
      'messages.find-to-count',
      `SELECT ${storedMessageColumns} FROM messages
       WHERE phone_number_id = $1 AND message_id = ANY($2) AND sent_by_business AND accepted_s BETWEEN $3 AND $4`,
      [phoneNumberId, [...missing], Math.min(...seconds), Math.max(...seconds)],
    );
    // By this transaction's connection: many that hold one and want another would wait for each other.
    const subjects = await this.#storage.subjects.load(
      phoneNumberId,
      [...new Set(rows.map((row) => row.subject_id))],
      tx,
    );
    const kept = rows.filter((row) => subjects.has(row.subject_id));
    const records = await this.#storage.stored.openAll(phoneNumberId, kept, 'counting');
    for (const [index, { message_id: messageId }] of kept.entries()) {
      const record = records[index];
      if (record) this.remember(messageId, record);
    }
  }
}

function happeningsOf({ kind, messageId, happenedAtMs, isArrival = false }: NewWebhookEvent, nowMs: number): Found[] {
  const atMs = believableTime(happenedAtMs, nowMs);
  const found: Found[] = [];
  if (kind === 'sent') found.push({ messageId, happened: 'sent', atMs });
  if (isArrival) found.push({ messageId, happened: 'delivered', atMs });
  if (kind === 'read') found.push({ messageId, happened: 'read', atMs });
  return found;
}

/** When something arrived the transport says, by a clock that may be wrong. */
function believableTime(atMs: number, nowMs: number): number {
  return Math.min(Math.max(atMs, nowMs - limits.halfHourCountsKeptMs), nowMs);
}
