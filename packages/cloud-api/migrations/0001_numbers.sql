-- Up Migration
-- A business's numbers that are set up here, and who pumps them.
CREATE TABLE numbers (
  phone_number_id text PRIMARY KEY,
  waba_id text NOT NULL,
  -- The business's own number and name, as the business manager gave them last.
  phone_number text NOT NULL,
  verified_name text NOT NULL,
  state text NOT NULL CHECK (state IN ('unverified', 'verified', 'registered')),
  -- The registration under way at the transport.
  transport_registration_id text,
  account_id uuid,
  device_id smallint,
  -- Identity key pair, registration id and device secret, under the number key.
  sealed_device bytea,
  -- Two-step PIN: scrypt, salted.
  pin_hash bytea,
  pin_failures smallint NOT NULL DEFAULT 0,
  pin_locked_until_ms bigint NOT NULL DEFAULT 0,
  registered_at_ms bigint,
  -- Every write of a pump checks the epoch; taking a number over raises it.
  pump_epoch bigint NOT NULL DEFAULT 0,
  pump_owner integer
);
CREATE UNIQUE INDEX numbers_account ON numbers (account_id);

-- What a number's device knows of its peers. Sealed under the number key: identity key and session record.
CREATE TABLE sessions (
  phone_number_id text NOT NULL,
  account_id uuid NOT NULL,
  device_id smallint NOT NULL,
  version bigint NOT NULL,
  sealed bytea NOT NULL,
  used_at_ms bigint NOT NULL,
  PRIMARY KEY (phone_number_id, account_id, device_id)
) WITH (toast_tuple_target = 8160);
ALTER TABLE sessions ALTER COLUMN sealed SET STORAGE EXTERNAL, ALTER COLUMN sealed SET STATISTICS 0;

CREATE TABLE prekeys (
  phone_number_id text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('one-time', 'signed', 'kyber-one-time', 'kyber-last-resort')),
  prekey_id integer NOT NULL,
  sealed bytea NOT NULL,
  made_at_ms bigint NOT NULL,
  PRIMARY KEY (phone_number_id, kind, prekey_id)
);
ALTER TABLE prekeys ALTER COLUMN sealed SET STORAGE EXTERNAL, ALTER COLUMN sealed SET STATISTICS 0;

-- Base keys that opened a session with the last-resort prekey: a second use is a replay.
CREATE TABLE base_keys (
  phone_number_id text NOT NULL,
  base_key bytea NOT NULL,
  used_at_ms bigint NOT NULL,
  PRIMARY KEY (phone_number_id, base_key)
);

-- Down Migration
DROP TABLE base_keys, prekeys, sessions, numbers;
