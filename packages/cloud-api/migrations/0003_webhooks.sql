-- Up Migration
-- Where an app wants its webhooks (contract section 4.1, level 3).
CREATE TABLE app_subscriptions (
  app_id text PRIMARY KEY,
  callback_url text NOT NULL,
  fields text[] NOT NULL,
  updated_at_ms bigint NOT NULL
);

-- Which apps get the events of a WhatsApp Business Account.
CREATE TABLE subscribed_apps (
  waba_id text NOT NULL,
  app_id text NOT NULL,
  PRIMARY KEY (waba_id, app_id)
);

-- One row per event and app, deleted when the app has it. It names the message and says what happened;
-- the person and the content stay in the sealed message.
CREATE TABLE webhook_events (
  phone_number_id text NOT NULL,
  app_id text NOT NULL,
  event_id bigint GENERATED ALWAYS AS IDENTITY,
  kind text NOT NULL CHECK (kind IN ('message', 'sent', 'delivered', 'read', 'failed')),
  message_id text NOT NULL,
  accepted_s bigint NOT NULL,
  error_code integer,
  happened_at_ms bigint NOT NULL,
  PRIMARY KEY (phone_number_id, app_id, event_id)
);

-- Endpoints that fail: when the next attempt is due. No row means no trouble.
CREATE TABLE webhook_troubles (
  phone_number_id text NOT NULL,
  app_id text NOT NULL,
  attempts integer NOT NULL,
  failing_since_ms bigint NOT NULL,
  next_attempt_at_ms bigint NOT NULL,
  PRIMARY KEY (phone_number_id, app_id)
);

-- Down Migration
DROP TABLE webhook_troubles, webhook_events, subscribed_apps, app_subscriptions;
