import { limits } from '@postern/protocol';

/** The Business Manager gave no usable answer, so nobody can say who may do what. A retry helps. */
export class BusinessManagerUnavailableError extends Error {
  override readonly name = 'BusinessManagerUnavailableError';
  readonly retryable = true;
}

/** The Business Manager will not do it, for a reason that it names, such as `phone_number_taken`. */
export class BusinessRefusedError extends Error {
  override readonly name = 'BusinessRefusedError';
  readonly reason: string;

  constructor(reason: string) {
    super(`The Business Manager refused: ${reason}`);
    this.reason = reason;
  }
}

/** Where the Business Manager is, and what it knows this system by. */
export interface BusinessManagerOptions {
  /** The Business Manager's base URL. */
  url: string;
  serviceToken: string;
}

/** Questions to the Business Manager, each with an end. */
export class BusinessManagerHttp {
  readonly #url: string;
  readonly #headers: Record<string, string>;

  constructor({ url, serviceToken }: BusinessManagerOptions) {
    this.#url = url.replace(/\/+$/, '');
    this.#headers = { authorization: `Bearer ${serviceToken}`, 'content-type': 'application/json' };
  }

  /** What it answers to a question; a second time when the connection broke. @throws BusinessManagerUnavailableError */
  async ask(path: string, body: object | null = null): Promise<unknown> {
    const response = await this.#fetch(path, { body, isRepeatable: true });
    if (response.status === 200) return readJson(response);
    await response.body?.cancel();
    throw new BusinessManagerUnavailableError(`The Business Manager answered ${response.status}.`);
  }

  /**
   * Has something changed. It is asked once: nobody knows whether a change was made whose answer did not come.
   * @throws BusinessRefusedError when it will not
   * @throws BusinessManagerUnavailableError
   */
  async change(path: string, body: object): Promise<unknown> {
    const response = await this.#fetch(path, { body, isRepeatable: false });
    if (response.ok) return readJson(response);
    const answer = (await readJson(response)) as { error?: { code?: unknown } } | null;
    const reason = answer?.error?.code;
    if (response.status < 500 && response.status !== 401 && typeof reason === 'string')
      throw new BusinessRefusedError(reason);
    throw new BusinessManagerUnavailableError(`The Business Manager answered ${response.status}.`);
  }

  async #fetch(
    path: string,
    { body, isRepeatable }: { body: object | null; isRepeatable: boolean },
  ): Promise<Response> {
    const signal = AbortSignal.timeout(limits.introspectionTimeoutMs);
    const text = body === null ? null : JSON.stringify(body);
    const request = { method: body === null ? 'GET' : 'POST', headers: this.#headers, body: text, signal };
    try {
      // The connection may have been kept open for longer than the other side did.
      return await fetch(this.#url + path, request).catch((error: unknown) => {
        if (signal.aborted || !isRepeatable) throw error;
        return fetch(this.#url + path, request);
      });
    } catch (error) {
      throw new BusinessManagerUnavailableError('The Business Manager cannot be reached.', { cause: error });
    }
  }
}

async function readJson(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch (error) {
    throw new BusinessManagerUnavailableError('The Business Manager cannot be reached.', { cause: error });
  }
}
