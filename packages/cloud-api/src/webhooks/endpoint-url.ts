import { lookup as systemLookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { limits } from '@postern/protocol';
import { isGlobalAddress, isLoopbackAddress } from './global-address.ts';

/** Webhooks must not go to this URL; the message says why. Only another URL helps. */
export class ForbiddenUrlError extends Error {
  override readonly name = 'ForbiddenUrlError';
  readonly retryable = false;
}

/**
 * Reads a customer's URL: http or https, at most 200 characters, no user name or password in it.
 * @throws ForbiddenUrlError
 */
export function parseEndpointUrl(text: string): URL {
  if (text.length > limits.maxWebhookUrlCharacters) {
    throw new ForbiddenUrlError(`The URL must be at most ${limits.maxWebhookUrlCharacters} characters long.`);
  }
  const url = URL.parse(text);
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:') {
    throw new ForbiddenUrlError('The URL must be an http or https URL.');
  }
  if (url.username !== '' || url.password !== '') {
    throw new ForbiddenUrlError('The URL must not hold a user name or a password.');
  }
  return url;
}

/** Keeps requests to customers' URLs out of internal networks. */
export class AddressGuard {
  readonly #allowLoopback: boolean;
  readonly #lookup: LookupFunction;

  constructor({ allowLoopback, lookup = systemLookup }: { allowLoopback: boolean; lookup?: LookupFunction }) {
    this.#allowLoopback = allowLoopback;
    this.#lookup = lookup;
  }

  /** Checks a host that is an address already, since no look-up is made for it. @throws ForbiddenUrlError */
  checkHost(url: URL): void {
    const host = url.hostname.replace(/^\[|\]$/g, '');
    if (isIP(host) !== 0) this.#check(host);
  }

  /**
   * Looks a name up for a connection: what was checked here is what is connected to. One address that is not
   * allowed refuses the whole name, because nobody knows which of them the next connection would take.
   */
  readonly lookup: LookupFunction = (hostname, options, callback) => {
    this.#lookup(hostname, { ...options, all: true }, (error, found) => {
      if (error) return callback(error, []);
      const addresses = Array.isArray(found) ? found : [];
      const refusal = this.#refusal(addresses.map(({ address }) => address));
      const [first] = addresses;
      if (refusal || !first) return callback(refusal ?? new ForbiddenUrlError('The name has no address.'), []);
      if (options.all) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };

  #refusal(addresses: readonly string[]): ForbiddenUrlError | null {
    try {
      for (const address of addresses) this.#check(address);
      return null;
    } catch (error) {
      return error as ForbiddenUrlError;
    }
  }

  #check(address: string): void {
    if (isGlobalAddress(address) || (this.#allowLoopback && isLoopbackAddress(address))) return;
    throw new ForbiddenUrlError('The URL leads to an internal address.');
  }
}
