import { equalHashes, hashToken } from '@postern/service';
import type { BusinessManager } from '../business-manager.ts';
import { findApp, type App } from '../directory/apps.ts';
import { graphIdPattern } from '../directory/graph-ids.ts';
import type { Refusal } from '../refusal.ts';
import { deriveAppSecret } from './app-secret.ts';

const idPattern = new RegExp(graphIdPattern);

/** The app that shows itself with its id and secret, as OAuth has it. */
export async function findClientApp(
  { database, masterKey }: BusinessManager,
  { clientId, clientSecret }: { clientId: string; clientSecret: string },
): Promise<App | Refusal> {
  const app = idPattern.test(clientId) ? await findApp(database, clientId) : null;
  if (!app) return 'no_such_client';
  const isRight = equalHashes(hashToken(clientSecret), hashToken(deriveAppSecret(masterKey, app)));
  return isRight ? app : 'wrong_client_secret';
}
