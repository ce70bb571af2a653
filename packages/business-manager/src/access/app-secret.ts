import { createHmac, type KeyObject } from 'node:crypto';
import type { App } from '../directory/apps.ts';

/**
 * Derives an app's secret, 32 hex characters, so that none is ever stored:
 * the first 16 bytes of HMAC-SHA256(master key, "app-secret" NUL app id NUL secret version).
 */
export function deriveAppSecret(
  masterKey: KeyObject,
  { id, secretVersion }: Pick<App, 'id' | 'secretVersion'>,
): string {
  return createHmac('sha256', masterKey)
    .update(['app-secret', id, secretVersion].join('\0'))
    .digest()
    .toString('hex', 0, 16);
}
