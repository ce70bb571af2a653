import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { limits } from '@postern/protocol';
import {
  AddressGuard,
  ForbiddenUrlError,
  parseOutsideUrl,
  type AddressGuardOptions,
} from '../outside/address-guard.ts';

/** What stands behind a link could not be had: not there, not in time, or not as it was announced. */
export class LinkFailedError extends Error {
  override readonly name = 'LinkFailedError';
  readonly retryable = false;
}

/** What a link leads to, while it comes in. */
export interface LinkedFile {
  readonly contentType: string | null;
  /** The last part of the link's path. */
  readonly filename: string | null;
  /** @throws LinkFailedError */
  readonly bytes: AsyncIterable<Uint8Array>;
}

export interface LinkFetcherOptions extends AddressGuardOptions {
  /** For the whole of it, redirects and all. */
  readonly timeoutMs?: number;
  /** For how long nothing may come. */
  readonly silenceMs?: number;
}

/**
 * Fetches what a business links to: never from an internal address, wherever it is redirected to, and bounded in time.
 * Whoever reads it bounds its size. Every address is checked where the connection is made.
 */
export class LinkFetcher {
  readonly #guard: AddressGuard;
  readonly #timeoutMs: number;
  readonly #silenceMs: number;

  constructor(options: LinkFetcherOptions) {
    const { timeoutMs = limits.linkTimeoutMs, silenceMs = limits.linkSilenceMs, ...guarded } = options;
    this.#guard = new AddressGuard(guarded);
    this.#timeoutMs = timeoutMs;
    this.#silenceMs = silenceMs;
  }

  /** To be read at once, to its end or until it is left. @throws LinkFailedError | ForbiddenUrlError; the signal's reason */
  async fetch(link: string, { maxBytes, signal }: { maxBytes: number; signal: AbortSignal }): Promise<LinkedFile> {
    const first = parseOutsideUrl(link, limits.maxLinkCharacters);
    const timed = AbortSignal.any([signal, AbortSignal.timeout(this.#timeoutMs)]);
    let url = first;
    for (let redirects = 0; ; redirects += 1) {
      const response = await this.#request(url, timed);
      const { statusCode = 0, headers } = response;
      if (statusCode === 200) {
        checkLength(response, maxBytes);
        return { contentType: headers['content-type'] ?? null, filename: filenameOf(first), bytes: readAll(response) };
      }
      response.destroy();
      if (!redirectCodes.has(statusCode) || headers.location === undefined)
        throw new LinkFailedError(`The link is answered with the status ${statusCode}.`);
      if (redirects === limits.maxLinkRedirects) throw new LinkFailedError('The link is redirected too often.');
      url = parseOutsideUrl(URL.parse(headers.location, url.href)?.href ?? '', limits.maxLinkCharacters);
    }
  }

  async #request(url: URL, signal: AbortSignal): Promise<IncomingMessage> {
    this.#guard.checkHost(url);
    const request = (url.protocol === 'https:' ? httpsRequest : httpRequest)(url, {
      headers: { 'user-agent': userAgent, accept: '*/*', 'accept-encoding': 'identity' },
      lookup: this.#guard.lookup,
      agent: false,
      signal,
      timeout: this.#silenceMs,
    });
    request.on('timeout', () => request.destroy(new LinkFailedError('Nothing came from the link for too long.')));
    request.end();
    try {
      const [response] = (await once(request, 'response')) as [IncomingMessage];
      return response;
    } catch (error) {
      throw toLinkError(error);
    }
  }
}

const userAgent = 'facebookexternalua';
const redirectCodes: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

function checkLength(response: IncomingMessage, maxBytes: number): void {
  if (Number(response.headers['content-length'] ?? 0) <= maxBytes) return;
  response.destroy();
  throw new LinkFailedError('What the link leads to is too large.');
}

/** An answer that breaks off does not pass for a whole one. */
async function* readAll(response: IncomingMessage): AsyncGenerator<Uint8Array, void> {
  try {
    for await (const bytes of response) yield bytes as Uint8Array;
  } catch (error) {
    throw toLinkError(error);
  }
  if (!response.complete) throw new LinkFailedError('The answer of the link broke off.');
}

function toLinkError(error: unknown): Error {
  if (error instanceof ForbiddenUrlError || error instanceof LinkFailedError) return error;
  return new LinkFailedError('The link cannot be fetched.', { cause: error });
}

function filenameOf(url: URL): string | null {
  const last = url.pathname.split('/').at(-1) ?? '';
  try {
    return decodeURIComponent(last) || null;
  } catch {
    return last || null;
  }
}
