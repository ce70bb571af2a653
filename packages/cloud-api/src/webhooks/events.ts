import { updateFromRows, type Queryable, type UpdateSpec } from '@postern/postgres';
import type { MessageId } from '@postern/protocol';

/** Notified when events of accounts have been committed, by whatever process. */
export const accountEventsChannel = 'account_webhook_events';

/** What an event says of the message that it names. */
export type WebhookEventKind = 'message' | 'sent' | 'delivered' | 'read' | 'failed';

/** Something an app wants to know. It names the message; person and content stay in the sealed message. */
export interface NewWebhookEvent {
  readonly kind: WebhookEventKind;
  readonly messageId: MessageId;
  readonly acceptedS: number;
  /** Contract section 6.8; for failed messages only. */
  readonly errorCode: number | null;
  readonly happenedAtMs: number;
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
    { name: 'ordinal', type: 'integer' },
  ],
  // Event ids are drawn after the sort, so they rise in the order given.
  tail: `INSERT INTO webhook_events (owner_id, app_id, kind, message_id, accepted_s, error_code, happened_at_ms)
    SELECT v.owner_id, s.app_id, v.kind, v.message_id, v.accepted_s, v.error_code, v.happened_at_ms
    FROM v JOIN subscribed_apps s ON s.waba_id = v.waba_id ORDER BY v.ordinal, s.app_id`,
};

/**
 * Queues events inside the caller's transaction, one row for each app subscribed to the business account, in the order
 * given. Returns the number of rows. Wake the delivery after the commit.
 */
export async function queueWebhookEvents(
  tx: Queryable,
  { phoneNumberId, wabaId }: { readonly phoneNumberId: string; readonly wabaId: string },
  events: readonly NewWebhookEvent[],
): Promise<number> {
  const rows = events.map(({ kind, messageId, acceptedS, errorCode, happenedAtMs }, ordinal) => [
    phoneNumberId,
    wabaId,
    kind,
    messageId,
    acceptedS,
    errorCode,
    happenedAtMs,
    ordinal,
  ]);
  return updateFromRows(tx, queueEvents, rows);
}

/**
 * Queues one event of every account and app that is subscribed to this webhook field, inside the caller's transaction.
 * `value` is sent as it is and must hold no personal data. The delivery wakes by itself at the commit. Returns the
 * number of events.
 */
export async function queueAccountEvents(
  tx: Queryable,
  { field, value, happenedAtMs }: { readonly field: string; readonly value: object; readonly happenedAtMs: number },
): Promise<number> {
  const queued = await tx.execute(
    `INSERT INTO webhook_events (owner_id, app_id, kind, field, value, happened_at_ms)
     SELECT s.waba_id, s.app_id, 'account', $1, $2, $3
     FROM subscribed_apps s JOIN app_subscriptions a ON a.app_id = s.app_id AND $1 = ANY(a.fields)
     ORDER BY s.waba_id, s.app_id`,
    [field, JSON.stringify(value), happenedAtMs],
  );
  if (queued > 0) await tx.query('SELECT pg_notify($1, $2)', [accountEventsChannel, '']);
  return queued;
}
