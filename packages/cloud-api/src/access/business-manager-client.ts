import { limits } from '@postern/protocol';
import { parseIntrospection, type Introspection } from './introspection.ts';

/** The Business Manager gave no usable answer, so nobody can say who may do what. A retry helps. */
export class BusinessManagerUnavailableError extends Error {
  override readonly name = 'BusinessManagerUnavailableError';
  readonly retryable = true;
}

/** What the Cloud API asks of the Business Manager about tokens and secrets. */
export interface AccessSource {
  introspect(token: string, node: string | null): Promise<Introspection>;
  appSecret(appId: string): Promise<string>;
}

interface ClientOptions {
  /** The Business Manager's base URL. */
  url: string;
  serviceToken: string;
}

/** Asks the Business Manager over HTTP. Every method throws BusinessManagerUnavailableError when it gives no usable answer. */
export class BusinessManagerClient implements AccessSource {
  readonly #url: string;
  readonly #headers: Record<string, string>;

  constructor({ url, serviceToken }: ClientOptions) {
    this.#url = url.replace(/\/+$/, '');
    this.#headers = { authorization: `Bearer ${serviceToken}`, 'content-type': 'application/json' };
  }

  /** Says whose token this is and whether it may act on the node. */
  async introspect(token: string, node: string | null): Promise<Introspection> {
    const answer = await this.#ask('/v1/introspect', JSON.stringify({ token, node }));
    return parseIntrospection(answer) ?? unusable();
  }

  /** The secret that an app's webhooks are signed with. */
  async appSecret(appId: string): Promise<string> {
    const answer = (await this.#ask(`/v1/apps/${encodeURIComponent(appId)}/secret`)) as { secret?: unknown } | null;
    return typeof answer?.secret === 'string' ? answer.secret : unusable();
  }

  /** The names of the apps that may act on a WhatsApp Business Account, by app id. */
  async appNames(wabaId: string): Promise<Map<string, string>> {
    const path = `/v1/whatsapp-business-accounts/${encodeURIComponent(wabaId)}/apps`;
    const answer = (await this.#ask(path)) as { data?: { id: string; name: string }[] } | null;
    return Array.isArray(answer?.data) ? new Map(answer.data.map(({ id, name }) => [id, name])) : unusable();
  }

  async #ask(path: string, body: string | null = null): Promise<unknown> {
    const signal = AbortSignal.timeout(limits.introspectionTimeoutMs);
    try {
      const response = await this.#send(path, { body, signal });
      if (response.status === 200) return await response.json();
      await response.body?.cancel();
      throw new BusinessManagerUnavailableError(`The Business Manager answered ${response.status}.`);
    } catch (error) {
      if (error instanceof BusinessManagerUnavailableError) throw error;
      throw new BusinessManagerUnavailableError('The Business Manager cannot be reached.', { cause: error });
    }
  }

  /** Asks a second time when the connection broke: it may have been kept open for longer than the other side did. */
  async #send(path: string, { body, signal }: { body: string | null; signal: AbortSignal }): Promise<Response> {
    const request = { method: body === null ? 'GET' : 'POST', headers: this.#headers, body, signal };
    return fetch(this.#url + path, request).catch((error: unknown) => {
      if (signal.aborted) throw error;
      return fetch(this.#url + path, request);
    });
  }
}

function unusable(): never {
  throw new BusinessManagerUnavailableError('The Business Manager gave an answer that cannot be read.');
}
