-- Up Migration
-- One row per message, either way. Partitioned by day: old time is dropped, not deleted row by row.
CREATE TABLE messages (
  phone_number_id text NOT NULL,
  -- The hex core of the wamid.
  message_id text NOT NULL,
  sent_by_business boolean NOT NULL,
  -- Unix second of acceptance. A business's message id starts with it, so that a wamid names its partition.
  accepted_s bigint NOT NULL,
  -- A message of the business's is 'accepted' until the person's device has it; whether the transport has it
  -- already shows in the outbox.
  state text NOT NULL CHECK (state IN ('accepted', 'delivered', 'read', 'failed', 'received')),
  -- How often it was sent again because its recipient could not decrypt it.
  retries smallint NOT NULL DEFAULT 0,
  -- Content and the person's phone number, under the key of the hour of acceptance.
  sealed bytea NOT NULL,
  PRIMARY KEY (phone_number_id, message_id, sent_by_business, accepted_s)
) PARTITION BY RANGE (accepted_s);
ALTER TABLE messages ALTER COLUMN sealed SET STORAGE EXTERNAL, ALTER COLUMN sealed SET STATISTICS 0;

-- What is to be sent: waiting to be encrypted while "envelopes" is null, then waiting for the transport.
CREATE TABLE outbox (
  phone_number_id text NOT NULL,
  outbox_id bigint GENERATED ALWAYS AS IDENTITY,
  message_id text,
  accepted_s bigint NOT NULL,
  attempt smallint NOT NULL DEFAULT 0,
  -- Receipts and retries go to an account that is known; messages find theirs by the sealed phone number.
  account_id uuid,
  device_id smallint,
  -- The content of a receipt, under the key of the hour of acceptance.
  sealed bytea,
  -- Ciphertexts, in the wire's form. From here on these very bytes are sent, never others.
  envelopes bytea,
  expires_at_ms bigint NOT NULL,
  PRIMARY KEY (phone_number_id, outbox_id)
);
ALTER TABLE outbox
  ALTER COLUMN sealed SET STORAGE EXTERNAL, ALTER COLUMN sealed SET STATISTICS 0,
  ALTER COLUMN envelopes SET STORAGE EXTERNAL, ALTER COLUMN envelopes SET STATISTICS 0;
CREATE INDEX outbox_queued ON outbox (phone_number_id, outbox_id) WHERE envelopes IS NULL;

-- Envelopes that are dealt with, for as long as the transport may bring them again.
CREATE TABLE processed_envelopes (
  phone_number_id text NOT NULL,
  envelope_id uuid NOT NULL,
  is_readable boolean NOT NULL,
  processed_at_ms bigint NOT NULL,
  PRIMARY KEY (phone_number_id, envelope_id)
);

-- Makes the partitions of these days (days since 1970 in UTC), where they are missing.
CREATE FUNCTION ensure_message_partitions(first_day bigint, last_day bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  day bigint;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('ensure_message_partitions'));
  FOR day IN SELECT generate_series(first_day, last_day) LOOP
    EXECUTE format(
      'CREATE TABLE IF NOT EXISTS %I PARTITION OF messages FOR VALUES FROM (%s) TO (%s)',
      'messages_day_' || day, day * 86400, (day + 1) * 86400
    );
    EXECUTE format('ALTER TABLE %I SET (fillfactor = 80)', 'messages_day_' || day);
  END LOOP;
END;
$$;

-- Drops the partitions before this day. Returns how many there were.
CREATE FUNCTION drop_message_partitions(before_day bigint) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  partition text;
  dropped integer := 0;
BEGIN
  FOR partition IN
    SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = 'messages'::regclass AND substring(c.relname FROM 'messages_day_(\d+)')::bigint < before_day
  LOOP
    EXECUTE format('DROP TABLE %I', partition);
    dropped := dropped + 1;
  END LOOP;
  RETURN dropped;
END;
$$;

-- Down Migration
DROP FUNCTION drop_message_partitions(bigint), ensure_message_partitions(bigint, bigint);
DROP TABLE processed_envelopes, outbox, messages;
