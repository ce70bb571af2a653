import { insertRows, type Database, type InsertSpec } from '@postern/postgres';
import { limits, type AccountId, type Clock, type MessageId, type PhoneNumber } from '@postern/protocol';
import type { KeyUseLog } from '../audit/key-use-log.ts';
import { epochOf, triedUntilMs, type Lifetime, type Sealer, type SealPlace } from '../sealing/sealer.ts';
import { countedTypeOfContent } from '../statistics/cells.ts';
import type { Contribution, Contributions } from '../statistics/contributions.ts';
import type { Subject } from '../subjects/subject.ts';
import { StaleSubjectError, type Subjects } from '../subjects/subjects.ts';
import { toMessageUser, type MessageUser } from '../user-ids/user-id.ts';
import type { UserIds } from '../user-ids/user-ids.ts';
import { findPeople, type BatchPeople } from './batch-people.ts';
import { holdNumbers, NumberGoneError } from './held-numbers.ts';
import { insertMessages } from './message-rows.ts';
import { messageRow } from './stored-messages.ts';
import { encodeWithoutUser, withUser, type MediaSource, type MessageCategory } from './message-record.ts';
import { ensurePartitions, isPartitionMissing } from './partitions.ts';

/** A message that a business hands over. */
export interface NewMessage {
  readonly phoneNumberId: string;
  readonly messageId: MessageId;
  readonly acceptedS: number;
  /** How long the number's messages are kept. */
  readonly retentionHours: number;
  readonly to: PhoneNumber;
  /** The business named the person by their user id, and so does not show that it has their number. */
  readonly isToUserId?: boolean;
  /** The encoded Content; its attachments are still to be made. */
  readonly content: Uint8Array;
  readonly callbackData: string | null;
  readonly category: MessageCategory;
  /** What the attachments of the content are made of, in their order. */
  readonly media: readonly MediaSource[];
  /** The identity that the business expects the person to have. */
  readonly identityKeyHash: string | null;
  /** For how long it is tried to deliver it; as long as it is kept when null. */
  readonly ttlMs: number | null;
  /** The template that it was made of. */
  readonly templateId: string | null;
}

/** What goes to a person beside messages: a read receipt, or that the business is writing. */
export interface NewReceipt {
  readonly phoneNumberId: string;
  readonly acceptedS: number;
  readonly retentionHours: number;
  /** The person whose message was read. */
  readonly to: PhoneNumber;
  readonly accountId: AccountId;
  /** The encoded Content. */
  readonly content: Uint8Array;
  /** For how long it is of any use; as long as it is kept when null. */
  readonly ttlMs: number | null;
}

/** More requests wait than the table of limits allows; nothing was stored. */
export class OverloadedError extends Error {
  override readonly name = 'OverloadedError';
  readonly retryable = true;
}

/** A message with the record that is sealed of it, but for who the person is to the business. */
type EncodedMessage = NewMessage & { readonly record: Uint8Array };

/** Says that there are messages that wait for their media. */
export const waitingMediaChannel = 'outbox_media';

interface Waiting {
  readonly message: EncodedMessage | null;
  readonly receipt: NewReceipt | null;
  readonly resolve: (user: MessageUser | null) => void;
  readonly reject: (error: unknown) => void;
}

/** The rows of one batch, and whom they are about. */
interface SealedBatch {
  readonly messages: unknown[][];
  readonly outbox: unknown[][];
  readonly subjects: ReadonlySet<Subject>;
  readonly people: BatchPeople;
  readonly counted: readonly Contribution[];
}

const insertOutbox: InsertSpec = {
  name: 'outbox.accept',
  into: 'outbox',
  columns: [
    { name: 'phone_number_id', type: 'text' },
    { name: 'message_id', type: 'text' },
    { name: 'accepted_s', type: 'bigint' },
    { name: 'account_id', type: 'uuid' },
    { name: 'sealed', type: 'bytea' },
    { name: 'expires_at_ms', type: 'bigint' },
    { name: 'retention_hours', type: 'smallint' },
    { name: 'subject_id', type: 'uuid' },
    { name: 'category', type: 'text' },
    { name: 'waits_for_media', type: 'boolean' },
  ],
};

