import type { Queryable } from '@postern/postgres';
import { limits } from '@postern/protocol';

/** Where an app of a business gets its webhooks. */
export interface WebhookDestination {
  readonly appId: string;
  readonly host: string;
}

/** Reads from a business's own settings what it is told about the processing of its data. */
export class BusinessDeclarations {
  readonly #db: Queryable;
  readonly #maxRetentionHours: number;

  constructor(db: Queryable, maxRetentionHours: number) {
    this.#db = db;
    this.#maxRetentionHours = maxRetentionHours;
  }

  /** How many hours each of these numbers keeps messages: its own setting, or the most when it is not set up yet. */
  async listRetentionHours(phoneNumberIds: readonly string[]): Promise<Map<string, number>> {
    const rows = await this.#db.query<{ phone_number_id: string; retention_hours: number }>(
      'SELECT phone_number_id, retention_hours FROM numbers WHERE phone_number_id = ANY($1)',
      [phoneNumberIds],
    );
    const own = new Map(rows.map(({ phone_number_id: id, retention_hours: hours }) => [id, hours]));
    return new Map(phoneNumberIds.map((id) => [id, own.get(id) ?? this.#maxRetentionHours]));
  }

  /** The hosts that the business account's webhooks go to. A path or a query may hold a secret: only the host is told. */
  async listWebhookDestinations(wabaId: string): Promise<WebhookDestination[]> {
    const rows = await this.#db.query<{ app_id: string; callback_url: string }>(
      `SELECT s.app_id, url.callback_url FROM subscribed_apps s JOIN app_subscriptions a ON a.app_id = s.app_id,
         LATERAL (SELECT a.callback_url UNION SELECT s.override_url
           UNION SELECT w.override_url FROM number_webhooks w WHERE w.waba_id = s.waba_id AND w.app_id = s.app_id) url
       WHERE s.waba_id = $1 AND url.callback_url IS NOT NULL ORDER BY s.app_id, url.callback_url LIMIT $2`,
      [wabaId, limits.maxAppsPerBusinessAccount * limits.maxPhoneNumbersPerBusinessAccount],
    );
    const destinations = new Map<string, WebhookDestination>();
    for (const { app_id: appId, callback_url: url } of rows) {
      const host = URL.parse(url)?.hostname ?? '';
      destinations.set(`${appId} ${host}`, { appId, host });
    }
    return [...destinations.values()];
  }
}
