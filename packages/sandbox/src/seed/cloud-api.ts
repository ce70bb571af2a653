import { callJson } from '../json-call.ts';
import type { Business } from '../state-file.ts';

const version = 'v23.0';

/** The Cloud API, as any customer calls it: over HTTP, with a token. */
export class CloudApi {
  readonly #url: string;

  constructor(url: string) {
    this.#url = `${url}/${version}`;
  }

  /** Calls `POST /{path}` as the business's system user. @throws CallFailedError */
  post(business: Business, path: string, body: object): Promise<Record<string, unknown>> {
    return this.#post(path, body, business.accessToken);
  }

  /** Calls `POST /{path}` as the app itself. @throws CallFailedError */
  postAsApp(business: Business, path: string, body: object): Promise<Record<string, unknown>> {
    return this.#post(path, body, `${business.appId}|${business.appSecret}`);
  }

  #post(path: string, body: object, token: string): Promise<Record<string, unknown>> {
    return callJson<Record<string, unknown>>({ method: 'POST', url: `${this.#url}/${path}`, token, body });
  }
}
