import type { KeyObject } from 'node:crypto';
import { insertRows, type Database, type InsertSpec } from '@postern/postgres';
import { limits, type AccountId, type Clock, type MessageId, type PhoneNumber } from '@postern/protocol';
import type { Sealer } from '../sealing/sealer.ts';
import { insertMessages } from './message-rows.ts';
import { messageRow } from './message-reader.ts';
import { encodeMessageRecord } from './message-record.ts';
import { ensurePartitions, isPartitionMissing } from './partitions.ts';

/** A message that a business hands over. */
export interface NewMessage {
  readonly phoneNumberId: string;
  readonly messageId: MessageId;
  readonly acceptedS: number;
  readonly to: PhoneNumber;
  /** The encoded Content. */
  readonly content: Uint8Array;
  readonly callbackData: string | null;
}

/** A read receipt that a business hands over. */
export interface NewReceipt {
  readonly phoneNumberId: string;
  readonly acceptedS: number;
  readonly accountId: AccountId;
  /** The encoded Content. */
  readonly content: Uint8Array;
}

/** More requests wait than the table of limits allows; nothing was stored. */
export class OverloadedError extends Error {
  override readonly name = 'OverloadedError';
  readonly retryable = true;
}

interface Waiting {
  readonly message: NewMessage | null;
  readonly receipt: NewReceipt | null;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
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
  ],
};

/**
 * Makes accepted messages durable, many per commit: while one transaction is under way the next batch gathers.
 * What resolves here is never lost (I2).
 */
export class AcceptQueue {
  readonly #db: Database;
  readonly #sealer: Sealer;
  readonly #clock: Clock;
  #waiting: Waiting[] = [];
  #isDraining = false;
  #drained: Promise<void> = Promise.resolve();

  constructor({ db, sealer, clock }: { db: Database; sealer: Sealer; clock: Clock }) {
    this.#db = db;
    this.#sealer = sealer;
    this.#clock = clock;
  }

  /** Resolves when the message is durable. @throws OverloadedError | DatabaseUnavailableError, and then nothing is stored */
  acceptMessage(message: NewMessage): Promise<void> {
    return this.#accept({ message, receipt: null });
  }

  /** Resolves when the receipt is durable. @throws like {@link AcceptQueue.acceptMessage} */
  acceptReceipt(receipt: NewReceipt): Promise<void> {
    return this.#accept({ message: null, receipt });
  }

  /** Waits until everything handed over is decided. */
  async close(): Promise<void> {
    while (this.#isDraining) await this.#drained;
  }

  #accept(item: Pick<Waiting, 'message' | 'receipt'>): Promise<void> {
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
      try {
        await this.#store(batch);
        for (const { resolve } of batch) resolve();
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    // In one turn with the last look at what waits: whoever comes after that starts a new drain.
    this.#isDraining = false;
  }

  async #store(batch: readonly Waiting[]): Promise<void> {
    const messages = batch.flatMap(({ message }) => message ?? []);
    const receipts = batch.flatMap(({ receipt }) => receipt ?? []);
    const keys = new HourKeys(this.#sealer);
    await keys.load([...messages, ...receipts]);
    const messageRows = messages.map((message) => this.#messageRow(message, keys.get(message.acceptedS)));
    const outboxRows = [
      ...messages.map((message) =>
        this.#outboxRow(message, { messageId: message.messageId, accountId: null, sealed: null }),
      ),
      ...receipts.map((receipt) => this.#receiptRow(receipt, keys.get(receipt.acceptedS))),
    ];
    await this.#write(messageRows, outboxRows).catch(async (error: unknown) => {
      if (!isPartitionMissing(error)) throw error;
      await ensurePartitions(this.#db, this.#clock.now());
      await this.#write(messageRows, outboxRows);
    });
  }

  async #write(messageRows: readonly unknown[][], outboxRows: readonly unknown[][]): Promise<void> {
    const numbers = [...new Set(outboxRows.map(([phoneNumberId]) => phoneNumberId))];
    // crash point: accept.before-store
    await this.#db.transaction(async (tx) => {
      await insertRows(tx, insertMessages, messageRows);
      await insertRows(tx, insertOutbox, outboxRows);
      await tx.prepared('outbox.notify', "SELECT pg_notify('outbox', number) FROM unnest($1::text[]) AS number", [
        numbers,
      ]);
    });
    // crash point: accept.stored
  }

  #messageRow(message: NewMessage, key: KeyObject): unknown[] {
    const { phoneNumberId, messageId, acceptedS, to, content, callbackData } = message;
    const record = encodeMessageRecord({ person: to, accountId: null, callbackData, content });
    const place = { table: 'messages', column: 'sealed', phoneNumberId, row: messageRow(messageId, true), acceptedS };
    return [phoneNumberId, messageId, true, acceptedS, 'accepted', this.#sealer.sealForHour(key, place, record)];
  }

  #receiptRow(receipt: NewReceipt, key: KeyObject): unknown[] {
    const { phoneNumberId, acceptedS, accountId, content } = receipt;
    const place = { table: 'outbox', column: 'sealed', phoneNumberId, row: accountId, acceptedS };
    return this.#outboxRow(receipt, {
      messageId: null,
      accountId,
      sealed: this.#sealer.sealForHour(key, place, content),
    });
  }

  #outboxRow(
    { phoneNumberId, acceptedS }: { phoneNumberId: string; acceptedS: number },
    {
      messageId,
      accountId,
      sealed,
    }: { messageId: MessageId | null; accountId: AccountId | null; sealed: Buffer | null },
  ): unknown[] {
    return [phoneNumberId, messageId, acceptedS, accountId, sealed, acceptedS * 1000 + limits.messageTtlMs];
  }
}

/** The hour keys that one batch needs: mostly one. */
class HourKeys {
  readonly #sealer: Sealer;
  readonly #keys = new Map<number, KeyObject>();

  constructor(sealer: Sealer) {
    this.#sealer = sealer;
  }

  async load(items: readonly { acceptedS: number }[]): Promise<void> {
    for (const { acceptedS } of items) {
      if (!this.#keys.has(acceptedS)) this.#keys.set(acceptedS, await this.#sealer.hourKey(acceptedS));
    }
  }

  get(acceptedS: number): KeyObject {
    const key = this.#keys.get(acceptedS);
    if (!key) throw new Error('An hour key was not loaded.');
    return key;
  }
}
