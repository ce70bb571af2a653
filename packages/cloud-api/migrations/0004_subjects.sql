-- Up Migration
-- What earlier versions sealed names no subject and has its keys in a keyring of another form: nothing of it opens here.
DO $$
BEGIN
  IF EXISTS (SELECT FROM numbers) THEN
    RAISE EXCEPTION 'this database was made by Postern 0.1.0, whose messages and sessions this version cannot open; start with an empty database';
  END IF;
END;
$$;

-- How long a number's messages may be kept, and whether its keys are to be destroyed.
ALTER TABLE numbers
  ADD COLUMN retention_hours smallint NOT NULL DEFAULT 720 CHECK (retention_hours BETWEEN 1 AND 720),
  -- Since when it is not registered any more and its key is to be destroyed.
  ADD COLUMN leaving_since_ms bigint;
CREATE INDEX numbers_leaving ON numbers (leaving_since_ms) WHERE leaving_since_ms IS NOT NULL;

-- How far a number's sessions have come. The keyring remembers the same outside the database: when it knows of more,
-- the database was restored from a backup.
CREATE TABLE session_generations (
  phone_number_id text PRIMARY KEY,
  generation bigint NOT NULL,
  -- The transport still has public prekeys whose private halves were dropped after a restore.
  must_replace_prekeys boolean NOT NULL DEFAULT false
);

-- Subject keys are wrapped by the key of their shard. Erasing one person gives the shard a new version, under which
-- all others are wrapped again, and destroys the key of the old one.
CREATE TABLE subject_shards (
  shard integer PRIMARY KEY,
  version integer NOT NULL,
  subjects integer NOT NULL
);

-- One person as one number knows them: a random id and a random key, nothing else.
CREATE TABLE subjects (
  phone_number_id text NOT NULL,
  subject_id uuid NOT NULL,
  shard integer NOT NULL,
  shard_version integer NOT NULL,
  wrapped_key bytea NOT NULL,
  -- The last hour (from 1970) in which there was anything with them.
  used_hour integer NOT NULL,
  PRIMARY KEY (phone_number_id, subject_id)
);
ALTER TABLE subjects ALTER COLUMN wrapped_key SET STATISTICS 0;
CREATE INDEX subjects_of_shard ON subjects (shard);
CREATE INDEX subjects_by_use ON subjects (used_hour);

-- Finds the subject of a phone number by a hash that is keyed with the hour's key: it dies with that key.
CREATE TABLE subject_lookups (
  phone_number_id text NOT NULL,
  hour integer NOT NULL,
  person_hash bytea NOT NULL,
  subject_id uuid NOT NULL,
  PRIMARY KEY (phone_number_id, hour, person_hash)
);
ALTER TABLE subject_lookups ALTER COLUMN person_hash SET STATISTICS 0;
CREATE INDEX subject_lookups_by_hour ON subject_lookups (hour);

-- Erasures that were asked for. They go on after a crash until they are done.
CREATE TABLE erasures (
  receipt_id uuid PRIMARY KEY,
  waba_id text NOT NULL,
  begun_at_ms bigint NOT NULL,
  keys_destroyed_at_ms bigint,
  done_at_ms bigint,
  messages integer NOT NULL DEFAULT 0,
  sessions integer NOT NULL DEFAULT 0
);
CREATE TABLE erased_subjects (
  receipt_id uuid NOT NULL,
  phone_number_id text NOT NULL,
  subject_id uuid NOT NULL,
  shard integer NOT NULL,
  PRIMARY KEY (receipt_id, phone_number_id, subject_id)
);

-- Sealed under the keys of number, subject and time of acceptance.
ALTER TABLE messages
  ADD COLUMN retention_hours smallint NOT NULL,
  ADD COLUMN subject_id uuid NOT NULL;
-- Messages of numbers that keep them for less than 30 days are deleted one by one; the others go with their day.
CREATE INDEX messages_short_lived ON messages ((accepted_s + retention_hours * 3600)) WHERE retention_hours < 720;
-- Null for what carries no content of its own: a retry request.
ALTER TABLE outbox
  ADD COLUMN retention_hours smallint,
  ADD COLUMN subject_id uuid;
-- Sealed under the keys of number, subject and hour of use. Null for a peer whose number was never seen.
ALTER TABLE sessions ADD COLUMN subject_id uuid;
-- Sealed under the keys of number and hour of sealing, and sealed anew before that hour's key is destroyed.
ALTER TABLE prekeys ADD COLUMN sealed_at_ms bigint NOT NULL;

-- Sealed records that were refused: damaged, or not where they belong.
CREATE TABLE seal_refusals (
  in_table text NOT NULL,
  day integer NOT NULL,
  count bigint NOT NULL,
  PRIMARY KEY (in_table, day)
);

-- Down Migration
DROP TABLE seal_refusals, erased_subjects, erasures, subject_lookups, subjects, subject_shards, session_generations;
ALTER TABLE prekeys DROP COLUMN sealed_at_ms;
ALTER TABLE sessions DROP COLUMN subject_id;
ALTER TABLE outbox DROP COLUMN retention_hours, DROP COLUMN subject_id;
ALTER TABLE messages DROP COLUMN retention_hours, DROP COLUMN subject_id;
ALTER TABLE numbers DROP COLUMN retention_hours, DROP COLUMN leaving_since_ms;
