import type { BusinessManager } from '../business-manager.ts';
import type { Refusal } from '../refusal.ts';
import type { Scope } from './access-tokens.ts';
import { introspect, parseToken } from './introspection.ts';
import { introspectAppToken } from './app-token.ts';
import { findTokenRow } from './system-user-token.ts';

interface KnownToken {
  known: true;
  kind: 'system_user' | 'app';
  state: 'live' | 'expired' | 'revoked';
  appId: string;
  appName: string;
  businessId: string;
  /** Null for an app token. */
  userId: string | null;
  scopes: Scope[];
  wabaIds: string[];
  issuedAtMs: number;
  expiresAtMs: number | null;
}

type TokenDescription = KnownToken | { known: false };

/**
 * Describes a token to somebody with another one of the same app, also when it is not live any more. A token of another app is
 * as unknown as one that nobody issued.
 */
export async function describeToken(
  manager: BusinessManager,
  { token, inputToken }: { token: string; inputToken: string },
): Promise<TokenDescription | Refusal> {
  const caller = await introspect(manager, { token, node: null });
  if (!caller.active) return 'not_allowed';
  const found = await findToken(manager, inputToken);
  return found?.appId === caller.appId ? found : { known: false };
}

async function findToken(manager: BusinessManager, token: string): Promise<KnownToken | null> {
  const parsed = parseToken(token);
  if (parsed === null) return null;
  if (parsed !== 'system_user') {
    const found = await introspectAppToken(manager, { ...parsed, node: null });
    return found.active ? { known: true, state: 'live', ...withoutNode(found) } : null;
  }
  const row = await findTokenRow(manager.database, { token, node: null });
  if (!row) return null;
  const isExpired = row.expiresAtMs !== null && row.expiresAtMs <= manager.clock.now();
  const state = row.revokedAtMs !== null ? 'revoked' : isExpired ? 'expired' : 'live';
  return { known: true, state, ...withoutNode({ ...row, kind: 'system_user' }) };
}

function withoutNode(token: Omit<KnownToken, 'known' | 'state'>): Omit<KnownToken, 'known' | 'state'> {
  const { kind, appId, appName, businessId, userId, scopes, wabaIds, issuedAtMs, expiresAtMs } = token;
  return { kind, appId, appName, businessId, userId, scopes, wabaIds, issuedAtMs, expiresAtMs };
}
