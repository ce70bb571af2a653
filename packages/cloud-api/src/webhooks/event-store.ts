import type { Database } from '@postern/postgres';
import { limits, type MessageId, type PhoneNumber } from '@postern/protocol';
import type { WebhookEventKind } from './events.ts';

/** The events of one number for one app, delivered in order, one request at a time. */
export interface LaneName {
  readonly phoneNumberId: string;
  readonly appId: string;
}

export interface FoundLane extends LaneName {
  /** How many requests have failed since the last that did not. */
  readonly attempts: number;
}

export interface ListedLane extends FoundLane {
  /** It need not wait for its retry. */
  readonly isDue: boolean;
}

export interface WebhookEvent {
  readonly eventId: number;
  readonly kind: WebhookEventKind;
  readonly messageId: MessageId;
  readonly acceptedS: number;
  readonly errorCode: number | null;
  readonly happenedAtMs: number;
}

/** Where a lane's events go. */
export interface LaneTarget {
  readonly phoneNumberId: string;
  readonly wabaId: string;
  readonly phoneNumber: PhoneNumber;
  readonly callbackUrl: string;
}

interface Trouble {
  readonly attempts: number;
  readonly nowMs: number;
  readonly nextAttemptAtMs: number;
}

interface LaneRow {
  phone_number_id: string;
  app_id: string;
  attempts: number;
}

interface EventRow {
  event_id: number;
  kind: WebhookEventKind;
  message_id: MessageId;
  accepted_s: number;
  error_code: number | null;
  happened_at_ms: number;
}

interface TargetRow {
  waba_id: string;
  phone_number: PhoneNumber;
  callback_url: string;
}

