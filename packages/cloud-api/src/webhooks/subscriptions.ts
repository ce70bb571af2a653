import type { Database, Queryable, Transaction } from '@postern/postgres';
import { limits, type Clock } from '@postern/protocol';
import type { AuditTrail } from '../audit/audit-trail.ts';
import { defaultVersion } from '../contract/versions.ts';
import type { EndpointFetcher } from './endpoint.ts';
import { shakeHands, type Callback } from './handshake.ts';

/** An app would have more fields than it may. Nothing was changed. */
export class TooManyFieldsError extends Error {
  override readonly name = 'TooManyFieldsError';
  readonly retryable = false;
}

/** A field that an app has subscribed to, with the version that shapes its values. */
export interface SubscribedField {
  readonly name: string;
  readonly version: string;
}

/** Where an app's webhooks go, and of which fields. */
export interface AppSubscription {
  readonly callbackUrl: string;
  readonly fields: readonly SubscribedField[];
}

interface AppRow {
  callback_url: string;
  fields: string[];
  versions: Record<string, string>;
}

export interface SubscriptionsOptions {
  readonly db: Database;
  readonly clock: Clock;
  readonly fetcher: EndpointFetcher;
  readonly audit: AuditTrail;
}

/** Which apps get which webhooks (contract section 4.1, level 3). */
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
   * Sets an app's callback after the URL has answered the handshake, and adds fields to those that it has, each with its
   * version from now on. What waits for the app's next retry is due at once, since the URL has just shown that it answers.
   * @throws HandshakeFailedError | ForbiddenUrlError | TooManyFieldsError
   */
  async setApp(appId: string, callback: Callback, fields: readonly SubscribedField[]): Promise<void> {
    await shakeHands(this.#fetcher, callback);
    const now = this.#clock.now();
    const names = fields.map(({ name }) => name);
    const versions = JSON.stringify(Object.fromEntries(fields.map(({ name, version }) => [name, version])));
    await this.#db.transaction(async (tx) => {
      await this.#recordOfApp(tx, appId, 'webhook_set');
      const [row] = await tx.query<{ count: number }>(
        `INSERT INTO app_subscriptions AS a (app_id, callback_url, fields, versions, updated_at_ms)
         VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (app_id) DO UPDATE
         SET callback_url = EXCLUDED.callback_url, updated_at_ms = EXCLUDED.updated_at_ms,
           fields = a.fields || ARRAY(
             SELECT name FROM unnest(EXCLUDED.fields) WITH ORDINALITY AS new (name, place)
             WHERE name <> ALL(a.fields) ORDER BY place),
           versions = a.versions || EXCLUDED.versions
         RETURNING cardinality(fields) AS count`,
        [appId, callback.url, names, versions, now],
      );
      if ((row?.count ?? 0) > limits.maxWebhookFields) throw new TooManyFieldsError();
      await makeRetriesDue(tx, { appId, nowMs: now });
    });
  }

  /** What an app has subscribed to; null when it has set no callback. */
  async findApp(appId: string): Promise<AppSubscription | null> {
    const [row] = await this.#db.query<AppRow>(
      'SELECT callback_url, fields, versions FROM app_subscriptions WHERE app_id = $1',
      [appId],
    );
    if (!row) return null;
    const fields = row.fields.map((name) => ({ name, version: row.versions[name] ?? defaultVersion }));
    return { callbackUrl: row.callback_url, fields };
  }

  /** Ends an app's webhooks of these fields, or all of them; what waits of them is dropped. False when it had no callback. */
  async removeApp(appId: string, fields: readonly string[] | null = null): Promise<boolean> {
    return this.#db.transaction(async (tx) => {
      const removed = fields === null ? await removeAll(tx, appId) : await removeFields(tx, appId, fields);
      if (removed) await this.#recordOfApp(tx, appId, 'webhook_removed');
      return removed;
    });
  }

  /** Where an app's webhooks go concerns every account that it gets events of. */
  async #recordOfApp(tx: Transaction, appId: string, setting: 'webhook_set' | 'webhook_removed'): Promise<void> {
    const rows = await tx.query<{ waba_id: string }>('SELECT waba_id FROM subscribed_apps WHERE app_id = $1', [appId]);
    const entry = { kind: 'settings', details: { setting, app_id: appId } } as const;
    const entries = rows.map(({ waba_id: wabaId }) => ({ ...entry, wabaId }));
    await this.#audit.record(tx, ...(entries.length > 0 ? entries : [entry]));
  }
}

/** What waits for a retry is due now: of all of an app's lanes, or of one. */
export async function makeRetriesDue(
  tx: Queryable,
  { appId, ownerIds = null, nowMs }: { appId: string; ownerIds?: readonly string[] | null; nowMs: number },
): Promise<void> {
  await tx.execute(
    `UPDATE webhook_troubles SET next_attempt_at_ms = $3
     WHERE app_id = $1 AND ($2::text[] IS NULL OR owner_id = ANY($2)) AND next_attempt_at_ms > $3`,
    [appId, ownerIds, nowMs],
  );
}

async function removeAll(tx: Transaction, appId: string): Promise<boolean> {
  return (await tx.execute('DELETE FROM app_subscriptions WHERE app_id = $1', [appId])) > 0;
}

/** With its last field goes the callback. */
async function removeFields(tx: Transaction, appId: string, fields: readonly string[]): Promise<boolean> {
  const [row] = await tx.query<{ left: number }>(
    `UPDATE app_subscriptions SET versions = versions - $2::text[],
       fields = ARRAY(SELECT name FROM unnest(fields) WITH ORDINALITY AS old (name, place)
         WHERE name <> ALL($2) ORDER BY place)
     WHERE app_id = $1 RETURNING cardinality(fields) AS left`,
    [appId, fields],
  );
  if (row?.left === 0) await removeAll(tx, appId);
  return row !== undefined;
}
