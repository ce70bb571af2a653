-- Up Migration
-- How a business knows people: which user id stands for whom. One row for each number that has had anything with the
-- person, sealed under the keys of number, person and hour of sealing, and anew while there is contact.
CREATE TABLE user_ids (
  phone_number_id text NOT NULL,
  subject_id uuid NOT NULL,
  -- The user id, hashed with a key made from the number's.
  user_id_hash bytea NOT NULL,
  -- The user id with the phone number and the account that it stands for.
  sealed bytea NOT NULL,
  sealed_at_ms bigint NOT NULL,
  PRIMARY KEY (phone_number_id, subject_id)
);
ALTER TABLE user_ids ALTER COLUMN user_id_hash SET STATISTICS 0, ALTER COLUMN sealed SET STATISTICS 0;
CREATE INDEX user_ids_by_hash ON user_ids (phone_number_id, user_id_hash);
CREATE INDEX user_ids_by_age ON user_ids (sealed_at_ms);

-- A person has another user id than before: a message that the system makes.
ALTER TABLE webhook_events
  DROP CONSTRAINT webhook_events_kind_check,
  ADD CONSTRAINT webhook_events_kind_check
    CHECK (kind IN ('message', 'sent', 'delivered', 'read', 'played', 'failed', 'system', 'preference', 'account'));

-- Down Migration
DELETE FROM webhook_events WHERE kind = 'system';
ALTER TABLE webhook_events
  DROP CONSTRAINT webhook_events_kind_check,
  ADD CONSTRAINT webhook_events_kind_check
    CHECK (kind IN ('message', 'sent', 'delivered', 'read', 'played', 'failed', 'preference', 'account'));
DROP TABLE user_ids;
