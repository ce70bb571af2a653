-- Up Migration

-- Which process may write mailboxes: the one that raised the generation last.
CREATE TABLE writer (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  generation bigint NOT NULL
);
INSERT INTO writer (generation) VALUES (0);

-- A phone number on its way to an account. The registration id is known to its holder alone: here is its hash, and
-- it is the key of the code's hash, so that this table does not tell the code.
CREATE TABLE registrations (
  registration_hash bytea PRIMARY KEY,
  phone_number text NOT NULL,
  code_hash bytea NOT NULL,
  attempts integer NOT NULL DEFAULT 0,
  verified boolean NOT NULL DEFAULT false,
  account_id uuid,
  identity_key bytea,
  created_at_ms bigint NOT NULL,
  expires_at_ms bigint NOT NULL
);
CREATE INDEX registrations_by_phone_number ON registrations (phone_number, created_at_ms);
CREATE INDEX registrations_by_age ON registrations (created_at_ms);

-- A closed account is kept until no envelope of it can be in any mailbox, because envelopes name their sender.
CREATE TABLE accounts (
  account_id uuid PRIMARY KEY,
  phone_number text NOT NULL,
  created_at_ms bigint NOT NULL,
  closed_at_ms bigint
);
CREATE INDEX accounts_by_closing ON accounts (closed_at_ms) WHERE closed_at_ms IS NOT NULL;

-- The open account of each number.
CREATE TABLE phone_numbers (
  phone_number text PRIMARY KEY,
  account_id uuid NOT NULL
);

CREATE TABLE devices (
  account_id uuid NOT NULL,
  device_id integer NOT NULL,
  secret_hash bytea NOT NULL,
  registration_id integer NOT NULL,
  identity_key bytea NOT NULL,
  signed_prekey_id bigint NOT NULL,
  signed_prekey bytea NOT NULL,
  signed_prekey_signature bytea NOT NULL,
  kyber_last_resort_id bigint NOT NULL,
  kyber_last_resort bytea NOT NULL,
  kyber_last_resort_signature bytea NOT NULL,
  PRIMARY KEY (account_id, device_id)
);

-- A handed-out key leaves its id behind for a while, so that an upload that is repeated cannot bring it back.
CREATE TABLE one_time_prekeys (
  account_id uuid NOT NULL,
  device_id integer NOT NULL,
  kind text NOT NULL CHECK (kind IN ('ec', 'kyber')),
  prekey_id bigint NOT NULL,
  public_key bytea,
  signature bytea,
  handed_out_at_ms bigint,
  PRIMARY KEY (account_id, device_id, kind, prekey_id)
);
CREATE INDEX one_time_prekeys_left ON one_time_prekeys (account_id, device_id, kind, prekey_id)
  WHERE handed_out_at_ms IS NULL;
CREATE INDEX one_time_prekeys_by_handing_out ON one_time_prekeys (handed_out_at_ms)
  WHERE handed_out_at_ms IS NOT NULL;

-- What waits for a device. The peer is the sender of an envelope, and the recipient that a notice speaks of.
CREATE TABLE mailbox (
  account_id uuid NOT NULL,
  device_id integer NOT NULL,
  position bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
  kind text NOT NULL CHECK (kind IN ('envelope', 'delivered', 'undeliverable')),
  envelope_id uuid NOT NULL,
  peer_account_id uuid NOT NULL,
  peer_device_id integer NOT NULL,
  envelope_type integer,
  ciphertext bytea,
  commitment bytea,
  stored_at_ms bigint NOT NULL,
  PRIMARY KEY (account_id, device_id, position),
  UNIQUE (account_id, device_id, envelope_id, kind)
) WITH (
  toast_tuple_target = 8160,
  autovacuum_vacuum_scale_factor = 0.02,
  autovacuum_vacuum_insert_scale_factor = 0.1,
  autovacuum_analyze_scale_factor = 0.1,
  autovacuum_vacuum_cost_delay = 0
);
-- Ciphertext does not compress, and no statistics are to keep samples of it.
ALTER TABLE mailbox ALTER COLUMN ciphertext SET STORAGE EXTERNAL;
ALTER TABLE mailbox ALTER COLUMN ciphertext SET STATISTICS 0;
ALTER TABLE mailbox ALTER COLUMN commitment SET STATISTICS 0;
CREATE INDEX mailbox_by_age ON mailbox (stored_at_ms);

-- Down Migration

DROP TABLE mailbox, one_time_prekeys, devices, phone_numbers, accounts, registrations, writer;
