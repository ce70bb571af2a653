import { BusinessManagerHttp, type BusinessManagerOptions } from './business-manager-http.ts';

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
}