interface AcceptQueueOptions {
  readonly db: Database;
  readonly sealer: Sealer;
  readonly subjects: Subjects;
  readonly userIds: UserIds;
  readonly contributions: Contributions;
  readonly keyUse: KeyUseLog;
  readonly clock: Clock;
}

/**
 * Makes accepted messages durable, many per commit: while one transaction is under way the next batch gathers.
 * What resolves here is never lost (I2).
 */
export class AcceptQueue {
  readonly #options: AcceptQueueOptions;
  #waiting: Waiting[] = [];
  #isDraining = false;
  #drained: Promise<void> = Promise.resolve();

  constructor(options: AcceptQueueOptions) {
    this.#options = options;
  }

  /** Resolves when the message is durable, with how the business knows its recipient. @throws OverloadedError | DatabaseUnavailableError | ClockSuspectError | NumberGoneError, and then nothing is stored */
  async acceptMessage(message: NewMessage): Promise<MessageUser | null> {
    // Before it waits with others, so that one that cannot be encoded fails alone.
    const record = encodeWithoutUser({ ...message, person: message.to, accountId: null });
    return this.#accept({ message: { ...message, record }, receipt: null });
  }

  /** Resolves when the receipt is durable. @throws like {@link AcceptQueue.acceptMessage} */
  async acceptReceipt(receipt: NewReceipt): Promise<void> {
    await this.#accept({ message: null, receipt });
  }

