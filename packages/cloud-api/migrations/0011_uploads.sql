-- Up Migration
-- Resumable uploads: files that come in pieces and are named by a handle afterwards. They belong to an app and who used it,
-- to no number; so what is sealed of them is sealed by time alone, for a day.
CREATE TABLE uploads (
  upload_id text PRIMARY KEY,
  app_id text NOT NULL,
  -- Null for an app's own token.
  user_id text,
  created_s bigint NOT NULL,
  retention_hours smallint NOT NULL,
  expires_at_ms bigint NOT NULL,
  -- What it is said to be, and the secrets of its id and its handle.
  sealed bytea NOT NULL
);
ALTER TABLE uploads ALTER COLUMN sealed SET STATISTICS 0;
CREATE INDEX uploads_by_expiry ON uploads (expires_at_ms);

-- One piece each, encrypted in a file of its own.
CREATE TABLE upload_parts (
  upload_id text NOT NULL,
  start_byte bigint NOT NULL,
  bytes bigint NOT NULL,
  sealed bytea NOT NULL,
  PRIMARY KEY (upload_id, start_byte)
);
ALTER TABLE upload_parts ALTER COLUMN sealed SET STATISTICS 0;

-- Down Migration
DROP TABLE upload_parts;
DROP TABLE uploads;
