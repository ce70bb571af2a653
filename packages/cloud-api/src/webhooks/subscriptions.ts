import { randomInt } from 'node:crypto';
import type { Database, Transaction } from '@postern/postgres';
import type { Clock } from '@postern/protocol';
import type { AuditTrail } from '../audit/audit-trail.ts';
import { EndpointUnreachableError, type EndpointAnswer, type EndpointFetcher } from './endpoint.ts';

/** The callback URL did not prove that it expects webhooks; the message says how. Nothing was changed. */
export class HandshakeFailedError extends Error {
  override readonly name = 'HandshakeFailedError';
  readonly retryable = true;
}

/** Where an app wants its webhooks, and of which fields. */
export interface NewAppSubscription {
  readonly appId: string;
  readonly callbackUrl: string;
  readonly verifyToken: string;
  readonly fields: readonly string[];
}

interface SubscriptionsOptions {
  readonly db: Database;
  readonly clock: Clock;
  readonly fetcher: EndpointFetcher;
  readonly audit: AuditTrail;
}

/** Who gets which webhooks, and where (contract section 4.1). */
export class Subscriptions {
  readonly #db: Database;
  readonly #clock: Clock;
  readonly #fetcher: EndpointFetcher;
  readonly #audit: AuditTrail;

  constructor({ db, clock, fetcher, audit }: SubscriptionsOptions) {
    this.#db = db;
    this.#audit = audit;
    this.#clock = clock;
    this.#fetcher = fetcher;
  }

  /**
   * Sets an app's callback after the URL has answered the handshake. The verify token is not kept. What waits for the
   * app's next retry is due at once, since the URL has just shown that it answers.
   * @throws HandshakeFailedError | ForbiddenUrlError
   */
  async setApp({ appId, callbackUrl, verifyToken, fields }: NewAppSubscription): Promise<void> {
    await this.#shakeHands(callbackUrl, verifyToken);
    const now = this.#clock.now();
    await this.#db.transaction(async (tx) => {
      await this.#recordOfApp(tx, appId, 'webhook_set');
      await tx.execute(
        `INSERT INTO app_subscriptions (app_id, callback_url, fields, updated_at_ms) VALUES ($1, $2, $3, $4)
         ON CONFLICT (app_id) DO UPDATE
         SET callback_url = EXCLUDED.callback_url, fields = EXCLUDED.fields, updated_at_ms = EXCLUDED.updated_at_ms`,
        [appId, callbackUrl, fields, now],
      );
      await tx.execute(
        'UPDATE webhook_troubles SET next_attempt_at_ms = $2 WHERE app_id = $1 AND next_attempt_at_ms > $2',
        [appId, now],
      );
    });
  }

  /** Where an app's webhooks go; null when it has set no callback. */
  async findApp(appId: string): Promise<{ callbackUrl: string; fields: string[] } | null> {
    const [row] = await this.#db.query<{ callback_url: string; fields: string[] }>(
      'SELECT callback_url, fields FROM app_subscriptions WHERE app_id = $1',
      [appId],
    );
    return row ? { callbackUrl: row.callback_url, fields: row.fields } : null;
  }

  /** Ends an app's webhooks; those that wait are dropped. False when it had no callback. */
  async removeApp(appId: string): Promise<boolean> {
    return this.#db.transaction(async (tx) => {
      const isRemoved = (await tx.execute('DELETE FROM app_subscriptions WHERE app_id = $1', [appId])) > 0;
      if (isRemoved) await this.#recordOfApp(tx, appId, 'webhook_removed');
      return isRemoved;
    });
  }

  /** From now on the app gets the events of this business account. */
  async subscribe(wabaId: string, appId: string): Promise<void> {
    await this.#db.transaction(async (tx) => {
      await tx.execute('INSERT INTO subscribed_apps (waba_id, app_id) VALUES ($1, $2) ON CONFLICT DO NOTHING', [
        wabaId,
        appId,
      ]);
      const details = { setting: 'app_subscribed', app_id: appId } as const;
      await this.#audit.record(tx, { kind: 'settings', wabaId, details });
    });
  }

  /** The app gets nothing more of this business account; what waits is dropped. */
  async unsubscribe(wabaId: string, appId: string): Promise<void> {
    await this.#db.transaction(async (tx) => {
      await tx.execute('DELETE FROM subscribed_apps WHERE waba_id = $1 AND app_id = $2', [wabaId, appId]);
      const details = { setting: 'app_unsubscribed', app_id: appId } as const;
      await this.#audit.record(tx, { kind: 'settings', wabaId, details });
    });
  }

  /** The ids of the apps that get this business account's events. */
  async listSubscribed(wabaId: string): Promise<string[]> {
    const rows = await this.#db.query<{ app_id: string }>(
      'SELECT app_id FROM subscribed_apps WHERE waba_id = $1 ORDER BY app_id',
      [wabaId],
    );
    return rows.map(({ app_id: appId }) => appId);
  }

  /** Where an app's webhooks go concerns every account that it gets events of. */
  async #recordOfApp(tx: Transaction, appId: string, setting: 'webhook_set' | 'webhook_removed'): Promise<void> {
    const rows = await tx.query<{ waba_id: string }>('SELECT waba_id FROM subscribed_apps WHERE app_id = $1', [appId]);
    const entry = { kind: 'settings', details: { setting, app_id: appId } } as const;
    const entries = rows.map(({ waba_id: wabaId }) => ({ ...entry, wabaId }));
    await this.#audit.record(tx, ...(entries.length > 0 ? entries : [entry]));
  }

  async #shakeHands(callbackUrl: string, verifyToken: string): Promise<void> {
    const challenge = String(randomInt(1_000_000_000, 10_000_000_000));
    const { status, body } = await this.#ask(callbackUrl, {
      'hub.mode': 'subscribe',
      'hub.challenge': challenge,
      'hub.verify_token': verifyToken,
    });
    if (status !== 200) throw new HandshakeFailedError(`The callback URL answered ${status} instead of 200.`);
    if (body !== challenge) throw new HandshakeFailedError('The callback URL did not answer with the challenge.');
  }

  async #ask(callbackUrl: string, parameters: Record<string, string>): Promise<EndpointAnswer> {
    try {
      return await this.#fetcher.get(callbackUrl, parameters);
    } catch (error) {
      if (!(error instanceof EndpointUnreachableError)) throw error;
      throw new HandshakeFailedError(`The callback URL did not answer (${error.reason}).`, { cause: error });
    }
  }
}
