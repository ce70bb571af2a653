-- Up Migration
ALTER TABLE numbers
  -- When it was registered and deregistered, within the last 72 hours: so often it may be.
  ADD COLUMN registrations_at_ms bigint[] NOT NULL DEFAULT '{}',
  -- Whether a search among businesses may find it.
  ADD COLUMN is_searchable boolean NOT NULL DEFAULT true;

-- The names by which numbers can be found, each once in the whole installation: so the key is the name itself.
CREATE TABLE business_usernames (
  username text PRIMARY KEY,
  phone_number_id text NOT NULL,
  waba_id text NOT NULL,
  business_id text NOT NULL,
  phone_number text NOT NULL,
  taken_at_ms bigint NOT NULL
);
CREATE INDEX business_usernames_number ON business_usernames (phone_number_id);

-- The name that a business wants its number to be shown under, and what the review says of it.
CREATE TABLE display_names (
  phone_number_id text PRIMARY KEY,
  waba_id text NOT NULL,
  phone_number text NOT NULL,
  requested_name text NOT NULL,
  status text NOT NULL CHECK (status IN ('PENDING_REVIEW', 'APPROVED', 'DECLINED')),
  rejection_note text,
  requested_at_ms bigint NOT NULL,
  -- When the review decides by itself; null when it has or when somebody has to.
  review_at_ms bigint,
  -- When the Business Manager, which keeps the names of numbers, took an approved one over.
  applied_at_ms bigint
);
CREATE INDEX display_names_review ON display_names (review_at_ms) WHERE review_at_ms IS NOT NULL;
CREATE INDEX display_names_unapplied ON display_names (phone_number_id) WHERE status = 'APPROVED' AND applied_at_ms IS NULL;

-- Down Migration
DROP TABLE display_names, business_usernames;
ALTER TABLE numbers DROP COLUMN is_searchable, DROP COLUMN registrations_at_ms;
