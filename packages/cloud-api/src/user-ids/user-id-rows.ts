import { insertRows, type InsertSpec, type Queryable, type Transaction } from '@postern/postgres';
import type { SubjectId } from '../subjects/subject.ts';

/** A row of `user_ids`. */
export interface UserIdRow {
  readonly phone_number_id: string;
  readonly subject_id: SubjectId;
  readonly sealed: Buffer;
  readonly sealed_at_ms: number;
}

const upsertUserIds: InsertSpec = {
  name: 'user-ids.upsert',
  into: 'user_ids',
  columns: [
    { name: 'phone_number_id', type: 'text' },
    { name: 'subject_id', type: 'uuid' },
    { name: 'user_id_hash', type: 'bytea' },
    { name: 'sealed', type: 'bytea' },
    { name: 'sealed_at_ms', type: 'bigint' },
  ],
  suffix: `ON CONFLICT (phone_number_id, subject_id) DO UPDATE
    SET user_id_hash = EXCLUDED.user_id_hash, sealed = EXCLUDED.sealed, sealed_at_ms = EXCLUDED.sealed_at_ms`,
};

const columns = 'phone_number_id, subject_id, sealed, sealed_at_ms';

/**
 * Lets one transaction at a time give out user ids in a number's portfolio, so that nobody gets two. Returns the other
 * numbers of the portfolio.
 */
export async function lockPortfolio(tx: Transaction, phoneNumberId: string): Promise<string[]> {
  await tx.prepared(
    'user-ids.lock',
    `SELECT pg_advisory_xact_lock(hashtext('user ids ' || coalesce(business_id, waba_id))) FROM numbers
     WHERE phone_number_id = $1`,
    [phoneNumberId],
  );
  return (await listPortfolio(tx, phoneNumberId)).filter((id) => id !== phoneNumberId);
}

/** The numbers of the portfolio that a number or a business account belongs to, itself or its own among them. */
export async function listPortfolio(by: Queryable, ownerId: string): Promise<string[]> {
  const rows = await by.prepared<{ phone_number_id: string }>(
    'user-ids.portfolio',
    `SELECT DISTINCT s.phone_number_id FROM numbers n
       JOIN numbers s ON coalesce(s.business_id, s.waba_id) = coalesce(n.business_id, n.waba_id)
     WHERE n.phone_number_id = $1 OR n.waba_id = $1 ORDER BY s.phone_number_id`,
    [ownerId],
  );
  return rows.map(({ phone_number_id: id }) => id);
}

export function loadUserIds(by: Queryable, phoneNumberId: string, ids: readonly SubjectId[]): Promise<UserIdRow[]> {
  return by.prepared<UserIdRow>(
    'user-ids.load',
    `SELECT ${columns} FROM user_ids WHERE phone_number_id = $1 AND subject_id = ANY($2::uuid[])`,
    [phoneNumberId, ids],
  );
}

/** The rows of these numbers that have these hashes, one for each number. */
export function findUserIds(
  by: Queryable,
  hashes: readonly { phoneNumberId: string; hash: Buffer }[],
): Promise<UserIdRow[]> {
  return by.prepared<UserIdRow>(
    'user-ids.find',
    `SELECT ${columns} FROM user_ids
     WHERE (phone_number_id, user_id_hash) IN (SELECT * FROM unnest($1::text[], $2::bytea[]))`,
    [hashes.map(({ phoneNumberId }) => phoneNumberId), hashes.map(({ hash }) => hash)],
  );
}

export async function removeUserIds(tx: Transaction, rows: readonly UserIdRow[]): Promise<void> {
  await tx.query(
    'DELETE FROM user_ids WHERE (phone_number_id, subject_id) IN (SELECT * FROM unnest($1::text[], $2::uuid[]))',
    [rows.map((row) => row.phone_number_id), rows.map((row) => row.subject_id)],
  );
}

/** A row of `user_ids` with the hash that finds it. */
export type NewUserIdRow = UserIdRow & { readonly hash: Buffer };

export async function storeUserIds(tx: Transaction, rows: readonly NewUserIdRow[]): Promise<void> {
  const values = rows.map((row) => [row.phone_number_id, row.subject_id, row.hash, row.sealed, row.sealed_at_ms]);
  await insertRows(tx, upsertUserIds, values);
}
