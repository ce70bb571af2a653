import { limits } from '@postern/protocol';
import type { Logger } from '@postern/service';
import { CallFailedError } from '../json-call.ts';
import type { CloudApi } from '../seed/cloud-api.ts';
import type { Business } from '../state-file.ts';
import type { SandboxEvent } from '../supervisor.ts';

/** All that the Cloud API can tell (contract sections 4.3 and 4.6), so that nothing that happens in a sandbox goes unseen. */
const fields = [
  'messages',
  'user_preferences',
  'message_template_status_update',
  'message_template_quality_update',
  'message_template_components_update',
  'template_category_update',
  'phone_number_name_update',
  'phone_number_quality_update',
  'security',
  'account_update',
  'account_alerts',
  'account_review_update',
  'account_settings_update',
  'business_capability_update',
];

export interface WebhookEndpoint {
  readonly url: string;
  readonly verifyToken: string;
}

interface WebhookSubscriptionOptions {
  readonly cloudApi: CloudApi;
  readonly business: Business;
  /** The sandbox's own receiver. */
  readonly own: WebhookEndpoint;
  readonly tell: (event: SandboxEvent) => void;
  readonly logger: Logger;
}

/** Where the business's webhooks go. The Cloud API accepts an endpoint only after a handshake with it. */
export class WebhookSubscription {
  readonly #options: WebhookSubscriptionOptions;
  #retryTimer: NodeJS.Timeout | undefined;
  #wanted: WebhookEndpoint | null = null;
  #lastTurn: Promise<unknown> = Promise.resolve();

  constructor(options: WebhookSubscriptionOptions) {
    this.#options = options;
  }

  /**
   * Sends webhooks to this endpoint, or to the sandbox itself. An endpoint that fails its handshake is tried again
   * every few seconds; until then the sandbox receives.
   */
  async start(endpoint: WebhookEndpoint | null): Promise<void> {
    const { cloudApi, business, own } = this.#options;
    this.#wanted = endpoint;
    const isTaken = endpoint !== null && (await this.#try(endpoint));
    if (!isTaken) await this.#subscribe(own);
    await cloudApi.post(business, `${business.wabaId}/subscribed_apps`, {});
    if (endpoint && !isTaken) this.#tryLater(endpoint);
  }

  /**
   * Sends webhooks elsewhere from now on; null for the sandbox itself.
   * @throws CallFailedError when the handshake fails; then nothing has changed
   */
  async change(endpoint: WebhookEndpoint | null): Promise<WebhookEndpoint> {
    const chosen = endpoint ?? this.#options.own;
    return this.#inTurn(async () => {
      await this.#subscribe(chosen);
      this.stop();
      return chosen;
    });
  }

  /** Gives up on an endpoint that has not answered yet. */
  stop(): void {
    this.#wanted = null;
    clearTimeout(this.#retryTimer);
  }

  async #subscribe({ url, verifyToken }: WebhookEndpoint): Promise<void> {
    const { cloudApi, business } = this.#options;
    await cloudApi.postAsApp(business, `${business.appId}/subscriptions`, {
      object: 'whatsapp_business_account',
      callback_url: url,
      verify_token: verifyToken,
      fields: fields.join(','),
    });
  }

  /** Returns whether the endpoint passed its handshake, and says so. */
  async #try(endpoint: WebhookEndpoint): Promise<boolean> {
    const { tell } = this.#options;
    try {
      await this.#subscribe(endpoint);
      tell({ event: 'webhook-endpoint', url: endpoint.url, accepted: true, message: 'The handshake succeeded.' });
      return true;
    } catch (error) {
      if (!(error instanceof CallFailedError)) throw error;
      tell({ event: 'webhook-endpoint', url: endpoint.url, accepted: false, message: error.message });
      return false;
    }
  }

  #tryLater(endpoint: WebhookEndpoint): void {
    const retry = () => void this.#inTurn(() => this.#tryAgain(endpoint)).catch(this.#logFailure);
    this.#retryTimer = setTimeout(retry, limits.sandboxSubscriptionRetryMs);
  }

  async #tryAgain(endpoint: WebhookEndpoint): Promise<void> {
    if (this.#wanted === endpoint && !(await this.#try(endpoint))) this.#tryLater(endpoint);
  }

  /** One change at a time, so that the last one asked for is the one that stays. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#lastTurn.then(work);
    this.#lastTurn = turn.catch(() => {});
    return turn;
  }

  #logFailure = (error: unknown): void => {
    this.#options.logger.error({ err: error }, 'the webhook endpoint could not be set');
  };
}
