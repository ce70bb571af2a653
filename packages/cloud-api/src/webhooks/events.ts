import { updateFromRows, type Queryable, type UpdateSpec } from '@postern/postgres';
import type { MessageId } from '@postern/protocol';
import { isOverridable } from './fields.ts';

/** Notified when events of accounts have been committed, by whatever process. */
export const accountEventsChannel = 'account_webhook_events';

/** What becomes of a message of the business's. */
export type StatusKind = 'sent' | 'delivered' | 'read' | 'played' | 'failed';

/** What an event of the field `messages` says of the message that it names. */
export type WebhookEventKind = 'message' | 'system' | StatusKind;

/** Something an app wants to know. It names the message; person and content stay in the sealed message. */
export interface NewWebhookEvent {
  readonly kind: WebhookEventKind;
  readonly messageId: MessageId;
  readonly acceptedS: number;
  /** Contract section 6.8; for failed messages only. */
  readonly errorCode: number | null;
  readonly happenedAtMs: number;
  /** The first that says that the person has the message. */
  readonly isArrival?: boolean;
}

/** A number with its business account. */
export interface EventOwner {
  readonly phoneNumberId: string;
  readonly wabaId: string;
}

const queueEvents: UpdateSpec & { returning?: false } = {
  name: 'webhook-events.queue',
  columns: [
    { name: 'owner_id', type: 'text' },
    { name: 'waba_id', type: 'text' },
    { name: 'kind', type: 'text' },
    { name: 'message_id', type: 'text' },
    { name: 'accepted_s', type: 'bigint' },
    { name: 'error_code', type: 'integer' },
    { name: 'happened_at_ms', type: 'bigint' },
    { name: 'is_arrival', type: 'boolean' },
    { name: 'ordinal', type: 'integer' },
  ],
  // Event ids are drawn after the sort, so they rise in the order given.
  tail: `INSERT INTO webhook_events (owner_id, app_id, kind, message_id, accepted_s, error_code, happened_at_ms, is_arrival)
    SELECT v.owner_id, s.app_id, v.kind, v.message_id, v.accepted_s, v.error_code, v.happened_at_ms, v.is_arrival
    FROM v JOIN subscribed_apps s ON s.waba_id = v.waba_id ORDER BY v.ordinal, s.app_id`,
};

/**
 * Queues events of the field `messages` inside the caller's transaction, one row for each app subscribed to the business
 * account, in the order given. Returns the number of rows. Wake the delivery after the commit.
 */
export async function queueWebhookEvents(
  tx: Queryable,
  { phoneNumberId, wabaId }: EventOwner,
  events: readonly NewWebhookEvent[],
): Promise<number> {
  const rows = events.map(({ kind, messageId, acceptedS, errorCode, happenedAtMs, isArrival = false }, ordinal) => [
    phoneNumberId,
    wabaId,
    kind,
    messageId,
    acceptedS,
    errorCode,
    happenedAtMs,
    isArrival,
    ordinal,
  ]);
  return updateFromRows(tx, queueEvents, rows);
}

const queuePreferences: UpdateSpec & { returning?: false } = {
  name: 'webhook-events.queue-preferences',
  columns: [
    { name: 'phone_number_id', type: 'text' },
    { name: 'waba_id', type: 'text' },
    { name: 'message_id', type: 'text' },
    { name: 'accepted_s', type: 'bigint' },
    { name: 'happened_at_ms', type: 'bigint' },
    { name: 'ordinal', type: 'integer' },
  ],
  tail: `INSERT INTO webhook_events (owner_id, app_id, kind, phone_number_id, message_id, accepted_s, happened_at_ms)
    SELECT v.waba_id, s.app_id, 'preference', v.phone_number_id, v.message_id, v.accepted_s, v.happened_at_ms
    FROM v JOIN subscribed_apps s ON s.waba_id = v.waba_id
      JOIN app_subscriptions a ON a.app_id = s.app_id AND 'user_preferences' = ANY(a.fields)
    ORDER BY v.ordinal, s.app_id`,
};

/**
 * Queues events of the field `user_preferences` inside the caller's transaction. Each names a stored row of `messages` whose
 * content is a MarketingPreference: so who it was stays sealed, and is erased with the rest. The delivery wakes by itself
 * at the commit. Returns the number of rows.
 */
export async function queuePreferenceEvents(
  tx: Queryable,
  { phoneNumberId, wabaId }: EventOwner,
  events: readonly Pick<NewWebhookEvent, 'messageId' | 'acceptedS' | 'happenedAtMs'>[],
): Promise<number> {
  const rows = events.map(({ messageId, acceptedS, happenedAtMs }, ordinal) => {
    return [phoneNumberId, wabaId, messageId, acceptedS, happenedAtMs, ordinal];
  });
  const queued = await updateFromRows(tx, queuePreferences, rows);
  if (queued > 0) await tx.query('SELECT pg_notify($1, $2)', [accountEventsChannel, '']);
  return queued;
}

/** What is said of an account or a number in one field of webhooks. */
export interface ValueEvent {
  readonly field: string;
  /**
   * The `value` of the change as contract section 4.6 has it, in the newest of its shapes: older ones are made of it when it
   * is sent (`versioned-values.ts`). It is stored as it is, so it must hold no personal data.
   */
  readonly value: object;
  readonly happenedAtMs: number;
}

/**
 * Queues one event of a business account for each app that is subscribed to it and to this field, inside the caller's
 * transaction: `account_update`, `message_template_status_update`, `business_capability_update` and the like. The delivery
 * wakes by itself at the commit. Returns the number of rows.
 */
export function queueAccountEvent(tx: Queryable, wabaId: string, event: ValueEvent): Promise<number> {
  return queueValue(tx, { ownerId: wabaId, wabaId }, event);
}

/**
 * The same for an event of one number: `security`, `phone_number_quality_update`, `account_settings_update` and the like.
 * Where a number's own URL may apply to the field, the event keeps its order with the number's messages; otherwise it
 * goes the way of its account's events.
 */
export function queueNumberEvent(
  tx: Queryable,
  { phoneNumberId, wabaId }: EventOwner,
  event: ValueEvent,
): Promise<number> {
  return queueValue(tx, { ownerId: isOverridable(event.field) ? phoneNumberId : wabaId, wabaId }, event);
}

/** Queues one event of every account and app that is subscribed to this field, otherwise as {@link queueAccountEvent}. */
export function queueAccountEvents(tx: Queryable, event: ValueEvent): Promise<number> {
  return queueValue(tx, { ownerId: null, wabaId: null }, event);
}

async function queueValue(
  tx: Queryable,
  { ownerId, wabaId }: { readonly ownerId: string | null; readonly wabaId: string | null },
  { field, value, happenedAtMs }: ValueEvent,
): Promise<number> {
  const queued = await tx.execute(
    `INSERT INTO webhook_events (owner_id, app_id, kind, field, value, happened_at_ms)
     SELECT coalesce($4, s.waba_id), s.app_id, 'account', $1, $2, $3
     FROM subscribed_apps s JOIN app_subscriptions a ON a.app_id = s.app_id AND $1 = ANY(a.fields)
     WHERE $5::text IS NULL OR s.waba_id = $5
     ORDER BY s.waba_id, s.app_id`,
    [field, JSON.stringify(value), happenedAtMs, ownerId, wabaId],
  );
  if (queued > 0) await tx.query('SELECT pg_notify($1, $2)', [accountEventsChannel, '']);
  return queued;
}
