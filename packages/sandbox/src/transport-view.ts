import type { AccountId, PhoneNumber } from '@postern/protocol';
import { callJson } from './json-call.ts';

interface ViewedAccount {
  readonly accountId: AccountId;
  readonly phoneNumber: string;
  readonly closedAtMs: number | null;
}

/** What the transport's tables hold, as the transport itself shows them. */
export class TransportView {
  readonly #url: string;
  readonly #token: string;

  constructor(transportUrl: string, inspectToken: string) {
    this.#url = `${transportUrl}/v1/inspect`;
    this.#token = inspectToken;
  }

  /** Envelopes (ciphertext as base64), accounts and encrypted attachments, newest first, up to `limit` of each. */
  async read(limit: number): Promise<{ envelopes: unknown[]; accounts: unknown[]; blobs: unknown[] }> {
    const [{ envelopes }, { accounts }, { blobs }] = await Promise.all([
      this.#get<{ envelopes: unknown[] }>(`envelopes?limit=${limit}`),
      this.#get<{ accounts: unknown[] }>(`accounts?limit=${limit}`),
      this.#get<{ blobs: unknown[] }>(`blobs?limit=${limit}`),
    ]);
    return { envelopes, accounts, blobs };
  }

  /** The open account of a number; null when there is none. */
  async findAccount(phoneNumber: PhoneNumber): Promise<AccountId | null> {
    const { accounts } = await this.#get<{ accounts: ViewedAccount[] }>('accounts?limit=1000');
    const account = accounts.find((each) => each.phoneNumber === phoneNumber && each.closedAtMs === null);
    return account?.accountId ?? null;
  }

  #get<Answer extends object>(path: string): Promise<Answer> {
    return callJson<Answer>({ method: 'GET', url: `${this.#url}/${path}`, token: this.#token });
  }
}
