import type { Database } from '@postern/postgres';
import { limits } from '@postern/protocol';
import {
  attemptValues,
  endTrouble,
  givenUpValues,
  giveUpEvents,
  noteAttempt,
  noteTrouble,
  settleEvents,
  troubleEnds,
  type Attempt,
  type GivenUp,
} from './delivery-statements.ts';
import {
  toEvent,
  toTarget,
  type EventRow,
  type FoundLane,
  type LaneName,
  type LaneTarget,
  type ListedLane,
  type TargetRow,
  type WebhookEvent,
} from './webhook-event.ts';

interface Trouble {
  readonly attempts: number;
  readonly nowMs: number;
  readonly nextAttemptAtMs: number;
}

interface LaneRow {
  owner_id: string;
  app_id: string;
  attempts: number;
}

/** The statements of webhook delivery. */
export class WebhookEventStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** A number's lanes that have events and need not wait for a retry. Steps from app to app, however many events there are. */
  async listLanesOf(ownerId: string, nowMs: number): Promise<FoundLane[]> {
    const rows = await this.#db.prepared<LaneRow>(
      'webhook-events.lanes-of',
      `WITH RECURSIVE lane(app_id) AS (
         SELECT min(app_id) FROM webhook_events WHERE owner_id = $1
         UNION ALL
         SELECT (SELECT min(e.app_id) FROM webhook_events e WHERE e.owner_id = $1 AND e.app_id > lane.app_id)
         FROM lane WHERE lane.app_id IS NOT NULL
       )
       SELECT $1 AS owner_id, lane.app_id, coalesce(t.attempts, 0) AS attempts
       FROM lane LEFT JOIN webhook_troubles t ON t.owner_id = $1 AND t.app_id = lane.app_id
       WHERE lane.app_id IS NOT NULL AND (t.app_id IS NULL OR t.next_attempt_at_ms <= $2)`,
      [ownerId, nowMs],
    );
    return rows.map(toFoundLane);
  }

  /** A page of all lanes that have events, in order, those that wait for a retry included. */
  async listLanes(after: LaneName, { nowMs, limit }: { nowMs: number; limit: number }): Promise<ListedLane[]> {
    const rows = await this.#db.query<LaneRow & { is_due: boolean }>(
      `SELECT lane.owner_id, lane.app_id, coalesce(t.attempts, 0) AS attempts,
              t.app_id IS NULL OR t.next_attempt_at_ms <= $3 AS is_due
       FROM (SELECT DISTINCT owner_id, app_id FROM webhook_events WHERE (owner_id, app_id) > ($1, $2)
             ORDER BY owner_id, app_id LIMIT $4) lane
         LEFT JOIN webhook_troubles t ON t.owner_id = lane.owner_id AND t.app_id = lane.app_id
       ORDER BY lane.owner_id, lane.app_id`,
      [after.ownerId, after.appId, nowMs, limit],
    );
    return rows.map((row) => ({ ...toFoundLane(row), isDue: row.is_due }));
  }

  /** Lanes whose retry is due, the longest due first. */
  async listDueLanes(nowMs: number, limit: number): Promise<FoundLane[]> {
    const rows = await this.#db.prepared<LaneRow>(
      'webhook-troubles.due',
      `SELECT owner_id, app_id, attempts FROM webhook_troubles
       WHERE next_attempt_at_ms <= $1 ORDER BY next_attempt_at_ms LIMIT $2`,
      [nowMs, limit],
    );
    return rows.map(toFoundLane);
  }

  /**
   * Where this lane goes; null when its app is not subscribed to the business account any more, or has no callback. The
   * most specific URL wins: the number's, then the account's, then the app's. What is in an account's lane goes to the app's.
   */
  async findTarget({ ownerId, appId }: LaneName): Promise<LaneTarget | null> {
    const [row] = await this.#db.prepared<TargetRow>(
      'webhook-events.target',
      `SELECT s.waba_id, n.phone_number, a.fields, a.versions,
         CASE WHEN n.phone_number IS NULL THEN a.callback_url
           ELSE coalesce(w.override_url, s.override_url, a.callback_url) END AS callback_url
       FROM (SELECT $1::text AS owner_id) o
         LEFT JOIN numbers n ON n.phone_number_id = o.owner_id
         LEFT JOIN number_webhooks w ON w.phone_number_id = o.owner_id AND w.app_id = $2 AND w.waba_id = n.waba_id
         JOIN subscribed_apps s ON s.waba_id = coalesce(n.waba_id, o.owner_id) AND s.app_id = $2
         JOIN app_subscriptions a ON a.app_id = s.app_id`,
      [ownerId, appId],
    );
    return row ? toTarget(ownerId, row) : null;
  }

  /** The lane's first events, in order. */
  async loadEvents({ ownerId, appId }: LaneName, limit: number): Promise<WebhookEvent[]> {
    const rows = await this.#db.prepared<EventRow>(
      'webhook-events.load',
      `SELECT e.event_id, e.kind, e.message_id, e.accepted_s, e.error_code, e.is_arrival, e.happened_at_ms, e.field,
         e.value, e.phone_number_id, n.phone_number
       FROM webhook_events e LEFT JOIN numbers n ON n.phone_number_id = e.phone_number_id
       WHERE e.owner_id = $1 AND e.app_id = $2 ORDER BY e.event_id LIMIT $3`,
      [ownerId, appId, limit],
    );
    return rows.map(toEvent);
  }

  /** Deletes events that will not be sent. */
  async dropEvents({ ownerId, appId }: LaneName, eventIds: readonly number[]): Promise<void> {
    await this.#db.prepared(
      'webhook-events.drop',
      'DELETE FROM webhook_events WHERE owner_id = $1 AND app_id = $2 AND event_id = ANY($3::bigint[])',
      [ownerId, appId, eventIds],
    );
  }

  /** Deletes events that were tried for too long, and notes in the log that they were given up, in one statement. */
  async giveUpEvents({ ownerId, appId }: LaneName, eventIds: readonly number[], log: GivenUp): Promise<void> {
    await this.#db.prepared('webhook-events.give-up', giveUpEvents, [ownerId, appId, eventIds, ...givenUpValues(log)]);
  }

  /** Deletes events that the app has, and with them what was noted of its trouble, and logs it, in one statement. */
  async settleEvents({ ownerId, appId }: LaneName, eventIds: readonly number[], log: Attempt): Promise<void> {
    await this.#db.prepared('webhook-events.settle', settleEvents, [ownerId, appId, eventIds, ...attemptValues(log)]);
  }

  /** Notes that nothing is left to be in trouble with. */
  async endTrouble({ ownerId, appId }: LaneName): Promise<void> {
    await this.#db.query(endTrouble, [ownerId, appId]);
  }

  /** Deletes a bounded number of a lane's events that go nowhere, and its trouble. Returns how many events. */
  dropLane({ ownerId, appId }: LaneName): Promise<number> {
    return this.#db.execute(
      `WITH ${troubleEnds}
       DELETE FROM webhook_events WHERE owner_id = $1 AND app_id = $2 AND event_id IN (
         SELECT event_id FROM webhook_events WHERE owner_id = $1 AND app_id = $2 ORDER BY event_id LIMIT $3)`,
      [ownerId, appId, limits.maxWebhookEventsPerDelete],
    );
  }

  /** Notes that a request failed, and when the next may be made; with what was tried, when it came to a request. */
  async noteTrouble({ ownerId, appId }: LaneName, trouble: Trouble, log: Attempt | null): Promise<void> {
    const { attempts, nowMs, nextAttemptAtMs } = trouble;
    const values = [ownerId, appId, attempts, nowMs, nextAttemptAtMs];
    if (log) await this.#db.prepared('webhook-troubles.log', noteAttempt, [...values, ...attemptValues(log)]);
    else await this.#db.query(noteTrouble, values);
  }
}

function toFoundLane({ owner_id: ownerId, app_id: appId, attempts }: LaneRow): FoundLane {
  return { ownerId, appId, attempts };
}
