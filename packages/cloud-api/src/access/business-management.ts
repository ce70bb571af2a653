import type { PhoneNumber } from '@postern/protocol';
import { Type, type Static } from 'typebox';
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

const accountUser = Type.Object({ id: Type.String(), name: Type.String(), tasks: Type.Array(Type.String()) });

/** A system user that is assigned to an account. */
export type AccountUser = Static<typeof accountUser>;

const checkedId = Compile(Type.Object({ id: Type.String() }));
const checkedUsers = Compile(Type.Object({ data: Type.Array(accountUser) }));
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
    await this.#http.change(accountPath(wabaId), { token, changes });
  }

  /** Adds a number to an account, and gives its id. */
  async addPhoneNumber(
    token: string,
    wabaId: string,
    number: { readonly phoneNumber: PhoneNumber; readonly verifiedName: string },
  ): Promise<string> {
    const answer = await this.#http.change(`${accountPath(wabaId)}/phone-numbers`, { token, ...number });
    return checkedId.Check(answer) ? answer.id : unusable();
  }

  /** The users of the caller's business that are assigned to an account. */
  async listAccountUsers(token: string, wabaId: string): Promise<readonly AccountUser[]> {
    const answer = await this.#http.change(`${accountPath(wabaId)}/users`, { token });
    return checkedUsers.Check(answer) ? answer.data : unusable();
  }

  async assignUser(token: string, wabaId: string, user: { userId: string; tasks: readonly string[] }): Promise<void> {
    await this.#http.change(`${accountPath(wabaId)}/assign-user`, { token, ...user });
  }

  async removeUser(token: string, wabaId: string, userId: string): Promise<void> {
    await this.#http.change(`${accountPath(wabaId)}/remove-user`, { token, userId });
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

function accountPath(wabaId: string): string {
  return `/v1/acting/whatsapp-business-accounts/${wabaId}`;
}

function unusable(): never {
  throw new BusinessManagerUnavailableError('The Business Manager gave an answer that cannot be read.');
}