/** The statements of webhook delivery. */
export class WebhookEventStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** A number's lanes that have events and need not wait for a retry. Steps from app to app, however many events there are. */
  async listLanesOf(phoneNumberId: string, nowMs: number): Promise<FoundLane[]> {
    const rows = await this.#db.prepared<LaneRow>(
      'webhook-events.lanes-of',
      `WITH RECURSIVE lane(app_id) AS (
         SELECT min(app_id) FROM webhook_events WHERE phone_number_id = $1
         UNION ALL
         SELECT (SELECT min(e.app_id) FROM webhook_events e WHERE e.phone_number_id = $1 AND e.app_id > lane.app_id)
         FROM lane WHERE lane.app_id IS NOT NULL
       )
       SELECT $1 AS phone_number_id, lane.app_id, coalesce(t.attempts, 0) AS attempts
       FROM lane LEFT JOIN webhook_troubles t ON t.phone_number_id = $1 AND t.app_id = lane.app_id
       WHERE lane.app_id IS NOT NULL AND (t.app_id IS NULL OR t.next_attempt_at_ms <= $2)`,
      [phoneNumberId, nowMs],
    );
    return rows.map(toFoundLane);
  }

  /** A page of all lanes that have events, in order, those that wait for a retry included. */
  async listLanes(after: LaneName, { nowMs, limit }: { nowMs: number; limit: number }): Promise<ListedLane[]> {
    const rows = await this.#db.query<LaneRow & { is_due: boolean }>(
      `SELECT lane.phone_number_id, lane.app_id, coalesce(t.attempts, 0) AS attempts,
              t.app_id IS NULL OR t.next_attempt_at_ms <= $3 AS is_due
       FROM (SELECT DISTINCT phone_number_id, app_id FROM webhook_events WHERE (phone_number_id, app_id) > ($1, $2)
             ORDER BY phone_number_id, app_id LIMIT $4) lane
         LEFT JOIN webhook_troubles t ON t.phone_number_id = lane.phone_number_id AND t.app_id = lane.app_id
       ORDER BY lane.phone_number_id, lane.app_id`,
      [after.phoneNumberId, after.appId, nowMs, limit],
    );
    return rows.map((row) => ({ ...toFoundLane(row), isDue: row.is_due }));
  }

  /** Lanes whose retry is due, the longest due first. */
  async listDueLanes(nowMs: number, limit: number): Promise<FoundLane[]> {
    const rows = await this.#db.prepared<LaneRow>(
      'webhook-troubles.due',
      `SELECT phone_number_id, app_id, attempts FROM webhook_troubles
       WHERE next_attempt_at_ms <= $1 ORDER BY next_attempt_at_ms LIMIT $2`,
      [nowMs, limit],
    );
    return rows.map(toFoundLane);
  }

  /** Where this lane goes; null when its app is not subscribed to messages of this business account any more. */
  async findTarget({ phoneNumberId, appId }: LaneName): Promise<LaneTarget | null> {
    const [row] = await this.#db.prepared<TargetRow>(
      'webhook-events.target',
      `SELECT n.waba_id, n.phone_number, a.callback_url
       FROM numbers n
         JOIN subscribed_apps s ON s.waba_id = n.waba_id AND s.app_id = $2
         JOIN app_subscriptions a ON a.app_id = s.app_id AND 'messages' = ANY(a.fields)
       WHERE n.phone_number_id = $1`,
      [phoneNumberId, appId],
    );
    if (!row) return null;
    const { waba_id: wabaId, phone_number: phoneNumber, callback_url: callbackUrl } = row;
    return { phoneNumberId, wabaId, phoneNumber, callbackUrl };
  }

  /** The lane's first events, in order. */
  async loadEvents({ phoneNumberId, appId }: LaneName, limit: number): Promise<WebhookEvent[]> {
    const rows = await this.#db.prepared<EventRow>(
      'webhook-events.load',
      `SELECT event_id, kind, message_id, accepted_s, error_code, happened_at_ms FROM webhook_events
       WHERE phone_number_id = $1 AND app_id = $2 ORDER BY event_id LIMIT $3`,
      [phoneNumberId, appId, limit],
    );
    return rows.map(toEvent);
  }

  /** Deletes events that will not be sent. */
  async dropEvents({ phoneNumberId, appId }: LaneName, eventIds: readonly number[]): Promise<void> {
    await this.#db.prepared(
      'webhook-events.drop',
      'DELETE FROM webhook_events WHERE phone_number_id = $1 AND app_id = $2 AND event_id = ANY($3::bigint[])',
      [phoneNumberId, appId, eventIds],
    );
  }

  /** Deletes events that the app has, and with them what was noted of its trouble, in one statement. */
  async settleEvents({ phoneNumberId, appId }: LaneName, eventIds: readonly number[]): Promise<void> {
    await this.#db.prepared(
      'webhook-events.settle',
      `WITH trouble AS (DELETE FROM webhook_troubles WHERE phone_number_id = $1 AND app_id = $2)
       DELETE FROM webhook_events WHERE phone_number_id = $1 AND app_id = $2 AND event_id = ANY($3::bigint[])`,
      [phoneNumberId, appId, eventIds],
    );
  }

  /** Deletes a bounded number of a lane's events that go nowhere, and its trouble. Returns how many events. */
  dropLane({ phoneNumberId, appId }: LaneName): Promise<number> {
    return this.#db.execute(
      `WITH trouble AS (DELETE FROM webhook_troubles WHERE phone_number_id = $1 AND app_id = $2)
       DELETE FROM webhook_events WHERE phone_number_id = $1 AND app_id = $2 AND event_id IN (
         SELECT event_id FROM webhook_events WHERE phone_number_id = $1 AND app_id = $2 ORDER BY event_id LIMIT $3)`,
      [phoneNumberId, appId, limits.maxWebhookEventsPerDelete],
    );
  }

  /** Notes that a request failed, and when the next may be made. */
  async noteTrouble({ phoneNumberId, appId }: LaneName, { attempts, nowMs, nextAttemptAtMs }: Trouble): Promise<void> {
    await this.#db.query(
      `INSERT INTO webhook_troubles (phone_number_id, app_id, attempts, failing_since_ms, next_attempt_at_ms)
       VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (phone_number_id, app_id) DO UPDATE
       SET attempts = EXCLUDED.attempts, next_attempt_at_ms = EXCLUDED.next_attempt_at_ms`,
      [phoneNumberId, appId, attempts, nowMs, nextAttemptAtMs],
    );
  }
}

function toFoundLane({ phone_number_id: phoneNumberId, app_id: appId, attempts }: LaneRow): FoundLane {
  return { phoneNumberId, appId, attempts };
}

function toEvent(row: EventRow): WebhookEvent {
  return {
    eventId: row.event_id,
    kind: row.kind,
    messageId: row.message_id,
    acceptedS: row.accepted_s,
    errorCode: row.error_code,
    happenedAtMs: row.happened_at_ms,
  };
}
