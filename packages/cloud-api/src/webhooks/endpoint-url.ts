import { limits } from '@postern/protocol';
import { parseOutsideUrl } from '../outside/address-guard.ts';

/** Reads the URL of a customer's endpoint. @throws ForbiddenUrlError */
export function parseEndpointUrl(text: string): URL {
  return parseOutsideUrl(text, limits.maxWebhookUrlCharacters);
}
