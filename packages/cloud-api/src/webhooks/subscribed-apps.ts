import type { Database, Transaction } from '@postern/postgres';
import type { Clock } from '@postern/protocol';
import type { AuditTrail } from '../audit/audit-trail.ts';
import type { EndpointFetcher } from './endpoint.ts';
import { shakeHands, type Callback } from './handshake.ts';
import { makeRetriesDue, type SubscriptionsOptions } from './subscriptions.ts';

/** An app wants events elsewhere of an account that it gets no events of. Nothing was changed. */
export class NotSubscribedError extends Error {
  override readonly name = 'NotSubscribedError';
  readonly retryable = false;
}

/** An app that gets an account's events, and where it wants them instead of at its own URL. */
export interface SubscribedApp {
  readonly appId: string;
  readonly overrideUrl: string | null;
}

/** Where an app's webhooks of one number would go, from the most to the least specific; what applies is the first that is set. */
export interface NumberCallbacks {
  readonly number: string | null;
  readonly account: string | null;
  readonly app: string | null;
}

/** One number and one app. */
export interface NumberOfApp {
  readonly phoneNumberId: string;
  readonly wabaId: string;
  readonly appId: string;
}

type Setting = 'app_subscribed' | 'app_unsubscribed' | 'webhook_override_set' | 'webhook_override_removed';

/** Which apps get which account's events, and where else than at their own URL (contract section 4.1, levels 1 and 2). */
export class SubscribedApps {
  readonly #db: Database;
  readonly #clock: Clock;
  readonly #fetcher: EndpointFetcher;
  readonly #audit: AuditTrail;

  constructor({ db, clock, fetcher, audit }: SubscriptionsOptions) {
    this.#db = db;
    this.#clock = clock;
    this.#fetcher = fetcher;
    this.#audit = audit;
  }

  /** From now on the app gets the events of this business account, at its own URL where a number has none of its own. */
  async subscribe(wabaId: string, appId: string): Promise<void> {
    await this.#db.transaction(async (tx) => {
      await tx.execute(
        `INSERT INTO subscribed_apps (waba_id, app_id) VALUES ($1, $2)
         ON CONFLICT (waba_id, app_id) DO UPDATE SET override_url = NULL`,
        [wabaId, appId],
      );
      await this.#record(tx, { wabaId, appId }, 'app_subscribed');
    });
  }

  /**
   * Sends the app's webhooks of this account's numbers to a URL of their own, when that has answered the handshake.
   * @throws NotSubscribedError | HandshakeFailedError | ForbiddenUrlError
   */
  async setAccountOverride(wabaId: string, appId: string, callback: Callback): Promise<void> {
    await this.#requireSubscribed(wabaId, appId);
    await shakeHands(this.#fetcher, callback);
    await this.#db.transaction(async (tx) => {
      const changed = await tx.execute(
        'UPDATE subscribed_apps SET override_url = $3 WHERE waba_id = $1 AND app_id = $2',
        [wabaId, appId, callback.url],
      );
      if (changed === 0) throw new NotSubscribedError();
      await makeRetriesDue(tx, { appId, ownerIds: await numbersOf(tx, wabaId), nowMs: this.#clock.now() });
      await this.#record(tx, { wabaId, appId }, 'webhook_override_set');
    });
  }

  /**
   * Sends the app's webhooks of one number to a URL of their own, when that has answered the handshake; null ends that.
   * @throws NotSubscribedError | HandshakeFailedError | ForbiddenUrlError
   */
  async setNumberOverride({ phoneNumberId, wabaId, appId }: NumberOfApp, callback: Callback | null): Promise<void> {
    if (callback) {
      await this.#requireSubscribed(wabaId, appId);
      await shakeHands(this.#fetcher, callback);
    }
    await this.#db.transaction(async (tx) => {
      if (callback)
        await tx.execute(
          `INSERT INTO number_webhooks (phone_number_id, app_id, waba_id, override_url) VALUES ($1, $2, $3, $4)
           ON CONFLICT (phone_number_id, app_id) DO UPDATE SET waba_id = $3, override_url = $4`,
          [phoneNumberId, appId, wabaId, callback.url],
        );
      else
        await tx.execute('DELETE FROM number_webhooks WHERE phone_number_id = $1 AND app_id = $2', [
          phoneNumberId,
          appId,
        ]);
      await makeRetriesDue(tx, { appId, ownerIds: [phoneNumberId], nowMs: this.#clock.now() });
      const setting = callback ? 'webhook_override_set' : 'webhook_override_removed';
      await this.#record(tx, { wabaId, appId, phoneNumberId }, setting);
    });
  }

  /** The app gets nothing more of this business account; what waits is dropped, and where else it went is forgotten. */
  async unsubscribe(wabaId: string, appId: string): Promise<void> {
    await this.#db.transaction(async (tx) => {
      await tx.execute('DELETE FROM subscribed_apps WHERE waba_id = $1 AND app_id = $2', [wabaId, appId]);
      await tx.execute('DELETE FROM number_webhooks WHERE waba_id = $1 AND app_id = $2', [wabaId, appId]);
      await this.#record(tx, { wabaId, appId }, 'app_unsubscribed');
    });
  }

  /** The apps that get this business account's events. */
  async list(wabaId: string): Promise<SubscribedApp[]> {
    const rows = await this.#db.query<{ app_id: string; override_url: string | null }>(
      'SELECT app_id, override_url FROM subscribed_apps WHERE waba_id = $1 ORDER BY app_id',
      [wabaId],
    );
    return rows.map(({ app_id: appId, override_url: overrideUrl }) => ({ appId, overrideUrl }));
  }

  async findNumberCallbacks({ phoneNumberId, wabaId, appId }: NumberOfApp): Promise<NumberCallbacks> {
    const [row] = await this.#db.query<NumberCallbacks>(
      `SELECT (SELECT override_url FROM number_webhooks WHERE phone_number_id = $1 AND app_id = $3) AS number,
         (SELECT override_url FROM subscribed_apps WHERE waba_id = $2 AND app_id = $3) AS account,
         (SELECT callback_url FROM app_subscriptions WHERE app_id = $3) AS app`,
      [phoneNumberId, wabaId, appId],
    );
    return row ?? { number: null, account: null, app: null };
  }

  async #requireSubscribed(wabaId: string, appId: string): Promise<void> {
    const rows = await this.#db.query('SELECT FROM subscribed_apps WHERE waba_id = $1 AND app_id = $2', [
      wabaId,
      appId,
    ]);
    if (rows.length === 0) throw new NotSubscribedError();
  }

  #record(
    tx: Transaction,
    { appId, ...concerned }: { wabaId: string; appId: string; phoneNumberId?: string },
    setting: Setting,
  ): Promise<void> {
    return this.#audit.record(tx, { kind: 'settings', ...concerned, details: { setting, app_id: appId } });
  }
}

async function numbersOf(tx: Transaction, wabaId: string): Promise<string[]> {
  const rows = await tx.query<{ phone_number_id: string }>('SELECT phone_number_id FROM numbers WHERE waba_id = $1', [
    wabaId,
  ]);
  return rows.map(({ phone_number_id: id }) => id);
}
