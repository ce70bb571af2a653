import type { Queryable, Transaction } from '@postern/postgres';
import { limits, type PhoneNumber } from '@postern/protocol';
import { cloudApi, makeAdminChange, type Change } from '../admin-log/admin-change.ts';
import type { BusinessManager } from '../business-manager.ts';
import type { Refusal } from '../refusal.ts';
import { takeGraphId } from './graph-ids.ts';
import { listPage, type Page, type PageRequest } from './pages.ts';
import { findWhatsappBusinessAccount, lockWhatsappBusinessAccount } from './whatsapp-business-accounts.ts';

/** Nobody may act for a suspended number, whatever token they have. */
type PhoneNumberStatus = 'active' | 'suspended';

/** A phone number of a business. */
export interface BusinessPhoneNumber {
  id: string;
  /** Digits without the plus. */
  phoneNumber: string;
  verifiedName: string;
  status: PhoneNumberStatus;
  wabaId: string;
  createdAtMs: number;
}

const columns = `id, phone_number AS "phoneNumber", verified_name AS "verifiedName", status, waba_id AS "wabaId",
  created_at_ms AS "createdAtMs"`;

/** Registers a number with one account, in the name of an administrator unless told; it stays that account's own. */
export function createPhoneNumber(
  manager: BusinessManager,
  fields: { wabaId: string; phoneNumber: PhoneNumber; verifiedName: string },
  actor?: string,
): Promise<BusinessPhoneNumber | Refusal> {
  const create = async (tx: Transaction, createdAtMs: number) => {
    const { wabaId, phoneNumber, verifiedName } = fields;
    if (!(await lockWhatsappBusinessAccount(tx, wabaId))) return 'no_such_business_account';
    if ((await countPhoneNumbers(tx, wabaId)) >= limits.maxPhoneNumbersPerBusinessAccount)
      return 'too_many_phone_numbers';
    const id = await takeGraphId(tx);
    const status = 'active';
    const inserted = await tx.execute(
      `INSERT INTO phone_numbers (id, waba_id, phone_number, verified_name, status, created_at_ms)
       VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (phone_number) DO NOTHING`,
      [id, wabaId, phoneNumber, verifiedName, status, createdAtMs],
    );
    if (inserted === 0) return 'phone_number_taken';
    return {
      value: { id, phoneNumber, verifiedName, status, wabaId, createdAtMs } as const,
      ids: { phoneNumberId: id, wabaId },
    };
  };
  return makeAdminChange(manager, 'phone_number.created', create, actor);
}

async function countPhoneNumbers(q: Queryable, wabaId: string): Promise<number> {
  const [row] = await q.query<{ count: number }>(
    'SELECT count(*)::int AS count FROM phone_numbers WHERE waba_id = $1',
    [wabaId],
  );
  return row?.count ?? 0;
}

export function setPhoneNumberStatus(
  manager: BusinessManager,
  { id, status }: Pick<BusinessPhoneNumber, 'id' | 'status'>,
): Promise<BusinessPhoneNumber | Refusal> {
  const action = status === 'active' ? 'phone_number.activated' : 'phone_number.suspended';
  return makeAdminChange(manager, action, async (tx) => {
    const [phone] = await tx.query<BusinessPhoneNumber>(
      `UPDATE phone_numbers SET status = $2 WHERE id = $1 RETURNING ${columns}`,
      [id, status],
    );
    if (!phone) return 'no_such_phone_number';
    return { value: phone, ids: { phoneNumberId: id, wabaId: phone.wabaId } };
  });
}

/** Gives a number the name that a review at the Cloud API has approved. */
export function renamePhoneNumber(
  manager: BusinessManager,
  { id, verifiedName }: Pick<BusinessPhoneNumber, 'id' | 'verifiedName'>,
): Promise<BusinessPhoneNumber | Refusal> {
  const rename = async (tx: Transaction): Promise<Change<BusinessPhoneNumber> | Refusal> => {
    const [before] = await tx.query<BusinessPhoneNumber>(
      `SELECT ${columns} FROM phone_numbers WHERE id = $1 FOR UPDATE`,
      [id],
    );
    if (!before) return 'no_such_phone_number';
    if (before.verifiedName === verifiedName) return { value: before, ids: null };
    await tx.execute('UPDATE phone_numbers SET verified_name = $2 WHERE id = $1', [id, verifiedName]);
    return { value: { ...before, verifiedName }, ids: { phoneNumberId: id, wabaId: before.wabaId } };
  };
  return makeAdminChange(manager, 'phone_number.renamed', rename, cloudApi);
}

export async function findPhoneNumber(q: Queryable, id: string): Promise<BusinessPhoneNumber | null> {
  const [phone] = await q.query<BusinessPhoneNumber>(`SELECT ${columns} FROM phone_numbers WHERE id = $1`, [id]);
  return phone ?? null;
}

export async function listPhoneNumbers(
  q: Queryable,
  wabaId: string,
  page: PageRequest,
): Promise<Page<BusinessPhoneNumber> | Refusal> {
  if (!(await findWhatsappBusinessAccount(q, wabaId))) return 'no_such_business_account';
  const parent = { column: 'waba_id', id: wabaId };
  return listPage<BusinessPhoneNumber>(q, { table: 'phone_numbers', columns, parent }, page);
}
