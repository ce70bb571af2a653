import type { Readable } from 'node:stream';
import { limits, type AccountId, type Clock } from '@postern/protocol';
import type { Database, Transaction } from '@postern/postgres';
import { Budgets } from '../budgets.ts';
import { holdWriting } from '../mailbox/mailbox-store.ts';
import type { BlobFolder } from './blob-folder.ts';
import {
  deleteExpiredBlobs,
  findBlob,
  insertBlob,
  listKnownFiles,
  lockBlob,
  renewBlob,
  replaceBlob,
  type BlobId,
} from './blob-store.ts';
import { TransferSlots } from './transfer.ts';

/** What somebody wants to store. */
export interface Upload {
  readonly accountId: AccountId;
  readonly blobId: BlobId;
  readonly bytes: number;
}

/** Not now. */
export interface Busy {
  readonly retryAfterMs: number;
}

/** A blob that is being read. Whoever has it destroys the stream or reads it to its end. */
export interface OpenBlob {
  readonly stream: Readable;
  readonly bytes: number;
}

export interface BlobsOptions {
  db: Database;
  clock: Clock;
  folder: BlobFolder;
  /** This process's turn at writing; a successor's is higher. */
  generation: number;
}

const busy: Busy = { retryAfterMs: 1_000 };

/** Encrypted attachments: whoever has a device stores them, and fetches those whose id it knows. */
export class Blobs {
  readonly #options: BlobsOptions;
  readonly #slots = new TransferSlots();
  readonly #uploads: Budgets;
  readonly #downloads: Budgets;
  readonly #underWay = new Set<Promise<unknown>>();
  #orphansLookedForMs = -Infinity;

  constructor(options: BlobsOptions) {
    this.#options = options;
    const { clock } = options;
    const maxKeys = limits.maxTrackedBudgets;
    this.#uploads = new Budgets(clock, { perMinute: limits.blobUploadBytesPerAccountPerMinute, maxKeys });
    this.#downloads = new Budgets(clock, { perMinute: limits.blobDownloadBytesPerAccountPerMinute, maxKeys });
  }

  /** Waits for the uploads under way. */
  async stop(): Promise<void> {
    await Promise.allSettled(this.#underWay);
  }

  /**
   * Stores a blob; `stored` means that it is durable. One that the account has stored before under this id is not asked
   * for again, but lives as long again. `taken` is an id under which there is something else.
   * @param source called when the bytes are wanted; must give exactly as many as were told, or throw
   * @throws DiskFullError; BlobFolderError; DatabaseUnavailableError; FencedError; what the source throws
   */
  async receive(upload: Upload, source: () => AsyncIterable<Uint8Array>): Promise<'stored' | 'taken' | Busy> {
    const free = this.#slots.take(upload.accountId);
    if (free === null) return busy;
    const work = this.#receive(upload, source);
    this.#underWay.add(work);
    try {
      return await work;
    } finally {
      this.#underWay.delete(work);
      free();
    }
  }

  async #receive(upload: Upload, source: () => AsyncIterable<Uint8Array>): Promise<'stored' | 'taken' | Busy> {
    const { folder } = this.#options;
    const known = await this.#answerKnown(upload);
    if (known !== null) return known;
    const retryAfterMs = this.#uploads.waitMs(upload.accountId, upload.bytes);
    if (retryAfterMs > 0) return { retryAfterMs };
    this.#uploads.spend(upload.accountId, upload.bytes);
    return folder.write({ source, bytes: upload.bytes }, (fileName) => this.#record(upload, fileName));
  }

  async #answerKnown({ accountId, blobId, bytes }: Upload): Promise<'stored' | 'taken' | null> {
    const { db, clock, folder } = this.#options;
    const known = await findBlob(db, blobId, clock.now() - limits.blobTtlMs);
    if (known === null) return null;
    if (known.accountId !== accountId || known.bytes !== bytes) return 'taken';
    const isThere = await folder.has(known.fileName, bytes);
    return isThere && (await renewBlob(db, blobId, known.fileName, clock.now())) ? 'stored' : null;
  }

  /** Makes a file count, or removes it when another upload was first. */
  async #record(upload: Upload, fileName: string): Promise<'stored' | 'taken'> {
    const { db, folder } = this.#options;
    const { outcome, unused } = await db.transaction((tx) => this.#recordWithin(tx, upload, fileName));
    if (unused !== null) await folder.remove(unused);
    return outcome;
  }

  async #recordWithin(
    tx: Transaction,
    { accountId, blobId, bytes }: Upload,
    fileName: string,
  ): Promise<{ outcome: 'stored' | 'taken'; unused: string | null }> {
    const { clock, folder, generation } = this.#options;
    const storedAtMs = clock.now();
    await holdWriting(tx, generation);
    if (await insertBlob(tx, blobId, { accountId, fileName, bytes, storedAtMs }))
      return { outcome: 'stored', unused: null };
    const other = await lockBlob(tx, blobId);
    const isAlive = other !== null && other.storedAtMs > storedAtMs - limits.blobTtlMs;
    if (isAlive && (other.accountId !== accountId || other.bytes !== bytes))
      return { outcome: 'taken', unused: fileName };
    if (isAlive && (await folder.has(other.fileName, bytes))) return { outcome: 'stored', unused: fileName };
    await replaceBlob(tx, blobId, { accountId, fileName, bytes, storedAtMs });
    return { outcome: 'stored', unused: other?.fileName ?? null };
  }

  /**
   * Opens a blob for a device of an account; null when there is none of this id.
   * @throws BlobFolderError; DatabaseUnavailableError
   */
  async open(accountId: AccountId, blobId: BlobId): Promise<OpenBlob | Busy | null> {
    const free = this.#slots.take(accountId);
    if (free === null) return busy;
    try {
      const found = await this.#open(accountId, blobId);
      if (found === null || !('stream' in found)) free();
      else found.stream.once('close', free);
      return found;
    } catch (error) {
      free();
      throw error;
    }
  }

  async #open(accountId: AccountId, blobId: BlobId): Promise<OpenBlob | Busy | null> {
    const { db, clock, folder } = this.#options;
    const known = await findBlob(db, blobId, clock.now() - limits.blobTtlMs);
    if (known === null) return null;
    const retryAfterMs = this.#downloads.waitMs(accountId, known.bytes);
    if (retryAfterMs > 0) return { retryAfterMs };
    const stream = await folder.open(known.fileName, known.bytes);
    if (stream === null) return null;
    this.#downloads.spend(accountId, known.bytes);
    return { stream, bytes: known.bytes };
  }

  /** Removes a bounded number of blobs that have outlived their time; returns how many. */
  async removeExpired(limit: number): Promise<number> {
    const { db, clock, folder } = this.#options;
    const fileNames = await deleteExpiredBlobs(db, clock.now() - limits.blobTtlMs, limit);
    for (const fileName of fileNames) await folder.remove(fileName);
    return fileNames.length;
  }

  /** Removes files that no row names, which a crash has left; looks for them at the first call and then once a day. */
  async removeOrphans(): Promise<void> {
    const { db, clock, folder } = this.#options;
    const nowMs = clock.now();
    if (nowMs - this.#orphansLookedForMs < limits.blobOrphanLookMs) return;
    for await (const batch of folder.listBatches(limits.maxRowsPerSweep)) {
      const known = await listKnownFiles(db, batch);
      for (const fileName of batch) if (!known.has(fileName)) await folder.remove(fileName);
    }
    this.#orphansLookedForMs = nowMs;
  }
}
