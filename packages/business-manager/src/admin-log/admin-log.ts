import type { Queryable, Transaction } from '@postern/postgres';

/** What an administrator, or somebody with a token of the business, can do. */
export type AdminAction =
  | 'business.created'
  | 'app.created'
  | 'app_secret.rotated'
  | 'app_secret_proof.changed'
  | 'whatsapp_business_account.created'
  | 'whatsapp_business_account.changed'
  | 'phone_number.created'
  | 'phone_number.activated'
  | 'phone_number.suspended'
  | 'phone_number.renamed'
  | 'app_grant.created'
  | 'app_grant.removed'
  | 'system_user.created'
  | 'token.created'
  | 'oauth_code.created'
  | 'account_user.assigned'
  | 'account_user.removed'
  | 'account.shared'
  | 'account.unshared'
  | 'token.revoked';

/** The objects that an entry concerns, such as `{ appId, businessId }`. */
export type ConcernedIds = Readonly<Record<string, string>>;

interface AdminLogEntry {
  position: number;
  actor: string;
  action: AdminAction;
  ids: ConcernedIds;
  atMs: number;
}

/** Appends to the log; the caller's transaction holds the change itself. */
export async function appendToAdminLog(
  tx: Transaction,
  { actor, action, ids, atMs }: Omit<AdminLogEntry, 'position'>,
): Promise<void> {
  await tx.execute('INSERT INTO admin_log (actor, action, ids, at_ms) VALUES ($1, $2, $3, $4)', [
    actor,
    action,
    JSON.stringify(ids),
    atMs,
  ]);
}

/** Lists entries after a position, oldest first. */
export function listAdminLog(
  q: Queryable,
  { after, limit }: { after: number; limit: number },
): Promise<AdminLogEntry[]> {
  return q.query<AdminLogEntry>(
    `SELECT position, actor, action, ids, at_ms AS "atMs"
     FROM admin_log WHERE position > $1 ORDER BY position LIMIT $2`,
    [after, limit],
  );
}
