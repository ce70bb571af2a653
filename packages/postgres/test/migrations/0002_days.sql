-- Up Migration
CREATE TABLE days (day date NOT NULL, note text NOT NULL CHECK (note <> '')) PARTITION BY RANGE (day);
CREATE FUNCTION day_count() RETURNS bigint LANGUAGE sql STABLE AS 'SELECT count(*) FROM days';
