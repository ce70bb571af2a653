import { outsideOf, type CloudApiConfig } from '../config.ts';
import { trustAuthorities } from './certificate-authorities.ts';
import { EndpointFetcher } from './endpoint.ts';

/** What calls customers' webhook URLs, as the operator has set it up. @throws ConfigError */
export function openFetcher(config: CloudApiConfig): EndpointFetcher {
  return new EndpointFetcher({ ...outsideOf(config), secureContext: trustAuthorities(config.webhookCaFile) });
}
