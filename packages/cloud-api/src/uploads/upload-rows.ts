import type { Queryable } from '@postern/postgres';

/** A row of `uploads`. */
export interface UploadRow {
  readonly upload_id: string;
  readonly app_id: string;
  readonly user_id: string | null;
  readonly created_s: number;
  readonly retention_hours: number;
  readonly expires_at_ms: number;
  readonly sealed: Buffer;
}

/** A row of `upload_parts`. */
export interface PartRow {
  readonly start_byte: number;
  readonly bytes: number;
  readonly sealed: Buffer;
}

export async function insertUpload(db: Queryable, row: UploadRow): Promise<void> {
  await db.execute(
    `INSERT INTO uploads (upload_id, app_id, user_id, created_s, retention_hours, expires_at_ms, sealed)
     VALUES ($1, $2, $3, $4, $5, $6, $7)`,
    [row.upload_id, row.app_id, row.user_id, row.created_s, row.retention_hours, row.expires_at_ms, row.sealed],
  );
}

/** An upload of this app that is not past its time. */
export async function findUploadRow(
  db: Queryable,
  uploadId: string,
  { appId, nowMs }: { appId: string; nowMs: number },
): Promise<UploadRow | null> {
  const rows = await db.query<UploadRow>(
    `SELECT upload_id, app_id, user_id, created_s, retention_hours, expires_at_ms, sealed FROM uploads
     WHERE upload_id = $1 AND app_id = $2 AND expires_at_ms > $3`,
    [uploadId, appId, nowMs],
  );
  return rows[0] ?? null;
}

/** The pieces of an upload, in their order. */
export function listParts(db: Queryable, uploadId: string): Promise<PartRow[]> {
  return db.query<PartRow>(
    'SELECT start_byte, bytes, sealed FROM upload_parts WHERE upload_id = $1 ORDER BY start_byte',
    [uploadId],
  );
}

/** Adds a piece where the last one ended; false when another one was added there meanwhile, or the upload is gone. */
export async function addPart(
  db: Queryable,
  uploadId: string,
  { start_byte, bytes, sealed }: PartRow,
): Promise<boolean> {
  const added = await db.execute(
    `INSERT INTO upload_parts (upload_id, start_byte, bytes, sealed)
     SELECT upload_id, $2, $3, $4 FROM uploads WHERE upload_id = $1 ON CONFLICT DO NOTHING`,
    [uploadId, start_byte, bytes, sealed],
  );
  return added === 1;
}

/** Removes uploads that are past their time, so many at once. */
export async function deleteExpiredUploads(db: Queryable, nowMs: number, limit: number): Promise<number> {
  const [row] = await db.query<{ count: number }>(
    `WITH gone AS (
       DELETE FROM uploads WHERE upload_id = ANY(ARRAY(SELECT upload_id FROM uploads WHERE expires_at_ms <= $1 LIMIT $2))
       RETURNING upload_id
     ), parts AS (DELETE FROM upload_parts p USING gone WHERE p.upload_id = gone.upload_id)
     SELECT count(*)::int AS count FROM gone`,
    [nowMs, limit],
  );
  return row?.count ?? 0;
}

/** Which of these uploads there are. */
export async function listKnownUploads(db: Queryable, uploadIds: readonly string[]): Promise<Set<string>> {
  const rows = await db.query<{ upload_id: string }>('SELECT upload_id FROM uploads WHERE upload_id = ANY($1)', [
    uploadIds,
  ]);
  return new Set(rows.map(({ upload_id: id }) => id));
}
