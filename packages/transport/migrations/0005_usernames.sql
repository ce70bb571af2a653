-- Up Migration
-- Names that people have taken, in the form in which they are compared: one for an account, and for no other.
CREATE TABLE usernames (
  account_id uuid PRIMARY KEY,
  username text NOT NULL UNIQUE
);

-- Down Migration
DROP TABLE usernames;
