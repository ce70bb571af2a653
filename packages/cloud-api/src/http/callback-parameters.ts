import { limits } from '@postern/protocol';
import type { Callback } from '../webhooks/handshake.ts';
import type { Parameters } from './parameters.ts';

/** A callback URL that is to come before the app's own, with its verify token; null when none is named. @throws GraphError */
export function findCallback(parameters: Parameters): Callback | null {
  const url = parameters.findText('override_callback_uri', limits.maxWebhookUrlCharacters);
  if (url === null) return null;
  return { url, verifyToken: parameters.getText('verify_token') };
}
