import { Compile } from 'typebox/compile';
import {
  BusinessManagerHttp,
  BusinessManagerUnavailableError,
  type BusinessManagerOptions,
} from './business-manager-http.ts';
import { issuedToken, tokenDescription, type IssuedToken, type TokenDescription } from './described-token.ts';

/** An app that shows itself with its id and secret. */
export interface ClientApp {
  readonly clientId: string;
  readonly clientSecret: string;
}

const checkedToken = Compile(issuedToken);
const checkedDescription = Compile(tokenDescription);

/** What a business may change of its account. */
export interface AccountChanges {
  readonly name?: string;
  readonly timezoneId?: string;
  readonly isEnabledForInsights?: boolean;
  readonly disablesMarketingOnCloudApi?: boolean;
}

/**
 * What a business changes at the Business Manager by way of the Cloud API. Each call carries the token of whoever wants it: who
 * may do what is decided there. Every method throws BusinessRefusedError and BusinessManagerUnavailableError.
 */
export class BusinessManagement {
  readonly #http: BusinessManagerHttp;

  constructor(options: BusinessManagerOptions) {
    this.#http = new BusinessManagerHttp(options);
  }

  async updateAccount(token: string, wabaId: string, changes: AccountChanges): Promise<void> {
    await this.#http.change(`/v1/acting/whatsapp-business-accounts/${wabaId}`, { token, changes });
  }

  /** The token of an app that acts for itself alone. */
  async getAppToken(client: ClientApp): Promise<IssuedToken> {
    const answer = await this.#http.change('/v1/oauth/app-token', client);
    return checkedToken.Check(answer) ? answer : unusable();
  }

  /** The token that a code of this app was made for. */
  async exchangeCode(client: ClientApp, code: string, redirectUri: string | null): Promise<IssuedToken> {
    const answer = await this.#http.change('/v1/oauth/exchange', { ...client, code, redirectUri });
    return checkedToken.Check(answer) ? answer : unusable();
  }

  /** What there is to say of a token, to somebody who has another one of the same app. */
  async describeToken(token: string, inputToken: string): Promise<TokenDescription> {
    const answer = await this.#http.change('/v1/token-description', { token, inputToken });
    return checkedDescription.Check(answer) ? answer : unusable();
  }
}

function unusable(): never {
  throw new BusinessManagerUnavailableError('The Business Manager gave an answer that cannot be read.');
}
