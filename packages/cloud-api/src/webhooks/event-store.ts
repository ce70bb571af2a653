import type { Database } from '@postern/postgres';
import { limits, type MessageId, type PhoneNumber } from '@postern/protocol';
import type { WebhookEventKind } from './events.ts';

/** The events of one number or business account for one app, delivered in order, one request at a time. */
export interface LaneName {
  /** The id of a phone number, for events of its messages, or of a WhatsApp Business Account, for those of its own. */
  readonly ownerId: string;
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

/** An event that names a message. */
export interface MessageEvent {
  readonly eventId: number;
  readonly kind: WebhookEventKind;
  readonly messageId: MessageId;
  readonly acceptedS: number;
  readonly errorCode: number | null;
  readonly happenedAtMs: number;
}

/** An event of a whole account, with what it says. */
export interface AccountEvent {
  readonly eventId: number;
  readonly kind: 'account';
  /** The webhook field that an app must have subscribed to. */
  readonly field: string;
  readonly value: object;
  readonly happenedAtMs: number;
}

export type WebhookEvent = MessageEvent | AccountEvent;

/** Where the events of a number go. */
export interface NumberTarget {
  readonly phoneNumberId: string;
  readonly wabaId: string;
  readonly phoneNumber: PhoneNumber;
  readonly callbackUrl: string;
}

/** Where the events of an account go. */
export interface AccountTarget {
  readonly phoneNumberId: null;
  readonly wabaId: string;
  /** What the app wants of accounts. */
  readonly fields: readonly string[];
  readonly callbackUrl: string;
}

export type LaneTarget = NumberTarget | AccountTarget;

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

interface EventRow {
  event_id: number;
  kind: WebhookEventKind | 'account';
  message_id: MessageId | null;
  accepted_s: number | null;
  error_code: number | null;
  happened_at_ms: number;
  field: string | null;
  value: object | null;
}

interface TargetRow {
  waba_id: string;
  /** Null for a lane of an account. */
  phone_number: PhoneNumber | null;
  fields: string[];
  callback_url: string;
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
   * Where this lane goes; null when its app is not subscribed to the business account any more, or, for the lane of a
   * number, not to messages.
   */
  async findTarget({ ownerId, appId }: LaneName): Promise<LaneTarget | null> {
    const [row] = await this.#db.prepared<TargetRow>(
      'webhook-events.target',
      `SELECT s.waba_id, n.phone_number, a.fields, a.callback_url
       FROM (SELECT $1::text AS owner_id) o
         LEFT JOIN numbers n ON n.phone_number_id = o.owner_id
         JOIN subscribed_apps s ON s.waba_id = coalesce(n.waba_id, o.owner_id) AND s.app_id = $2
         JOIN app_subscriptions a ON a.app_id = s.app_id AND (n.phone_number IS NULL OR 'messages' = ANY(a.fields))`,
      [ownerId, appId],
    );
    return row ? toTarget(ownerId, row) : null;
  }

  /** The lane's first events, in order. */
  async loadEvents({ ownerId, appId }: LaneName, limit: number): Promise<WebhookEvent[]> {
    const rows = await this.#db.prepared<EventRow>(
      'webhook-events.load',
      `SELECT event_id, kind, message_id, accepted_s, error_code, happened_at_ms, field, value FROM webhook_events
       WHERE owner_id = $1 AND app_id = $2 ORDER BY event_id LIMIT $3`,
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

  /** Deletes events that the app has, and with them what was noted of its trouble, in one statement. */
  async settleEvents({ ownerId, appId }: LaneName, eventIds: readonly number[]): Promise<void> {
    await this.#db.prepared(
      'webhook-events.settle',
      `WITH trouble AS (DELETE FROM webhook_troubles WHERE owner_id = $1 AND app_id = $2)
       DELETE FROM webhook_events WHERE owner_id = $1 AND app_id = $2 AND event_id = ANY($3::bigint[])`,
      [ownerId, appId, eventIds],
    );
  }

  /** Deletes a bounded number of a lane's events that go nowhere, and its trouble. Returns how many events. */
  dropLane({ ownerId, appId }: LaneName): Promise<number> {
    return this.#db.execute(
      `WITH trouble AS (DELETE FROM webhook_troubles WHERE owner_id = $1 AND app_id = $2)
       DELETE FROM webhook_events WHERE owner_id = $1 AND app_id = $2 AND event_id IN (
         SELECT event_id FROM webhook_events WHERE owner_id = $1 AND app_id = $2 ORDER BY event_id LIMIT $3)`,
      [ownerId, appId, limits.maxWebhookEventsPerDelete],
    );
  }

  /** Notes that a request failed, and when the next may be made. */
  async noteTrouble({ ownerId, appId }: LaneName, { attempts, nowMs, nextAttemptAtMs }: Trouble): Promise<void> {
    await this.#db.query(
      `INSERT INTO webhook_troubles (owner_id, app_id, attempts, failing_since_ms, next_attempt_at_ms)
       VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (owner_id, app_id) DO UPDATE
       SET attempts = EXCLUDED.attempts, next_attempt_at_ms = EXCLUDED.next_attempt_at_ms`,
      [ownerId, appId, attempts, nowMs, nextAttemptAtMs],
    );
  }
}

function toFoundLane({ owner_id: ownerId, app_id: appId, attempts }: LaneRow): FoundLane {
  return { ownerId, appId, attempts };
}

function toTarget(ownerId: string, row: TargetRow): LaneTarget {
  const { waba_id: wabaId, phone_number: phoneNumber, fields, callback_url: callbackUrl } = row;
  if (phoneNumber === null) return { phoneNumberId: null, wabaId, fields, callbackUrl };
  return { phoneNumberId: ownerId, wabaId, phoneNumber, callbackUrl };
}

// A constraint of the table holds what the kinds have and what they have not.
function toEvent({ event_id: eventId, kind, happened_at_ms: happenedAtMs, ...row }: EventRow): WebhookEvent {
  if (kind === 'account') return { eventId, kind, field: row.field ?? '', value: row.value ?? {}, happenedAtMs };
  return {
    eventId,
    kind,
    messageId: row.message_id as MessageId,
    acceptedS: row.accepted_s ?? 0,
    errorCode: row.error_code,
    happenedAtMs,
  };
}
