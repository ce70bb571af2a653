import type { InsertSpec, Queryable } from '@postern/postgres';
import type { SubjectId } from '../subjects/subject.ts';
import type { FileName } from './media-folder.ts';

/** Names a medium. */
export interface MediaName {
  readonly phoneNumberId: string;
  readonly mediaId: string;
}

/** Where the file of a medium lies. */
export function fileOf({ phoneNumberId, mediaId }: MediaName): FileName {
  return { owner: phoneNumberId, file: mediaId };
}

/** Where a medium came from: a business's upload, a link that was fetched for it, or a person. */
export type MediaOrigin = 'upload' | 'link' | 'person';

/** A row of `media`. */
export interface MediaRow {
  readonly phone_number_id: string;
  readonly media_id: string;
  readonly waba_id: string;
  readonly origin: MediaOrigin;
  readonly created_s: number;
  readonly retention_hours: number;
  readonly expires_at_ms: number;
  readonly subject_id: SubjectId | null;
  readonly sealed: Buffer;
}

const mediaColumns =
  'phone_number_id, media_id, waba_id, origin, created_s, retention_hours, expires_at_ms, subject_id, sealed';

export const insertMedia: InsertSpec = {
  name: 'media.insert',
  into: 'media',
  columns: [
    { name: 'phone_number_id', type: 'text' },
    { name: 'media_id', type: 'text' },
    { name: 'waba_id', type: 'text' },
    { name: 'origin', type: 'text' },
    { name: 'created_s', type: 'bigint' },
    { name: 'retention_hours', type: 'smallint' },
    { name: 'expires_at_ms', type: 'bigint' },
    { name: 'subject_id', type: 'uuid' },
    { name: 'sealed', type: 'bytea' },
  ],
};

/** A row as {@link insertMedia} takes it. */
export function mediaValues(row: MediaRow): unknown[] {
  return insertMedia.columns.map(({ name }) => row[name as keyof MediaRow]);
}

/** The medium of this id that is to be sent, if it is not past its time. */
export async function findSentMediaRow(db: Queryable, mediaId: string, nowMs: number): Promise<MediaRow | null> {
  const rows = await db.prepared<MediaRow>(
    'media.find-sent',
    `SELECT ${mediaColumns} FROM media WHERE media_id = $1 AND expires_at_ms > $2 AND origin = 'upload'`,
    [mediaId, nowMs],
  );
  return rows[0] ?? null;
}

/** The medium of this id, if it is of one of these business accounts and not past its time. */
export async function findMediaRow(
  db: Queryable,
  mediaId: string,
  { wabaIds, nowMs }: { wabaIds: readonly string[]; nowMs: number },
): Promise<MediaRow | null> {
  const rows = await db.prepared<MediaRow>(
    'media.find',
    `SELECT ${mediaColumns} FROM media WHERE media_id = $1 AND waba_id = ANY($2) AND expires_at_ms > $3
       AND origin <> 'link'`,
    [mediaId, wabaIds, nowMs],
  );
  return rows[0] ?? null;
}

/** Removes media by their ids; gives those that there were. */
export async function deleteMediaRow(db: Queryable, { phoneNumberId, mediaId }: MediaName): Promise<boolean> {
  const count = await db.execute('DELETE FROM media WHERE phone_number_id = $1 AND media_id = $2', [
    phoneNumberId,
    mediaId,
  ]);
  return count === 1;
}

/** Removes what is past its time, so many at once; gives what had a file. */
export async function deleteExpiredMedia(db: Queryable, nowMs: number, limit: number): Promise<MediaName[]> {
  const rows = await db.query<Pick<MediaRow, 'phone_number_id' | 'media_id'>>(
    `DELETE FROM media WHERE ctid = ANY(ARRAY(SELECT ctid FROM media WHERE expires_at_ms <= $1 LIMIT $2))
     RETURNING phone_number_id, media_id`,
    [nowMs, limit],
  );
  return rows.map(({ phone_number_id: phoneNumberId, media_id: mediaId }) => ({ phoneNumberId, mediaId }));
}

/** Which of these media of a number have a row. */
export async function listKnownMedia(
  db: Queryable,
  phoneNumberId: string,
  mediaIds: readonly string[],
): Promise<Set<string>> {
  const rows = await db.query<{ media_id: string }>(
    'SELECT media_id FROM media WHERE phone_number_id = $1 AND media_id = ANY($2)',
    [phoneNumberId, mediaIds],
  );
  return new Set(rows.map(({ media_id: id }) => id));
}
