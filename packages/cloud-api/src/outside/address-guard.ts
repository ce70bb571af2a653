import { lookup as systemLookup } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { isGlobalAddress, isLoopbackAddress } from './global-address.ts';

/** Nothing may be sent to or fetched from this URL; the message says why. Only another URL helps. */
export class ForbiddenUrlError extends Error {
  override readonly name = 'ForbiddenUrlError';
  readonly retryable = false;
}

/** Reads a URL that somebody else chose: http or https, no user name or password in it. @throws ForbiddenUrlError */
export function parseOutsideUrl(text: string, maxCharacters: number): URL {
  if (text.length > maxCharacters)
    throw new ForbiddenUrlError(`The URL must be at most ${maxCharacters} characters long.`);
  const url = URL.parse(text);
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:')
    throw new ForbiddenUrlError('The URL must be an http or https URL.');
  if (url.username !== '' || url.password !== '')
    throw new ForbiddenUrlError('The URL must not hold a user name or a password.');
  return url;
}

export interface AddressGuardOptions {
  /** Whether the machine itself may be called. */
  readonly allowLoopback: boolean;
  /** Internal places that an operator allows: host names, addresses and networks (`10.1.0.0/16`). */
  readonly allowedInternal?: readonly string[];
  /** Resolves names; the system's resolver unless told. */
  readonly lookup?: LookupFunction;
}

/** Keeps requests to URLs that others chose out of internal networks. */
export class AddressGuard {
  readonly #allowLoopback: boolean;
  readonly #lookup: LookupFunction;
  readonly #hosts: ReadonlySet<string>;
  readonly #networks = new BlockList();

  constructor({ allowLoopback, allowedInternal = [], lookup = systemLookup }: AddressGuardOptions) {
    this.#allowLoopback = allowLoopback;
    this.#lookup = lookup;
    this.#hosts = new Set(allowedInternal.filter((place) => !isNetwork(place)).map((host) => host.toLowerCase()));
    for (const place of allowedInternal.filter(isNetwork)) addNetwork(this.#networks, place);
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
      const isAllowed = this.#hosts.has(hostname.toLowerCase());
      const refusal = isAllowed ? null : this.#refusal(addresses.map(({ address }) => address));
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
    if (this.#networks.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')) return;
    throw new ForbiddenUrlError('The URL leads to an internal address.');
  }
}

function isNetwork(place: string): boolean {
  return isIP(place.split('/', 1)[0] ?? '') !== 0;
}

function addNetwork(networks: BlockList, place: string): void {
  const [address = '', prefix] = place.split('/');
  const isIpv6 = isIP(address) === 6;
  networks.addSubnet(address, prefix === undefined ? (isIpv6 ? 128 : 32) : Number(prefix), isIpv6 ? 'ipv6' : 'ipv4');
}
