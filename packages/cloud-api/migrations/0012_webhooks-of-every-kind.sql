-- Up Migration
-- A voice note was played; and "played" never goes back to "read".
ALTER TABLE messages
  DROP CONSTRAINT messages_state_check,
  ADD CONSTRAINT messages_state_check
    CHECK (state IN ('accepted', 'delivered', 'read', 'played', 'failed', 'received'));

-- The version with which each field was subscribed: it decides the shape of the field's values.
ALTER TABLE app_subscriptions ADD COLUMN versions jsonb NOT NULL DEFAULT '{}';

-- Where an app wants an account's events instead of at its own URL; null for there.
ALTER TABLE subscribed_apps ADD COLUMN override_url text;

-- Where an app wants one number's events instead of where its account's go.
CREATE TABLE number_webhooks (
  phone_number_id text NOT NULL,
  app_id text NOT NULL,
  waba_id text NOT NULL,
  override_url text NOT NULL,
  PRIMARY KEY (phone_number_id, app_id)
);

ALTER TABLE webhook_events
  -- The number of a message that is named in the lane of the number's account.
  ADD COLUMN phone_number_id text,
  -- The first event that says that the person has the message: the one that is priced.
  ADD COLUMN is_arrival boolean NOT NULL DEFAULT false,
  DROP CONSTRAINT webhook_events_kind_check,
  ADD CONSTRAINT webhook_events_kind_check
    CHECK (kind IN ('message', 'sent', 'delivered', 'read', 'played', 'failed', 'preference', 'account')),
  DROP CONSTRAINT webhook_events_shape_check,
  ADD CONSTRAINT webhook_events_shape_check CHECK (CASE kind
    WHEN 'account' THEN field IS NOT NULL AND value IS NOT NULL
      AND num_nonnulls(message_id, accepted_s, error_code, phone_number_id) = 0
    WHEN 'preference' THEN num_nonnulls(message_id, accepted_s, phone_number_id) = 3
      AND num_nonnulls(field, value, error_code) = 0
    ELSE message_id IS NOT NULL AND accepted_s IS NOT NULL AND num_nonnulls(field, value, phone_number_id) = 0
  END);

-- What was sent to apps: one row for each request that was taken or given up, and one for each lane whose request is
-- to be made again. The events are rows of "webhook_events" as JSON, without what they speak of.
CREATE TABLE webhook_deliveries (
  owner_id text NOT NULL,
  app_id text NOT NULL,
  delivery_id bigint GENERATED ALWAYS AS IDENTITY,
  waba_id text NOT NULL,
  state text NOT NULL CHECK (state IN ('delivered', 'retrying', 'failed')),
  callback_url text NOT NULL,
  events jsonb NOT NULL,
  event_count integer NOT NULL,
  body_bytes integer NOT NULL,
  attempts integer NOT NULL,
  first_attempt_at_ms bigint NOT NULL,
  last_attempt_at_ms bigint NOT NULL,
  -- Of the last attempt: how long it took, and the status of the answer or why there was none.
  duration_ms integer NOT NULL,
  http_status integer,
  failure text,
  next_attempt_at_ms bigint,
  redelivered_at_ms bigint,
  -- Never later than the end of the time for which a message that it names is kept.
  expires_at_ms bigint NOT NULL,
  PRIMARY KEY (owner_id, app_id, delivery_id)
);
CREATE UNIQUE INDEX webhook_deliveries_retrying ON webhook_deliveries (owner_id, app_id) WHERE state = 'retrying';
CREATE INDEX webhook_deliveries_of_app ON webhook_deliveries (app_id, delivery_id);
CREATE INDEX webhook_deliveries_expiring ON webhook_deliveries (expires_at_ms);

-- Down Migration
DROP TABLE webhook_deliveries, number_webhooks;
DELETE FROM webhook_events WHERE kind IN ('played', 'preference');
ALTER TABLE webhook_events
  DROP CONSTRAINT webhook_events_shape_check,
  DROP CONSTRAINT webhook_events_kind_check,
  ADD CONSTRAINT webhook_events_kind_check
    CHECK (kind IN ('message', 'sent', 'delivered', 'read', 'failed', 'account')),
  DROP COLUMN is_arrival,
  DROP COLUMN phone_number_id,
  ADD CONSTRAINT webhook_events_shape_check CHECK (CASE kind
    WHEN 'account' THEN field IS NOT NULL AND value IS NOT NULL AND num_nonnulls(message_id, accepted_s, error_code) = 0
    ELSE message_id IS NOT NULL AND accepted_s IS NOT NULL AND num_nonnulls(field, value) = 0
  END);
ALTER TABLE subscribed_apps DROP COLUMN override_url;
ALTER TABLE app_subscriptions DROP COLUMN versions;
UPDATE messages SET state = 'read' WHERE state = 'played';
ALTER TABLE messages
  DROP CONSTRAINT messages_state_check,
  ADD CONSTRAINT messages_state_check
    CHECK (state IN ('accepted', 'delivered', 'read', 'failed', 'received'));
