import { equalHashes, hashToken } from '@postern/service';
import type { BusinessManager } from '../business-manager.ts';
import { findApp } from '../directory/apps.ts';
import { deriveAppSecret } from './app-secret.ts';
import type { Introspection } from './introspection-answer.ts';

/** Introspects `APPID|SECRET`. Such a token acts for the app alone, for nothing that was granted to it. */
export async function introspectAppToken(
  { database, masterKey }: BusinessManager,
  { appId, secret, node }: { appId: string; secret: string; node: string | null },
): Promise<Introspection> {
  const app = await findApp(database, appId);
  // Without an app the same work is done, so that the time taken does not tell which apps exist.
  const expected = deriveAppSecret(masterKey, { id: appId, secretVersion: app?.secretVersion ?? 0 });
  const right = equalHashes(hashToken(secret), hashToken(expected));
  if (!app || !right) return { active: false, reason: 'unknown' };
  return {
    active: true,
    kind: 'app',
    tokenId: null,
    appId: app.id,
    appName: app.name,
    requiresSecretProof: app.requiresSecretProof,
    businessId: app.businessId,
    userId: null,
    scopes: [],
    wabaIds: [],
    issuedAtMs: app.secretChangedAtMs,
    expiresAtMs: null,
    node: node === app.id ? { kind: 'app', id: app.id, name: app.name } : null,
  };
}
