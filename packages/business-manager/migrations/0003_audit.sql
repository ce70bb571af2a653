-- Up Migration
-- An entry is recognised in the Merkle log by an id that no other database, or other history of this one, has.
ALTER TABLE admin_log ADD COLUMN id uuid NOT NULL DEFAULT gen_random_uuid() UNIQUE;

-- Where entries stand in the Merkle log; the admin log itself never changes.
CREATE TABLE admin_log_places (
  id uuid PRIMARY KEY,
  log_index bigint NOT NULL UNIQUE
);

-- Down Migration
DROP TABLE admin_log_places;
ALTER TABLE admin_log DROP COLUMN id;
