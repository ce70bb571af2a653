import type { AccountId } from '@postern/protocol';
import type { Queryable } from '@postern/postgres';

/** 32 lower-case hex characters that the sender drew. Whoever knows it may fetch the blob. */
export type BlobId = string & { readonly __brand: 'BlobId' };

/** Reads the id of a blob; null when it is malformed. */
export function parseBlobId(text: string): BlobId | null {
  return /^[0-9a-f]{32}$/.test(text) ? (text as BlobId) : null;
}

/** What the table knows of a blob. */
export interface BlobRecord {
  readonly accountId: AccountId;
  readonly fileName: string;
  readonly bytes: number;
  readonly storedAtMs: number;
}

const columns = 'account_id AS "accountId", file_name AS "fileName", bytes, stored_at_ms AS "storedAtMs"';

/** A blob that was stored after a time; null when there is none. */
export async function findBlob(db: Queryable, blobId: BlobId, afterMs: number): Promise<BlobRecord | null> {
  const [row] = await db.prepared<BlobRecord>(
    'find-blob',
    `SELECT ${columns} FROM blobs WHERE blob_id = $1 AND stored_at_ms > $2`,
    [blobId, afterMs],
  );
  return row ?? null;
}

/** Lets the life of a blob begin anew, unless its file is another one by now. */
export async function renewBlob(db: Queryable, blobId: BlobId, fileName: string, nowMs: number): Promise<boolean> {
  const renewed = await db.execute('UPDATE blobs SET stored_at_ms = $3 WHERE blob_id = $1 AND file_name = $2', [
    blobId,
    fileName,
    nowMs,
  ]);
  return renewed > 0;
}

/** Holds the row of a blob, expired or not, until the transaction ends; null when there is none. */
export async function lockBlob(tx: Queryable, blobId: BlobId): Promise<BlobRecord | null> {
  const [row] = await tx.query<BlobRecord>(`SELECT ${columns} FROM blobs WHERE blob_id = $1 FOR UPDATE`, [blobId]);
  return row ?? null;
}

/** Writes down a blob unless there is one of this id; false then. */
export async function insertBlob(
  tx: Queryable,
  blobId: BlobId,
  { accountId, fileName, bytes, storedAtMs }: BlobRecord,
): Promise<boolean> {
  const inserted = await tx.execute(
    `INSERT INTO blobs (blob_id, account_id, file_name, bytes, stored_at_ms) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT DO NOTHING`,
    [blobId, accountId, fileName, bytes, storedAtMs],
  );
  return inserted > 0;
}

/** Puts a blob in the place of what there is under its id. */
export async function replaceBlob(
  tx: Queryable,
  blobId: BlobId,
  { accountId, fileName, bytes, storedAtMs }: BlobRecord,
): Promise<void> {
  await tx.execute(
    `INSERT INTO blobs (blob_id, account_id, file_name, bytes, stored_at_ms) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (blob_id) DO UPDATE SET account_id = excluded.account_id, file_name = excluded.file_name,
       bytes = excluded.bytes, stored_at_ms = excluded.stored_at_ms`,
    [blobId, accountId, fileName, bytes, storedAtMs],
  );
}

/** Forgets a bounded number of blobs that were stored at or before a time; returns their files. */
export async function deleteExpiredBlobs(db: Queryable, upToMs: number, limit: number): Promise<string[]> {
  const rows = await db.query<{ fileName: string }>(
    `DELETE FROM blobs WHERE blob_id = ANY(ARRAY(
       SELECT blob_id FROM blobs WHERE stored_at_ms <= $1 LIMIT $2)) RETURNING file_name AS "fileName"`,
    [upToMs, limit],
  );
  return rows.map(({ fileName }) => fileName);
}

/** Which of these files are a blob's. */
export async function listKnownFiles(db: Queryable, fileNames: readonly string[]): Promise<Set<string>> {
  const rows = await db.query<{ fileName: string }>(
    'SELECT file_name AS "fileName" FROM blobs WHERE file_name = ANY($1::text[])',
    [fileNames],
  );
  return new Set(rows.map(({ fileName }) => fileName));
}
