import { CallFailedError, callJson } from '../json-call.ts';
import type { Business } from '../state-file.ts';

const version = 'v23.0';

/** Whom a code says to write to, and what. */
export interface ScannedCode {
  readonly wa_id: string;
  readonly prefilled_message: string;
}

/** The Cloud API, as any customer calls it: over HTTP, with a token. */
export class CloudApi {
  readonly #origin: string;
  readonly #url: string;

  constructor(url: string) {
    this.#origin = url;
    this.#url = `${url}/${version}`;
  }

  /** Where a code leads that somebody has scanned; null when it leads nowhere. @throws CallFailedError */
  async scan(code: string): Promise<ScannedCode | null> {
    const url = `${this.#origin}/message/${encodeURIComponent(code)}`;
    return callJson<ScannedCode>({ method: 'GET', url, token: null }).catch((error: unknown) => {
      if (error instanceof CallFailedError && error.status === 404) return null;
      throw error;
    });
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