  /** Waits until everything handed over is decided. */
  async close(): Promise<void> {
    while (this.#isDraining) await this.#drained;
  }

  #accept(item: Pick<Waiting, 'message' | 'receipt'>): Promise<MessageUser | null> {
    if (this.#waiting.length >= limits.maxAcceptsWaiting) {
      return Promise.reject(new OverloadedError('Too many messages wait to be stored.'));
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ ...item, resolve, reject });
      if (!this.#isDraining) this.#drained = this.#drain();
    });
  }

  async #drain(): Promise<void> {
    this.#isDraining = true;
    // One turn of the event loop, so that requests read together are stored together.
    await new Promise(setImmediate);
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.slice(0, limits.maxAcceptBatch);
      this.#waiting = this.#waiting.slice(batch.length);
      await this.#settle(batch);
    }
    // In one turn with the last look at what waits: whoever comes after that starts a new drain.
    this.#isDraining = false;
  }

  /** Stores a batch and tells each what became of it. A number that is gone does not take the others with it. */
  async #settle(batch: readonly Waiting[]): Promise<void> {
    try {
      const people = await this.#store(batch);
      for (const { message, resolve } of batch) resolve(message && userOf(people, message));
    } catch (error) {
      const isLost = (item: Waiting) => !(error instanceof NumberGoneError) || error.phoneNumberIds.has(numberOf(item));
      for (const item of batch) if (isLost(item)) item.reject(error);
      const rest = batch.filter((item) => !isLost(item));
      if (rest.length > 0) await this.#settle(rest);
    }
  }

  async #store(batch: readonly Waiting[]): Promise<BatchPeople> {
    for (let tries = 1; ; tries += 1) {
      try {
        const sealed = await this.#seal(batch);
        await this.#write(sealed);
        return sealed.people;
      } catch (error) {
        if (tries === limits.maxSubjectTries) throw error;
        if (isPartitionMissing(error)) await ensurePartitions(this.#options.db, this.#options.clock.now());
        else if (!(error instanceof StaleSubjectError)) throw error;
      }
    }
  }

  async #seal(batch: readonly Waiting[]): Promise<SealedBatch> {
    const sealed = { messages: [] as unknown[][], outbox: [] as unknown[][], subjects: new Set<Subject>() };
    await this.#options.keyUse.note('accepting', new Set(batch.map(numberOf)));
    const people = await findPeople(this.#options, batch);
    for (const { message, receipt } of batch) {
      const item = message ?? receipt;
      const subject = item && people.subjectOf(item);
      if (!subject) throw new StaleSubjectError('A person of a batch has no subject.');
      sealed.subjects.add(subject);
      if (message) sealed.messages.push(await this.#messageRow(message, { subject, user: userOf(people, message) }));
      if (message) sealed.outbox.push(messageOutboxRow(message, subject));
      if (receipt) sealed.outbox.push(await this.#receiptRow(receipt, subject));
    }
    return { ...sealed, people, counted: batch.flatMap(({ message }) => (message ? [contributionOf(message)] : [])) };
  }

  async #write({ messages, outbox, subjects, counted }: SealedBatch): Promise<void> {
    const numbers = [...new Set(outbox.map(([phoneNumberId]) => phoneNumberId as string))];
    const today = await this.#options.contributions.today();
    // crash point: accept.before-store
    await this.#options.db.transaction(async (tx) => {
      await Promise.all([this.#options.subjects.hold(tx, subjects), holdNumbers(tx, numbers)]);
      await insertRows(tx, insertMessages, messages);
      await insertRows(tx, insertOutbox, outbox);
      await today.record(tx, counted);
      const waiting = outbox.some((row) => row.at(-1) === true);
      if (waiting) await tx.query('SELECT pg_notify($1, $2)', [waitingMediaChannel, '']);
      await tx.prepared('outbox.notify', "SELECT pg_notify('outbox', number) FROM unnest($1::text[]) AS number", [
        numbers,
      ]);
    });
    // crash point: accept.stored
  }

  async #messageRow(
    message: EncodedMessage,
    { subject, user }: { subject: Subject; user: MessageUser | null },
  ): Promise<unknown[]> {
    const { phoneNumberId, messageId, acceptedS, retentionHours } = message;
    const record = withUser(message.record, user);
    const place = { table: 'messages', column: 'sealed', phoneNumberId, row: messageRow(messageId, true) };
    const sealed = await this.#sealRecord(message, subject, { place, record });
    return [phoneNumberId, messageId, true, acceptedS, 'accepted', sealed, retentionHours, subject.id];
  }

  async #receiptRow(receipt: NewReceipt, subject: Subject): Promise<unknown[]> {
    const { phoneNumberId, accountId, content } = receipt;
    const place = { table: 'outbox', column: 'sealed', phoneNumberId, row: accountId };
    const sealed = await this.#sealRecord(receipt, subject, { place, record: content });
    const { acceptedS, retentionHours } = receipt;
    const expiresAtMs = expiresAtMsOf(receipt);
    return [phoneNumberId, null, acceptedS, accountId, sealed, expiresAtMs, retentionHours, subject.id, null, false];
  }

  async #sealRecord(
    item: NewMessage | NewReceipt,
    subject: Subject,
    { place, record }: { place: Omit<SealPlace, 'epoch'>; record: Uint8Array },
  ): Promise<Buffer> {
    const { sealer } = this.#options;
    const lifetime = lifetimeOf(item);
    const numberKey = sealer.findNumberKey(item.phoneNumberId);
    if (!numberKey) throw new NumberGoneError([item.phoneNumberId]);
    const key = subject.sealKey(await sealer.timeKey(lifetime), numberKey);
    return sealer.seal(key, { ...place, epoch: epochOf(lifetime) }, record);
  }
}

function userOf(people: BatchPeople, message: NewMessage): MessageUser | null {
  const user = people.userOf(message);
  return user && toMessageUser(user);
}

function numberOf({ message, receipt }: Waiting): string {
  return (message ?? receipt)?.phoneNumberId ?? '';
}

function contributionOf({ to, content }: NewMessage): Contribution {
  return { person: to, direction: 'sent', type: countedTypeOfContent(content) };
}

function lifetimeOf({ acceptedS, retentionHours }: { acceptedS: number; retentionHours: number }): Lifetime {
  return { sinceMs: acceptedS * 1000, retentionHours };
}

function expiresAtMsOf(item: NewMessage | NewReceipt): number {
  return triedUntilMs(lifetimeOf(item), item.ttlMs);
}

function messageOutboxRow(message: NewMessage, { id }: Subject): unknown[] {
  const { phoneNumberId, messageId, acceptedS, retentionHours, category, media } = message;
  const expiresAtMs = expiresAtMsOf(message);
  const waits = media.length > 0;
  return [phoneNumberId, messageId, acceptedS, null, null, expiresAtMs, retentionHours, id, category, waits];
}
