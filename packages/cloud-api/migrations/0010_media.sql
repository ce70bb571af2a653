-- Up Migration
-- Media: what businesses uploaded or had fetched lies encrypted in the media folder, one file each; what people sent lies
-- in the transport's blob store. The row says whose it is and until when; the key that opens it is sealed, with everything
-- that tells something of what it holds.
CREATE TABLE media (
  -- The number it was uploaded by, fetched for or sent to.
  phone_number_id text NOT NULL,
  media_id text NOT NULL,
  waba_id text NOT NULL,
  origin text NOT NULL CHECK (origin IN ('upload', 'link', 'person')),
  created_s bigint NOT NULL,
  retention_hours smallint NOT NULL CHECK (retention_hours BETWEEN 1 AND 720),
  -- From then on the id is not valid any more. Never later than what it is sealed with lives.
  expires_at_ms bigint NOT NULL,
  -- Who sent it; null for the business's own.
  subject_id uuid,
  sealed bytea NOT NULL,
  PRIMARY KEY (phone_number_id, media_id),
  CHECK ((origin = 'person') = (subject_id IS NOT NULL))
);
ALTER TABLE media ALTER COLUMN sealed SET STATISTICS 0;
CREATE INDEX media_by_id ON media (media_id);
CREATE INDEX media_by_expiry ON media (expires_at_ms);

-- Down Migration
DROP TABLE media;
