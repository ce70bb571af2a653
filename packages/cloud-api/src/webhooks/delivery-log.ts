import { boundOf, cutWindow, type Window, type Windowed } from '../contract/list-window.ts';
import type { Database, Queryable } from '@postern/postgres';
import { limits, type Clock } from '@postern/protocol';
import type { UpkeepTask } from '../upkeep.ts';
import { accountEventsChannel } from './events.ts';
import { makeRetriesDue } from './subscriptions.ts';

export type DeliveryState = 'delivered' | 'retrying' | 'failed';

/** An event in a delivery, without what it speaks of. */
export interface LoggedEvent {
  readonly kind: string;
  /** The core of the wamid: it names no person. */
  readonly message_id?: string;
  readonly field?: string;
  readonly error_code?: number;
  readonly happened_at_ms: number;
}

/** A row of the log: what was sent when, and what was answered. */
export interface LoggedDelivery {
  readonly delivery_id: number;
  readonly owner_id: string;
  readonly waba_id: string;
  readonly state: DeliveryState;
  readonly callback_url: string;
  readonly events: readonly LoggedEvent[];
  readonly event_count: number;
  readonly body_bytes: number;
  readonly attempts: number;
  readonly first_attempt_at_ms: number;
  readonly last_attempt_at_ms: number;
  readonly duration_ms: number;
  readonly http_status: number | null;
  readonly failure: string | null;
  readonly next_attempt_at_ms: number | null;
  readonly redelivered_at_ms: number | null;
}

/** Which deliveries of an app; null does not matter. */
export interface DeliveryFilter {
  readonly phoneNumberId: string | null;
  readonly state: DeliveryState | null;
  /** Last attempted then or later. */
  readonly sinceMs: number | null;
}

/** What is to be sent once more: one delivery, or what failed. */
export type Redelivered = { readonly deliveryId: number } | { readonly failed: Omit<DeliveryFilter, 'state'> };

const deliveryColumns = `delivery_id, owner_id, waba_id, state, callback_url, events, event_count, body_bytes, attempts,
  first_attempt_at_ms, last_attempt_at_ms, duration_ms, http_status, failure, next_attempt_at_ms, redelivered_at_ms`;

/** The log of what was sent to each app. It is written with the deliveries themselves (`delivery-statements.ts`). */
export class DeliveryLog {
  readonly #db: Database;
  readonly #clock: Clock;

  constructor({ db, clock }: { db: Database; clock: Clock }) {
    this.#db = db;
    this.#clock = clock;
  }

  /** An app's deliveries, the latest first: those before one, or the latest when that is null. */
  async list(
    appId: string,
    { phoneNumberId, state, sinceMs }: DeliveryFilter,
    window: Window,
  ): Promise<Windowed<LoggedDelivery>> {
    const { bound, isBackwards, rows } = boundOf(window);
    const found = await this.#db.query<LoggedDelivery>(
      `SELECT ${deliveryColumns} FROM webhook_deliveries
       WHERE app_id = $1 AND expires_at_ms > $2 AND ($3::text IS NULL OR owner_id = $3)
         AND ($4::text IS NULL OR state = $4) AND ($5::bigint IS NULL OR last_attempt_at_ms >= $5)
         AND ($6::bigint IS NULL OR delivery_id ${isBackwards ? '>' : '<'} $6)
       ORDER BY delivery_id ${isBackwards ? '' : 'DESC'} LIMIT $7`,
      [appId, this.#clock.now(), phoneNumberId, state, sinceMs, bound, rows],
    );
    return cutWindow(found, window);
  }

  /**
   * Queues the events of these deliveries once more, behind what waits; a bounded number of deliveries, the oldest first. What
   * failed before is taken once; what is to be tried again anyway is tried at once. Returns how many deliveries, and
   * whether there are more.
   */
  async redeliver(appId: string, which: Redelivered): Promise<{ deliveries: number; hasMore: boolean }> {
    const nowMs = this.#clock.now();
    return this.#db.transaction(async (tx) => {
      const found = await choose(tx, { appId, which, nowMs });
      const chosen = found.slice(0, limits.maxRedeliveriesPerCall);
      const waiting = chosen.filter(({ state }) => state === 'retrying');
      const ended = chosen.filter(({ state }) => state !== 'retrying').map(({ delivery_id: id }) => id);
      await tx.query(queueAgain, [appId, ended]);
      await tx.query(
        'UPDATE webhook_deliveries SET redelivered_at_ms = $3 WHERE app_id = $1 AND delivery_id = ANY($2::bigint[])',
        [appId, ended, nowMs],
      );
      await makeRetriesDue(tx, { appId, ownerIds: waiting.map(({ owner_id: ownerId }) => ownerId), nowMs });
      await tx.query('SELECT pg_notify($1, $2)', [accountEventsChannel, '']);
      return { deliveries: chosen.length, hasMore: found.length > chosen.length };
    });
  }
}

