import { Agent as HttpAgent, request as httpRequest, type ClientRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { SecureContext } from 'node:tls';
import { limits } from '@postern/protocol';
import {
  AddressGuard,
  ForbiddenUrlError,
  parseOutsideUrl,
  type AddressGuardOptions,
} from '../outside/address-guard.ts';
import { parseEndpointUrl } from './endpoint-url.ts';

/** The endpoint gave no answer: no connection, no valid certificate, or not in time. */
export class EndpointUnreachableError extends Error {
  override readonly name = 'EndpointUnreachableError';
  readonly retryable = true;
  /** For example `ECONNREFUSED` or `timeout`. */
  readonly reason: string;

  constructor(reason: string, options?: ErrorOptions) {
    super(`The endpoint cannot be reached (${reason}).`, options);
    this.reason = reason;
  }
}

/** What an endpoint answered. */
export interface EndpointAnswer {
  readonly status: number;
  /** The body as text; null when it was cut off, by size or by time. */
  readonly body: string | null;
}

interface EndpointRequest {
  readonly method: 'GET' | 'POST';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string | number>>;
  readonly body?: Buffer;
}

export interface EndpointFetcherOptions extends AddressGuardOptions {
  /** What certificates are checked against, when it is not what Node trusts anyway. */
  readonly secureContext?: SecureContext | undefined;
  /** For a whole exchange, from the look-up of the name to the end of the answer. */
  readonly timeoutMs?: number;
}

const userAgent = 'facebookexternalua';

/**
 * Calls customers' URLs: never an internal address, no redirect followed, bounded in time and size. Connections are
 * kept open and used again; the address of each was checked when it was made, and each new one is checked anew.
 */
export class EndpointFetcher {
  readonly #guard: AddressGuard;
  readonly #httpAgent: HttpAgent;
  readonly #httpsAgent: HttpsAgent;
  readonly #timeoutMs: number;

  constructor({ timeoutMs = limits.webhookTimeoutMs, secureContext, ...guarded }: EndpointFetcherOptions) {
    this.#guard = new AddressGuard(guarded);
    this.#timeoutMs = timeoutMs;
    const options = {
      keepAlive: true,
      maxSockets: limits.maxWebhooksInFlight,
      maxFreeSockets: limits.maxIdleWebhookSocketsPerHost,
      timeout: limits.webhookSocketIdleMs,
      lookup: this.#guard.lookup,
    };
    this.#httpAgent = boundIdleHosts(new HttpAgent(options));
    this.#httpsAgent = boundIdleHosts(new HttpsAgent({ ...options, secureContext }));
  }

  /** Gets the URL with these parameters after its own. @throws ForbiddenUrlError | EndpointUnreachableError */
  async get(callbackUrl: string, parameters: Readonly<Record<string, string>>): Promise<EndpointAnswer> {
    const url = parseEndpointUrl(callbackUrl);
    const added = new URLSearchParams(parameters).toString();
    url.search = url.search === '' ? added : `${url.search}&${added}`;
    return this.#fetch({ method: 'GET', url, headers: { 'User-Agent': userAgent, Accept: '*/*' } });
  }

  /** Posts JSON and gives the status of the answer. @throws ForbiddenUrlError | EndpointUnreachableError */
  async post(callbackUrl: string, body: Buffer, headers: Readonly<Record<string, string>>): Promise<number> {
    return (await this.#post(parseEndpointUrl(callbackUrl), body, headers)).status;
  }

  /** Posts JSON and gives the answer. @throws ForbiddenUrlError | EndpointUnreachableError */
  exchange(endpointUri: string, body: Buffer, headers: Readonly<Record<string, string>>): Promise<EndpointAnswer> {
    return this.#post(parseOutsideUrl(endpointUri, limits.maxLinkCharacters), body, headers);
  }

  #post(url: URL, body: Buffer, headers: Readonly<Record<string, string>>): Promise<EndpointAnswer> {
    const allHeaders = {
      'User-Agent': userAgent,
      Accept: '*/*',
      'Content-Type': 'application/json',
      'Content-Length': body.length,
      ...headers,
    };
    return this.#fetch({ method: 'POST', url, headers: allHeaders, body });
  }

  /** Ends every connection. */
  close(): Promise<void> {
    this.#httpAgent.destroy();
    this.#httpsAgent.destroy();
    return Promise.resolve();
  }

  async #fetch(request: EndpointRequest): Promise<EndpointAnswer> {
    this.#guard.checkHost(request.url);
    const deadlineMs = performance.now() + this.#timeoutMs;
    // As many kept connections as there may be can have been closed by the other side.
    for (let stale = 0; ; stale += 1) {
      try {
        return await this.#exchange(request, deadlineMs);
      } catch (error) {
        if (!(error instanceof StaleConnectionError) || stale >= limits.maxIdleWebhookSocketsPerHost) throw error;
      }
    }
  }

  #exchange({ method, url, headers, body }: EndpointRequest, deadlineMs: number): Promise<EndpointAnswer> {
    const sent =
      url.protocol === 'https:'
        ? httpsRequest(url, { method, headers, agent: this.#httpsAgent })
        : httpRequest(url, { method, headers, agent: this.#httpAgent });
    const timer = setTimeout(
      () => sent.destroy(new EndpointUnreachableError('timeout')),
      Math.max(0, deadlineMs - performance.now()),
    );
    sent.end(body);
    return answerOf(sent).finally(() => clearTimeout(timer));
  }
}

/** A kept connection was closed by the other side just as it was used again: a new one may work. */
class StaleConnectionError extends EndpointUnreachableError {}

function answerOf(sent: ClientRequest): Promise<EndpointAnswer> {
  return new Promise((resolve, reject) => {
    sent.on('response', (response) => resolve(readAnswer(response)));
    sent.on('error', (error) => reject(toEndpointError(error, sent)));
    // An answer that asks for another protocol closes the connection without an error.
    sent.on('close', () => reject(new EndpointUnreachableError('closed')));
  });
}

/** Reads the body to its end, or to where it is too large or too late. */
function readAnswer(response: IncomingMessage): Promise<EndpointAnswer> {
  const status = response.statusCode ?? 0;
  const chunks: Buffer[] = [];
  let bytes = 0;
  return new Promise((resolve) => {
    response.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > limits.maxWebhookResponseBytes) response.destroy();
      else chunks.push(chunk);
    });
    response.on('end', () => resolve({ status, body: Buffer.concat(chunks).toString('utf8') }));
    response.on('error', () => resolve({ status, body: null }));
    response.on('close', () => resolve({ status, body: null }));
  });
}

function toEndpointError(error: Error & { code?: string }, sent: ClientRequest): Error {
  if (error instanceof ForbiddenUrlError || error instanceof EndpointUnreachableError) return error;
  const isStale = sent.reusedSocket && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
  const Kind = isStale ? StaleConnectionError : EndpointUnreachableError;
  return new Kind(error.code ?? 'failed', { cause: error });
}

/** Keeps open connections for a limited number of hosts. */
function boundIdleHosts<Kind extends HttpAgent>(agent: Kind): Kind {
  const keep = agent.keepSocketAlive.bind(agent);
  agent.keepSocketAlive = (socket) =>
    Object.keys(agent.freeSockets).length < limits.maxIdleWebhookHosts && keep(socket);
  return agent;
}
