-- Up Migration
-- The days that are still counted. The salt makes a day's tokens unlike those of any other day; it goes with the row.
CREATE TABLE statistics_days (
  -- Days since 1970 in UTC.
  day integer PRIMARY KEY,
  salt bytea NOT NULL
);
ALTER TABLE statistics_days ALTER COLUMN salt SET STATISTICS 0;

-- What one person adds to a day: the cells of their first ten messages, in their order. Nothing says with which business.
CREATE TABLE statistics_contributions (
  day integer NOT NULL,
  -- The phone number, hashed with the day's salt and a key that is not in this database.
  person_token bytea NOT NULL,
  -- direction/type, for example sent/text.
  cells text[] NOT NULL CHECK (cardinality(cells) BETWEEN 1 AND 10),
  PRIMARY KEY (day, person_token)
);
ALTER TABLE statistics_contributions
  ALTER COLUMN person_token SET STATISTICS 0,
  ALTER COLUMN cells SET STATISTICS 0;

-- What was spent on each day of a person's privacy. A day that stands here is never counted or released again.
CREATE TABLE statistics_budget (
  day integer PRIMARY KEY,
  region text NOT NULL,
  messages_epsilon_millis integer NOT NULL,
  people_epsilon_millis integer NOT NULL,
  spent_at_ms bigint NOT NULL,
  CHECK (messages_epsilon_millis > 0 AND people_epsilon_millis > 0),
  CHECK (messages_epsilon_millis + people_epsilon_millis <= 1000)
);

-- Every cell of every released day, with noise; both numbers are null where they were too small to be shown.
CREATE TABLE released_statistics (
  day integer NOT NULL REFERENCES statistics_budget,
  region text NOT NULL,
  direction text NOT NULL CHECK (direction IN ('sent', 'received')),
  type text NOT NULL,
  messages integer,
  people integer,
  PRIMARY KEY (day, region, direction, type),
  CHECK ((messages IS NULL) = (people IS NULL))
);

CREATE FUNCTION refuse_statistics_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER statistics_budget_is_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON statistics_budget
FOR EACH STATEMENT EXECUTE FUNCTION refuse_statistics_change();
CREATE TRIGGER released_statistics_are_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON released_statistics
FOR EACH STATEMENT EXECUTE FUNCTION refuse_statistics_change();

-- Down Migration
DROP TABLE released_statistics, statistics_budget, statistics_contributions, statistics_days;
DROP FUNCTION refuse_statistics_change();
