import { isIP } from 'node:net';
import { ConfigError } from '@postern/service';

/** Names for networks, as Fastify knows them. */
const networks: ReadonlySet<string> = new Set(['loopback', 'linklocal', 'uniquelocal']);

/**
 * Reads the setting `trustedProxies`: addresses, networks and names of networks between commas. From these,
 * `X-Forwarded-Proto` and `X-Forwarded-Host` are believed, because answers hold URLs of this very API: where media can be
 * had, and the next page.
 * @throws ConfigError
 */
export function parseTrustedProxies(setting: string): string[] {
  const proxies = setting.split(',').flatMap((each) => each.trim() || []);
  const wrong = proxies.find((proxy) => !networks.has(proxy) && !isNetwork(proxy));
  if (wrong === undefined) return proxies;
  throw new ConfigError(
    `The setting trustedProxies must be addresses, networks such as 10.0.0.0/8, or ${[...networks].join(', ')}, ` +
      `between commas; ${JSON.stringify(wrong)} is none.`,
  );
}

function isNetwork(proxy: string): boolean {
  const [address = '', prefix, ...rest] = proxy.split('/');
  const version = isIP(address);
  if (version === 0 || rest.length > 0) return false;
  if (prefix === undefined) return true;
  return /^\d{1,3}$/.test(prefix) && Number(prefix) <= (version === 4 ? 32 : 128);
}
