import type { AccountId } from '@postern/protocol';
import type { Queryable, Transaction } from '@postern/postgres';

/** Keeps an account from being closed until the transaction ends; false when it is closed. */
export async function lockOpenAccount(tx: Transaction, accountId: AccountId): Promise<boolean> {
  const rows = await tx.query('SELECT FROM accounts WHERE account_id = $1 AND closed_at_ms IS NULL FOR UPDATE', [
    accountId,
  ]);
  return rows.length > 0;
}

/** Gives an account this username in place of what it had; false when another account has it. */
export async function putUsername(tx: Transaction, accountId: AccountId, username: string): Promise<boolean> {
  const taken = await tx.query(
    `INSERT INTO usernames (account_id, username)
     SELECT $1, $2 WHERE NOT EXISTS (SELECT FROM usernames WHERE username = $2 AND account_id <> $1)
     ON CONFLICT (account_id) DO UPDATE SET username = EXCLUDED.username RETURNING 1`,
    [accountId, username],
  );
  return taken.length > 0;
}

export async function deleteUsername(db: Queryable, accountId: AccountId): Promise<void> {
  await db.query('DELETE FROM usernames WHERE account_id = $1', [accountId]);
}

/** The usernames of these accounts; of those that have one. */
export async function listUsernames(db: Queryable, ids: readonly AccountId[]): Promise<Map<AccountId, string>> {
  const rows = await db.prepared<{ account_id: AccountId; username: string }>(
    'list-usernames',
    'SELECT account_id, username FROM usernames WHERE account_id = ANY($1::uuid[])',
    [ids],
  );
  return new Map(rows.map((row) => [row.account_id, row.username]));
}
