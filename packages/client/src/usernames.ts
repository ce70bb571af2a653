import type { DeviceCredential } from './connection/attachment.ts';
import { callTransport } from './transport-call.ts';

interface UsernameOptions {
  /** The transport's base URL. */
  readonly url: string;
  /** Whose username it is. */
  readonly owner: Pick<DeviceCredential, 'accountId' | 'deviceId' | 'secret'>;
}

/** The name that one account has taken at the transport, where nobody has the same as another. */
export class Username {
  readonly #url: string;
  readonly #authorization: string;

  constructor({ url, owner: { accountId, deviceId, secret } }: UsernameOptions) {
    const credential = `${accountId}.${deviceId}:${Buffer.from(secret).toString('base64url')}`;
    this.#url = url;
    this.#authorization = `Basic ${Buffer.from(credential).toString('base64')}`;
  }

  /** Null when none is taken. @throws TransportUnavailableError; TransportRefusedError */
  async find(): Promise<string | null> {
    const { username } = await this.#call('GET');
    return typeof username === 'string' ? username : null;
  }

  /** Takes one in place of the one before; null for none. @throws TransportUnavailableError; TransportRefusedError, for example when somebody has it */
  async take(username: string | null): Promise<void> {
    if (username === null) await this.#call('DELETE');
    else await this.#call('PUT', { username });
  }

  #call(method: 'GET' | 'PUT' | 'DELETE', body?: object): Promise<Record<string, unknown>> {
    const authorization = this.#authorization;
    return callTransport(this.#url, { method, path: '/v1/username', authorization, ...(body && { body }) });
  }
}
