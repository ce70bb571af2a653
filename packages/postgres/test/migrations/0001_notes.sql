-- Up Migration
CREATE TYPE mood AS ENUM ('calm', 'busy');
CREATE TABLE notes (
  phone_number_id bigint NOT NULL,
  id uuid NOT NULL,
  body bytea,
  feeling mood NOT NULL DEFAULT 'calm',
  PRIMARY KEY (phone_number_id, id)
) WITH (toast_tuple_target = 8160);
ALTER TABLE notes ALTER COLUMN body SET STORAGE EXTERNAL, ALTER COLUMN body SET STATISTICS 0;
CREATE INDEX notes_busy ON notes (phone_number_id) WHERE feeling = 'busy';
