-- Up Migration
-- Who has written to a number in the last 24 hours: for so long it may say to them what it likes.
CREATE TABLE conversations (
  phone_number_id text NOT NULL,
  subject_id uuid NOT NULL,
  last_inbound_at_ms bigint NOT NULL,
  PRIMARY KEY (phone_number_id, subject_id)
);
CREATE INDEX conversations_by_age ON conversations (last_inbound_at_ms);

-- Whom a number must not write to: who stopped its marketing messages, and whom it blocked itself. Kept until that is
-- taken back, or the number's key is destroyed.
CREATE TABLE suppressions (
  phone_number_id text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('marketing', 'blocked')),
  -- The phone number, hashed with a key made from the number's.
  person_hash bytea NOT NULL,
  -- The phone number under the number's key, for the list of whom a business has blocked. Null for the others.
  sealed_person bytea CHECK ((sealed_person IS NOT NULL) = (kind = 'blocked')),
  since_ms bigint NOT NULL,
  PRIMARY KEY (phone_number_id, kind, person_hash)
);
ALTER TABLE suppressions ALTER COLUMN person_hash SET STATISTICS 0, ALTER COLUMN sealed_person SET STATISTICS 0;

ALTER TABLE numbers
  ADD COLUMN throughput_level text NOT NULL DEFAULT 'STANDARD' CHECK (throughput_level IN ('STANDARD', 'HIGH')),
  -- Whether the business is told by which identity keys it knows people.
  ADD COLUMN checks_identity boolean NOT NULL DEFAULT false;

-- What the contract calls a person's identity key hash; null in rows written by earlier versions.
ALTER TABLE sessions ADD COLUMN identity_hash bytea;

-- Down Migration
ALTER TABLE sessions DROP COLUMN identity_hash;
ALTER TABLE numbers DROP COLUMN checks_identity, DROP COLUMN throughput_level;
DROP TABLE suppressions, conversations;
