-- Up Migration
-- The key by which a business's endpoint reads what people enter into flows, and that the number's device vouched for it.
CREATE TABLE business_encryption_keys (
  phone_number_id text PRIMARY KEY,
  -- PEM of a SubjectPublicKeyInfo.
  public_key text NOT NULL,
  -- By the identity key that the number had then.
  signature bytea NOT NULL,
  uploaded_at_ms bigint NOT NULL
);

-- What a business tells about one of its numbers, one document of each kind.
CREATE TABLE number_documents (
  phone_number_id text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('profile', 'commerce', 'automation', 'compliance')),
  value json NOT NULL,
  updated_at_ms bigint NOT NULL,
  PRIMARY KEY (phone_number_id, kind)
);

-- The picture of a number's profile: everybody may see it who has its name, which cannot be guessed.
CREATE TABLE profile_pictures (
  phone_number_id text PRIMARY KEY,
  picture_name text NOT NULL,
  media_type text NOT NULL,
  bytes bytea NOT NULL
);
ALTER TABLE profile_pictures ALTER COLUMN bytes SET STORAGE EXTERNAL, ALTER COLUMN bytes SET STATISTICS 0;
CREATE INDEX profile_pictures_name ON profile_pictures (picture_name);

-- Codes that people scan to write to a number, with what they then may say.
CREATE TABLE qr_codes (
  phone_number_id text NOT NULL,
  code text NOT NULL,
  -- Where in a list it stands; rises with each code that is made.
  place bigint GENERATED ALWAYS AS IDENTITY,
  prefilled_message text NOT NULL,
  PRIMARY KEY (phone_number_id, code)
);
CREATE INDEX qr_codes_place ON qr_codes (phone_number_id, place);
CREATE INDEX qr_codes_code ON qr_codes (code);

-- Down Migration
DROP TABLE qr_codes, profile_pictures, number_documents, business_encryption_keys;
