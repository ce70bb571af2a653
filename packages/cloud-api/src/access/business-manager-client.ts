import {
  BusinessManagerHttp,
  BusinessManagerUnavailableError,
  type BusinessManagerOptions,
} from './business-manager-http.ts';
import { parseIntrospection, type Introspection } from './introspection.ts';

/** What the Cloud API asks of the Business Manager about tokens and secrets. */
export interface AccessSource {
  introspect(token: string, node: string | null): Promise<Introspection>;
  appSecret(appId: string): Promise<string>;
  signingSecret(appId: string, wabaId: string): Promise<string | null>;
}

/** Asks the Business Manager over HTTP. Every method throws BusinessManagerUnavailableError when it gives no usable answer. */
export class BusinessManagerClient implements AccessSource {
  readonly #http: BusinessManagerHttp;

  constructor(options: BusinessManagerOptions) {
    this.#http = new BusinessManagerHttp(options);
  }

  /** Says whose token this is and whether it may act on the node. */
  async introspect(token: string, node: string | null): Promise<Introspection> {
    return parseIntrospection(await this.#http.ask('/v1/introspect', { token, node })) ?? unusable();
  }

  /** The secret of an app. */
  async appSecret(appId: string): Promise<string> {
    const path = `/v1/apps/${encodeURIComponent(appId)}/secret`;
    const answer = (await this.#http.ask(path)) as { secret?: unknown } | null;
    return typeof answer?.secret === 'string' ? answer.secret : unusable();
  }

  /** The secret that an app gets what concerns an account signed with; null when it may not act on the account any more. */
  async signingSecret(appId: string, wabaId: string): Promise<string | null> {
    const account = `/v1/whatsapp-business-accounts/${encodeURIComponent(wabaId)}`;
    const answer = await this.#http.ask(`${account}/apps/${encodeURIComponent(appId)}/secret`);
    const { secret } = (answer ?? {}) as { secret?: unknown };
    return typeof secret === 'string' || secret === null ? secret : unusable();
  }

  /** Tells the name of a number that a review has approved. Safe to repeat. @throws BusinessRefusedError when there is no such number */
  async renameNumber(phoneNumberId: string, verifiedName: string): Promise<void> {
    await this.#http.change(`/v1/phone-numbers/${encodeURIComponent(phoneNumberId)}/verified-name`, { verifiedName });
  }

  /** The names of the apps that may act on a WhatsApp Business Account, by app id. */
  async appNames(wabaId: string): Promise<Map<string, string>> {
    const path = `/v1/whatsapp-business-accounts/${encodeURIComponent(wabaId)}/apps`;
    const answer = (await this.#http.ask(path)) as { data?: { id: string; name: string }[] } | null;
    return Array.isArray(answer?.data) ? new Map(answer.data.map(({ id, name }) => [id, name])) : unusable();
  }
}

function unusable(): never {
  throw new BusinessManagerUnavailableError('The Business Manager gave an answer that cannot be read.');
}
