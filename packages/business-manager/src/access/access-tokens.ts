import type { Queryable, Transaction } from '@postern/postgres';
import { hashToken, randomToken } from '@postern/service';
import { makeAdminChange } from '../admin-log/admin-change.ts';
import type { ConcernedIds } from '../admin-log/admin-log.ts';
import type { BusinessManager } from '../business-manager.ts';
import { findApp } from '../directory/apps.ts';
import { takeGraphId } from '../directory/graph-ids.ts';
import { listPage, type Page, type PageRequest } from '../directory/pages.ts';
import { findSystemUser } from '../directory/system-users.ts';
import { assignUser } from './account-users.ts';
import type { Refusal } from '../refusal.ts';

/** What a token allows, in the contract's words (section 1.3). */
export const allScopes = [
  'whatsapp_business_messaging',
  'whatsapp_business_management',
  'business_management',
] as const;
export type Scope = (typeof allScopes)[number];

/** What is known of a token once it was shown: all but the token itself. */
interface AccessToken {
  id: string;
  label: string;
  systemUserId: string;
  appId: string;
  scopes: Scope[];
  /** The accounts granted to the token. */
  wabaIds: string[];
  issuedAtMs: number;
  /** Null for a token that never expires. */
  expiresAtMs: number | null;
  revokedAtMs: number | null;
}

type AccessTokenRequest = Omit<AccessToken, 'id' | 'issuedAtMs' | 'revokedAtMs'>;

const columns = `id, label, system_user_id AS "systemUserId", app_id AS "appId", scopes,
  ARRAY(SELECT waba_id FROM token_grants WHERE token_id = access_tokens.id ORDER BY waba_id) AS "wabaIds",
  created_at_ms AS "issuedAtMs", expires_at_ms AS "expiresAtMs", revoked_at_ms AS "revokedAtMs"`;

interface IssuedToken extends AccessToken {
  token: string;
}

/** Issues a token. The answer is the only place where it is ever readable; the database holds its SHA-256. */
export function createAccessToken(
  manager: BusinessManager,
  request: AccessTokenRequest,
): Promise<IssuedToken | Refusal> {
  return makeAdminChange(manager, 'token.created', async (tx, issuedAtMs) => {
    const issued = await issueAccessToken(tx, request, issuedAtMs);
    if (typeof issued === 'string') return issued;
    return { value: issued, ids: idsOf(issued) };
  });
}

/** The objects that the log names when a token is issued. */
export function idsOf({ id, systemUserId, appId }: AccessToken): ConcernedIds {
  return { tokenId: id, systemUserId, appId };
}

/** The same inside a transaction that has more to do. */
export async function issueAccessToken(
  tx: Transaction,
  request: AccessTokenRequest,
  issuedAtMs: number,
): Promise<IssuedToken | Refusal> {
  const { expiresAtMs } = request;
  const owner = await findTokenOwner(tx, request);
  if (typeof owner === 'string') return owner;
  if (expiresAtMs !== null && expiresAtMs <= issuedAtMs) return 'expiry_in_the_past';
  const id = await takeGraphId(tx);
  const token = randomToken('EAA');
  const accessToken = { ...request, id, issuedAtMs, revokedAtMs: null };
  await insertAccessToken(tx, accessToken, { token, businessId: owner.businessId });
  return { ...accessToken, token };
}

/** Whose token it would be, when the user, the app and the accounts go together. */
export async function findTokenOwner(
  tx: Transaction,
  { systemUserId, appId, wabaIds }: Pick<AccessToken, 'systemUserId' | 'appId' | 'wabaIds'>,
): Promise<{ businessId: string } | Refusal> {
  const user = await findSystemUser(tx, systemUserId);
  if (!user) return 'no_such_system_user';
  const { businessId } = user;
  if ((await findApp(tx, appId))?.businessId !== businessId) return 'no_such_app';
  return (await refuseAccounts(tx, { appId, wabaIds }, businessId)) ?? { businessId };
}

/** Says why these accounts cannot be granted to a token of this app; null when they can. */
async function refuseAccounts(
  tx: Transaction,
  { appId, wabaIds }: Pick<AccessToken, 'appId' | 'wabaIds'>,
  businessId: string,
): Promise<Refusal | null> {
  const [found] = await tx.query<{ shared: number; granted: number }>(
    `SELECT count(*)::int AS shared, count(app_grants.app_id)::int AS granted
     FROM account_businesses AS accounts
     LEFT JOIN app_grants ON app_grants.waba_id = accounts.waba_id AND app_grants.app_id = $2
     WHERE accounts.waba_id = ANY ($1::text[]) AND accounts.business_id = $3`,
    [wabaIds, appId, businessId],
  );
  if (found?.shared !== wabaIds.length) return 'no_such_business_account';
  return found.granted === wabaIds.length ? null : 'app_not_granted';
}

async function insertAccessToken(
  tx: Transaction,
  accessToken: AccessToken,
  { token, businessId }: { token: string; businessId: string },
): Promise<void> {
  const { id, label, systemUserId, appId, scopes, wabaIds, issuedAtMs, expiresAtMs } = accessToken;
  await tx.execute(
    `INSERT INTO access_tokens
       (id, token_hash, system_user_id, app_id, business_id, label, scopes, created_at_ms, expires_at_ms)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [id, hashToken(token), systemUserId, appId, businessId, label, scopes, issuedAtMs, expiresAtMs],
  );
  await assignUser(tx, { wabaIds, systemUserId, businessId, atMs: issuedAtMs });
  await tx.execute('INSERT INTO token_grants (token_id, business_id, waba_id) SELECT $1, $2, unnest($3::text[])', [
    id,
    businessId,
    wabaIds,
  ]);
}

export async function listAccessTokens(
  q: Queryable,
  systemUserId: string,
  page: PageRequest,
): Promise<Page<AccessToken> | Refusal> {
  if (!(await findSystemUser(q, systemUserId))) return 'no_such_system_user';
  const parent = { column: 'system_user_id', id: systemUserId };
  return listPage<AccessToken>(q, { table: 'access_tokens', columns, parent }, page);
}

/** Revokes a token for ever, from the next introspection on; to do it again changes nothing. */
export function revokeAccessToken(manager: BusinessManager, id: string): Promise<AccessToken | Refusal> {
  return makeAdminChange(manager, 'token.revoked', async (tx, atMs) => {
    const revoked = await tx.execute(
      'UPDATE access_tokens SET revoked_at_ms = $2 WHERE id = $1 AND revoked_at_ms IS NULL',
      [id, atMs],
    );
    const [token] = await tx.query<AccessToken>(`SELECT ${columns} FROM access_tokens WHERE id = $1`, [id]);
    if (!token) return 'no_such_token';
    return { value: token, ids: revoked > 0 ? { tokenId: id, systemUserId: token.systemUserId } : null };
  });
}
