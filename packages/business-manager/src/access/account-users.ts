import type { Transaction } from '@postern/postgres';

interface Assignment {
  wabaIds: readonly string[];
  systemUserId: string;
  /** The user's business; it must be one that the accounts belong to or are shared with. */
  businessId: string;
  atMs: number;
}

/** Assigns a user to accounts, with every task; where they are assigned already nothing changes. */
export async function assignUser(
  tx: Transaction,
  { wabaIds, systemUserId, businessId, atMs }: Assignment,
): Promise<void> {
  await tx.execute(
    `INSERT INTO account_users (waba_id, system_user_id, business_id, tasks, created_at_ms)
     SELECT unnest($1::text[]), $2, $3, ARRAY['MANAGE'], $4 ON CONFLICT DO NOTHING`,
    [wabaIds, systemUserId, businessId, atMs],
  );
}
