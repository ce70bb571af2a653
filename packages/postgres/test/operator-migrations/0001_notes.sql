-- Up Migration
REVOKE ALL ON SCHEMA public FROM PUBLIC;
CREATE TABLE notes (id integer PRIMARY KEY, secret text);
CREATE SCHEMA operator;
CREATE VIEW operator.figures AS SELECT 'notes' AS figure, '' AS part, count(*) AS value FROM notes;