interface ChosenRow {
  readonly delivery_id: number;
  readonly owner_id: string;
  readonly state: DeliveryState;
}

function choose(
  tx: Queryable,
  { appId, which, nowMs }: { appId: string; which: Redelivered; nowMs: number },
): Promise<ChosenRow[]> {
  if ('deliveryId' in which)
    return tx.query<ChosenRow>(
      `SELECT delivery_id, owner_id, state FROM webhook_deliveries
       WHERE app_id = $1 AND delivery_id = $2 AND expires_at_ms > $3 FOR UPDATE`,
      [appId, which.deliveryId, nowMs],
    );
  const { phoneNumberId, sinceMs } = which.failed;
  return tx.query<ChosenRow>(
    `SELECT delivery_id, owner_id, state FROM webhook_deliveries
     WHERE app_id = $1 AND expires_at_ms > $2 AND ($3::text IS NULL OR owner_id = $3)
       AND ($4::bigint IS NULL OR last_attempt_at_ms >= $4)
       AND (state = 'retrying' AND next_attempt_at_ms > $2 OR state = 'failed' AND redelivered_at_ms IS NULL)
     ORDER BY delivery_id LIMIT $5 FOR UPDATE`,
    [appId, nowMs, phoneNumberId, sinceMs, limits.maxRedeliveriesPerCall + 1],
  );
}

const queueAgain = `
  INSERT INTO webhook_events (owner_id, app_id, kind, message_id, accepted_s, error_code, happened_at_ms, field, value,
    phone_number_id, is_arrival)
  SELECT d.owner_id, d.app_id, e.kind, e.message_id, e.accepted_s, e.error_code, e.happened_at_ms, e.field, e.value,
    e.phone_number_id, coalesce(e.is_arrival, false)
  FROM webhook_deliveries d, ROWS FROM (jsonb_to_recordset(d.events) AS (kind text, message_id text, accepted_s bigint,
    error_code integer, happened_at_ms bigint, field text, value jsonb, phone_number_id text, is_arrival boolean)
  ) WITH ORDINALITY AS e (kind, message_id, accepted_s, error_code, happened_at_ms, field, value, phone_number_id,
    is_arrival, place)
  WHERE d.app_id = $1 AND d.delivery_id = ANY($2::bigint[])
  ORDER BY d.delivery_id, e.place`;

/** Keeps the log of deliveries within its limits: of age, and of rows for each app. */
export class DeliveryLogUpkeep implements UpkeepTask {
  readonly name = 'webhook deliveries';
  readonly #db: Database;
  readonly #clock: Clock;

  constructor({ db, clock }: { db: Database; clock: Clock }) {
    this.#db = db;
    this.#clock = clock;
  }

  async run(): Promise<void> {
    await this.#db.execute('DELETE FROM webhook_deliveries WHERE expires_at_ms <= $1', [this.#clock.now()]);
    await this.#db.execute(
      `WITH RECURSIVE app (app_id) AS (
         SELECT min(app_id) FROM webhook_deliveries
         UNION ALL
         SELECT (SELECT min(d.app_id) FROM webhook_deliveries d WHERE d.app_id > app.app_id)
         FROM app WHERE app.app_id IS NOT NULL
       ), excess AS (
         SELECT app_id, (SELECT d.delivery_id FROM webhook_deliveries d WHERE d.app_id = app.app_id
           ORDER BY d.delivery_id DESC OFFSET $1 LIMIT 1) AS up_to FROM app WHERE app_id IS NOT NULL
       )
       DELETE FROM webhook_deliveries d USING excess
       WHERE d.app_id = excess.app_id AND d.delivery_id <= excess.up_to AND d.state <> 'retrying'`,
      [limits.maxWebhookDeliveriesPerApp],
    );
  }
}
