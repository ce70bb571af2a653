import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { Database } from '@postern/postgres';
import { limits } from '@postern/protocol';
import { decryptAttachment, encryptAttachment, newAttachmentKey } from '@postern/signal';
import type { ActiveToken } from '../access/introspection.ts';
import { gaps } from '../contract/gaps.ts';
import type { FindLocalNode, UploadNode } from '../local-nodes/local-nodes.ts';
import { Measured, MediaTooLargeError } from '../media/measured.ts';
import { cleanFilename } from '../media/filename.ts';
import { checkForm } from '../media/media-form.ts';
import type { MediaFolder } from '../media/media-folder.ts';
import type { SealedStorage } from '../sealed-storage.ts';
import { deadlineMs } from '../sealing/sealer.ts';
import { decodeHandle, encodeHandle } from './upload-handle.ts';
import { addPart, findUploadRow, insertUpload, listParts, type PartRow, type UploadRow } from './upload-rows.ts';
import { UploadSeals, type UploadRecord } from './upload-seals.ts';

/** A piece does not continue where the last one ended, or is more than was told. */
export class UploadOffsetError extends Error {
  override readonly name = 'UploadOffsetError';
  readonly retryable = false;
}

/** What has come of an upload; the handle when that is all of it. */
export interface UploadProgress {
  readonly offset: number;
  readonly handle: string | null;
}

/** A file that was uploaded, as a handle opens it. */
export interface UploadedFile {
  readonly mimeType: string;
  readonly filename: string | null;
  readonly size: number;
  /** @throws AttachmentBrokenError */
  read(): AsyncIterable<Buffer>;
}

interface OpenedUpload {
  readonly row: UploadRow;
  readonly record: UploadRecord;
  readonly parts: readonly PartRow[];
}

interface UploadsOptions {
  readonly db: Database;
  readonly storage: Pick<SealedStorage, 'sealer' | 'clock'>;
  /** A folder for uploads alone. */
  readonly folder: MediaFolder;
}

/** Resumable uploads (contract section 3.3): each piece is a file of its own, encrypted with a key of its own. */
export class Uploads {
  readonly #options: UploadsOptions;
  readonly #seals: UploadSeals;

  constructor(options: UploadsOptions) {
    this.#options = options;
    this.#seals = new UploadSeals(options.storage);
  }

  /** Begins an upload; its session's id is for this app and this user alone. */
  async begin(
    { appId, userId }: Pick<ActiveToken, 'appId' | 'userId'>,
    { mimeType, filename, length }: Pick<UploadRecord, 'mimeType' | 'filename' | 'length'>,
  ): Promise<string> {
    const { db, storage } = this.#options;
    const nowMs = storage.clock.now();
    const longestHours = storage.sealer.longLifetime(nowMs).retentionHours;
    // Two hours more, since an hour's key is counted from where the hour began, and goes a little before its end.
    const retentionHours = Math.min(longestHours, gaps.uploadLifeHours + 2);
    const untilMs = nowMs + gaps.uploadLifeHours * limits.hourMs;
    const row = {
      upload_id: newSecret(),
      app_id: appId,
      user_id: userId,
      created_s: Math.floor(nowMs / 1000),
      retention_hours: retentionHours,
      expires_at_ms: Math.min(untilMs, deadlineMs({ sinceMs: nowMs, retentionHours })),
    };
    const named = { mimeType, filename: filename && cleanFilename(filename), length };
    const record: UploadRecord = { ...named, signature: newSecret(), handleSecret: newSecret() };
    const place = { table: 'uploads', row: row.upload_id };
    const sealed = await this.#seals.seal(row, place, Buffer.from(JSON.stringify(record)));
    await insertUpload(db, { ...row, sealed });
    return `upload:${row.upload_id}?sig=${record.signature}`;
  }

  /** Finds sessions for those who began them. */
  readonly findNode: FindLocalNode = async (id, { appId, userId }) => {
    const [, uploadId, signature = null] = /^upload:([\w-]{24})(?:\?sig=([\w-]{24}))?$/.exec(id) ?? [];
    const row = uploadId === undefined ? null : await this.#findRow(uploadId, appId);
    if (!row || row.user_id !== userId) return null;
    return { kind: 'upload', id, uploadId: row.upload_id, appId, signature };
  };

  /** How far an upload has come; null when it is gone, or the signature is not its own. */
  async progress(node: UploadNode, signature: string): Promise<UploadProgress | null> {
    const upload = await this.#open(node, signature);
    return upload && progressOf(upload);
  }

