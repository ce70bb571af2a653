import type { WebhookEvent } from './webhook-event.ts';

/** A request that was made to an app, as the log of deliveries keeps it. */
export interface Attempt {
  readonly wabaId: string;
  readonly callbackUrl: string;
  readonly events: readonly WebhookEvent[];
  readonly bodyBytes: number;
  readonly atMs: number;
  readonly durationMs: number;
  /** Null when there was no answer; `failure` says why then. */
  readonly httpStatus: number | null;
  readonly failure: string | null;
  readonly expiresAtMs: number;
}

/** Events that will not be tried any more. */
export type GivenUp = Pick<Attempt, 'wabaId' | 'callbackUrl' | 'events' | 'atMs' | 'expiresAtMs'>;

/** An event as the log keeps it: what it takes to queue it once more. */
export function loggedEvent(event: WebhookEvent): object {
  const { kind, happenedAtMs: happened_at_ms } = event;
  if (kind === 'account') return { kind, field: event.field, value: event.value, happened_at_ms };
  const named = { kind, message_id: event.messageId, accepted_s: event.acceptedS, happened_at_ms };
  if (kind === 'preference') return { ...named, phone_number_id: event.number?.phoneNumberId };
  return {
    ...named,
    ...(event.errorCode !== null && { error_code: event.errorCode }),
    ...(event.isArrival && { is_arrival: true }),
  };
}

/** The parameters of {@link settleEvents} from the fourth on, and of {@link noteAttempt} from the sixth on. */
export function attemptValues(attempt: Attempt): unknown[] {
  const { wabaId, callbackUrl, events, bodyBytes, atMs, durationMs, httpStatus, failure, expiresAtMs } = attempt;
  const logged = JSON.stringify(events.map(loggedEvent));
  return [wabaId, callbackUrl, logged, events.length, bodyBytes, atMs, durationMs, httpStatus, failure, expiresAtMs];
}

/** The parameters of {@link giveUpEvents} from the fourth on. */
export function givenUpValues({ wabaId, callbackUrl, events, atMs, expiresAtMs }: GivenUp): unknown[] {
  return [wabaId, callbackUrl, JSON.stringify(events.map(loggedEvent)), events.length, atMs, expiresAtMs];
}

const logColumns = `owner_id, app_id, waba_id, callback_url, events, event_count, body_bytes, last_attempt_at_ms,
  duration_ms, http_status, failure, expires_at_ms, first_attempt_at_ms, attempts, state, next_attempt_at_ms`;

/** Ends the trouble of the lane $1, $2: what was to be tried again is not any more. */
export const troubleEnds = `
  trouble AS (DELETE FROM webhook_troubles WHERE owner_id = $1 AND app_id = $2),
  closed AS (
    UPDATE webhook_deliveries SET state = 'failed', next_attempt_at_ms = NULL
    WHERE owner_id = $1 AND app_id = $2 AND state = 'retrying'
  )`;

export const endTrouble = `WITH ${troubleEnds} SELECT`;

/** A request was taken. It is a row of its own in the log, or ends the row of the attempts before it. */
export const settleEvents = `
  WITH trouble AS (DELETE FROM webhook_troubles WHERE owner_id = $1 AND app_id = $2),
  closed AS (
    UPDATE webhook_deliveries
    SET state = 'delivered', callback_url = $5, events = $6, event_count = $7, body_bytes = $8, last_attempt_at_ms = $9,
      duration_ms = $10, http_status = $11, failure = $12, expires_at_ms = $13, attempts = attempts + 1,
      next_attempt_at_ms = NULL
    WHERE owner_id = $1 AND app_id = $2 AND state = 'retrying' RETURNING 1
  ),
  logged AS (
    INSERT INTO webhook_deliveries (${logColumns})
    SELECT $1, $2, $4, $5, $6::jsonb, $7::integer, $8::integer, $9::bigint, $10::integer, $11::integer, $12, $13::bigint,
      $9::bigint, 1, 'delivered', NULL
    WHERE NOT EXISTS (SELECT FROM closed)
  )
  DELETE FROM webhook_events WHERE owner_id = $1 AND app_id = $2 AND event_id = ANY($3::bigint[])`;

/** The next attempt of a lane may be made at $5; it has failed so often since it last did not. */
export const noteTrouble = `
  INSERT INTO webhook_troubles (owner_id, app_id, attempts, failing_since_ms, next_attempt_at_ms)
  VALUES ($1, $2, $3, $4, $5)
  ON CONFLICT (owner_id, app_id) DO UPDATE
  SET attempts = EXCLUDED.attempts, next_attempt_at_ms = EXCLUDED.next_attempt_at_ms`;

/** The same, with what was tried: a lane has one row in the log for all the attempts of its first events. */
export const noteAttempt = `
  WITH trouble AS (${noteTrouble})
  INSERT INTO webhook_deliveries AS d (${logColumns})
  VALUES ($1, $2, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $11, 1, 'retrying', $5)
  ON CONFLICT (owner_id, app_id) WHERE state = 'retrying' DO UPDATE
  SET callback_url = EXCLUDED.callback_url, events = EXCLUDED.events, event_count = EXCLUDED.event_count,
    body_bytes = EXCLUDED.body_bytes, last_attempt_at_ms = EXCLUDED.last_attempt_at_ms,
    duration_ms = EXCLUDED.duration_ms, http_status = EXCLUDED.http_status, failure = EXCLUDED.failure,
    expires_at_ms = EXCLUDED.expires_at_ms, attempts = d.attempts + 1, next_attempt_at_ms = EXCLUDED.next_attempt_at_ms`;

/** What is given up ends the row of the attempts before it. */
export const giveUpEvents = `
  WITH closed AS (
    UPDATE webhook_deliveries
    SET state = 'failed', events = $6, event_count = $7, expires_at_ms = $9, next_attempt_at_ms = NULL
    WHERE owner_id = $1 AND app_id = $2 AND state = 'retrying' RETURNING 1
  ),
  logged AS (
    INSERT INTO webhook_deliveries (${logColumns})
    SELECT $1, $2, $4, $5, $6::jsonb, $7::integer, 0, $8::bigint, 0, NULL, NULL, $9::bigint, $8::bigint, 0, 'failed', NULL
    WHERE NOT EXISTS (SELECT FROM closed)
  )
  DELETE FROM webhook_events WHERE owner_id = $1 AND app_id = $2 AND event_id = ANY($3::bigint[])`;
