-- Up Migration
-- Whom a business began to write to in the last 24 hours, while no window was open: so many it may be, for all its numbers.
CREATE TABLE first_contacts (
  portfolio_id text NOT NULL,
  -- The day (from 1970 in UTC) whose key hashes the person.
  day integer NOT NULL,
  person_hash bytea NOT NULL,
  contacted_at_ms bigint NOT NULL,
  PRIMARY KEY (portfolio_id, day, person_hash)
);
ALTER TABLE first_contacts ALTER COLUMN person_hash SET STATISTICS 0;
CREATE INDEX first_contacts_by_age ON first_contacts (contacted_at_ms);

-- The business that a number belongs to; null in rows of earlier versions, where its account stands for it.
ALTER TABLE numbers ADD COLUMN business_id text;

-- Down Migration
ALTER TABLE numbers DROP COLUMN business_id;
DROP TABLE first_contacts;