  /**
   * Adds a piece; one that breaks off counts as far as it came. Null when the upload is gone, or the signature is not its own.
   * @throws UploadOffsetError | MediaRefusedError
   */
  async append(
    node: UploadNode,
    { signature, offset, bytes }: { signature: string; offset: number; bytes: AsyncIterable<Uint8Array> },
  ): Promise<UploadProgress | null> {
    const upload = await this.#open(node, signature);
    if (!upload) return null;
    const { offset: received } = progressOf(upload);
    if (offset !== received) throw new UploadOffsetError('A piece does not continue where the last one ended.');
    const part = await this.#writePart(upload, offset, bytes);
    const whole = { ...upload, parts: part ? [...upload.parts, part] : upload.parts };
    return progressOf(whole);
  }

  /** The file of a handle, for the app that it was given to; null when the handle is not valid any more, or never was. */
  async open(handle: string, { appId }: Pick<ActiveToken, 'appId'>): Promise<UploadedFile | null> {
    const said = decodeHandle(handle);
    const row = said && (await this.#findRow(said.uploadId, appId));
    const record = row && this.#openRecord(row);
    if (!record || !isSame(said?.secret ?? '', record.handleSecret)) return null;
    const parts = await listParts(this.#options.db, row.upload_id);
    if (progressOf({ row, record, parts }).handle === null) return null;
    const { mimeType, filename, length: size } = record;
    return { mimeType, filename, size, read: () => this.#read({ row, record, parts }) };
  }

  #findRow(uploadId: string, appId: string): Promise<UploadRow | null> {
    const { db, storage } = this.#options;
    return findUploadRow(db, uploadId, { appId, nowMs: storage.clock.now() });
  }

  async #open({ uploadId, appId }: UploadNode, signature: string): Promise<OpenedUpload | null> {
    const row = await this.#findRow(uploadId, appId);
    const record = row && this.#openRecord(row);
    if (!record || !isSame(signature, record.signature)) return null;
    return { row, record, parts: await listParts(this.#options.db, uploadId) };
  }

  #openRecord(row: UploadRow): UploadRecord | null {
    const opened = this.#seals.open(row, { table: 'uploads', row: row.upload_id }, row.sealed);
    return opened && (JSON.parse(opened.toString()) as UploadRecord);
  }

  async #writePart(
    { row, record, parts }: OpenedUpload,
    offset: number,
    bytes: AsyncIterable<Uint8Array>,
  ): Promise<PartRow | null> {
    const { db, folder } = this.#options;
    const { upload_id: owner } = row;
    const key = newAttachmentKey();
    const measured = new Measured(bytes, record.length - offset);
    // A name of its own, so that two that write at once do not write the same file.
    const name = { owner, file: `${offset}-${newSecret()}` };
    await folder.write(name, encryptAttachment(key, measured.bytes())).catch((error: unknown) => {
      throw error instanceof MediaTooLargeError ? new UploadOffsetError('More came than was told.') : error;
    });
    const { size, head } = measured.measures();
    try {
      if (parts.length === 0 && size > 0) await checkHead(record, head, size);
      const told = Buffer.from(JSON.stringify({ key: Buffer.from(key).toString('base64'), file: name.file }));
      const sealed = await this.#seals.seal(row, { table: 'upload_parts', row: `${owner}/${offset}` }, told);
      const part = { start_byte: offset, bytes: size, sealed };
      if (size > 0 && (await addPart(db, owner, part))) return part;
      throw new UploadOffsetError('Nothing came, or another piece came before.');
    } catch (error) {
      await folder.remove([name]);
      throw error;
    }
  }

  async *#read({ row, parts }: OpenedUpload): AsyncGenerator<Buffer, void> {
    for (const { start_byte: start, sealed } of parts) {
      const place = { table: 'upload_parts', row: `${row.upload_id}/${start}` };
      const opened = this.#seals.open(row, place, sealed);
      const { key, file } = JSON.parse(opened?.toString() ?? '{}') as { key?: string; file?: string };
      const encrypted = file === undefined ? null : await this.#options.folder.read({ owner: row.upload_id, file });
      if (!encrypted || key === undefined) throw new Error('A piece of an upload is gone.');
      yield* decryptAttachment(Uint8Array.from(Buffer.from(key, 'base64')), encrypted);
    }
  }
}

/** What comes first tells whether it is what it is said to be; how large the whole may be was seen to at the begin. */
async function checkHead({ mimeType }: UploadRecord, head: Buffer, size: number): Promise<void> {
  await checkForm({ size: Math.min(size, 1), head }, { type: mimeType, kind: null });
}

function progressOf({ row, record, parts }: OpenedUpload): UploadProgress {
  const offset = parts.reduce((sum, { bytes }) => sum + bytes, 0);
  if (offset < record.length) return { offset, handle: null };
  const { upload_id: uploadId, app_id: appId, user_id: userId, expires_at_ms: expiresAtMs } = row;
  const { mimeType, handleSecret: secret } = record;
  const expiresS = Math.floor(expiresAtMs / 1000);
  return { offset, handle: encodeHandle({ mimeType, uploadId, expiresS, appId, userId, secret }) };
}

/** 24 characters that nobody guesses. */
function newSecret(): string {
  return randomBytes(18).toString('base64url');
}

function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
