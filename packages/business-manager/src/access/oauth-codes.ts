import type { Transaction } from '@postern/postgres';
import { limits } from '@postern/protocol';
import { hashToken, randomToken } from '@postern/service';
import { makeAdminChange } from '../admin-log/admin-change.ts';
import type { BusinessManager } from '../business-manager.ts';
import type { Refusal } from '../refusal.ts';
import { findTokenOwner, idsOf, issueAccessToken, type Scope } from './access-tokens.ts';

/** What a code is exchanged for: a token of this app for this user. */
interface CodeRequest {
  systemUserId: string;
  appId: string;
  label: string;
  scopes: Scope[];
  wabaIds: string[];
  /** Where the code was sent to; who exchanges it must know. Null when nobody asks. */
  redirectUri: string | null;
  /** How long the token lives; for ever when null. */
  tokenLifeSeconds: number | null;
}

interface OauthCode {
  code: string;
  expiresAtMs: number;
}

interface CodeRow extends CodeRequest {
  expiresAtMs: number;
  usedAtMs: number | null;
}

/** Makes a code, which is readable in the answer only. Codes whose time was over for long are removed on the way. */
export function createOauthCode(manager: BusinessManager, request: CodeRequest): Promise<OauthCode | Refusal> {
  return makeAdminChange(manager, 'oauth_code.created', async (tx, atMs) => {
    const owner = await findTokenOwner(tx, request);
    if (typeof owner === 'string') return owner;
    await tx.execute('DELETE FROM oauth_codes WHERE expires_at_ms < $1', [atMs - limits.oauthCodeKeptMs]);
    const code = randomToken('AQ');
    const expiresAtMs = atMs + limits.oauthCodeLifeMs;
    const { systemUserId, appId, label, scopes, wabaIds, redirectUri, tokenLifeSeconds } = request;
    const made = [appId, owner.businessId, systemUserId, label, scopes, wabaIds, redirectUri, tokenLifeSeconds];
    await tx.execute(
      `INSERT INTO oauth_codes (code_hash, app_id, business_id, system_user_id, label, scopes, waba_ids, redirect_uri,
         token_life_seconds, created_at_ms, expires_at_ms)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
      [hashToken(code), ...made, atMs, expiresAtMs],
    );
    return { value: { code, expiresAtMs }, ids: { systemUserId, appId } };
  });
}

interface ExchangedToken {
  accessToken: string;
  /** Null for a token that never expires. */
  expiresInSeconds: number | null;
}

/** Exchanges a code of this app for the token that it was made for, once. */
export function exchangeOauthCode(
  manager: BusinessManager,
  asked: { appId: string; code: string; redirectUri: string | null },
): Promise<ExchangedToken | Refusal> {
  const exchange = async (tx: Transaction, atMs: number) => {
    const found = await takeCode(tx, asked, atMs);
    if (typeof found === 'string') return found;
    const { tokenLifeSeconds, systemUserId, appId, label, scopes, wabaIds } = found;
    const expiresAtMs = tokenLifeSeconds === null ? null : atMs + tokenLifeSeconds * 1000;
    const issued = await issueAccessToken(tx, { systemUserId, appId, label, scopes, wabaIds, expiresAtMs }, atMs);
    // What the code was made for is no more: to whoever holds it, it is no code.
    if (typeof issued === 'string') return 'invalid_code';
    return { value: { accessToken: issued.token, expiresInSeconds: tokenLifeSeconds }, ids: idsOf(issued) };
  };
  return makeAdminChange(manager, 'token.created', exchange, `app ${asked.appId}`);
}

/** Marks the code as used, when it may be used now. */
async function takeCode(
  tx: Transaction,
  { appId, code, redirectUri }: { appId: string; code: string; redirectUri: string | null },
  atMs: number,
): Promise<CodeRow | Refusal> {
  const [row] = await tx.query<CodeRow>(
    `SELECT app_id AS "appId", system_user_id AS "systemUserId", label, scopes, waba_ids AS "wabaIds",
       redirect_uri AS "redirectUri", token_life_seconds AS "tokenLifeSeconds", expires_at_ms AS "expiresAtMs",
       used_at_ms AS "usedAtMs"
     FROM oauth_codes WHERE code_hash = $1 AND app_id = $2 FOR UPDATE`,
    [hashToken(code), appId],
  );
  if (!row) return 'invalid_code';
  if (row.usedAtMs !== null) return 'code_used';
  if (row.expiresAtMs <= atMs) return 'code_expired';
  if (row.redirectUri !== null && row.redirectUri !== redirectUri) return 'redirect_uri_differs';
  await tx.execute('UPDATE oauth_codes SET used_at_ms = $2 WHERE code_hash = $1', [hashToken(code), atMs]);
  return row;
}
