-- Up Migration
-- What an operator's reading role may see: figures over the whole system, without any person, number or account.
REVOKE ALL ON SCHEMA public FROM PUBLIC;
CREATE SCHEMA operator;
CREATE VIEW operator.figures AS
  SELECT 'accounts' AS figure, CASE WHEN closed_at_ms IS NULL THEN 'open' ELSE 'closed' END AS part, count(*) AS value
    FROM accounts GROUP BY part
  UNION ALL
  SELECT 'registrations', CASE WHEN verified THEN 'verified' ELSE 'unverified' END AS part, count(*)
    FROM registrations GROUP BY part
  UNION ALL
  SELECT 'mailbox_items', kind, count(*) FROM mailbox GROUP BY kind
  UNION ALL
  SELECT 'mailbox_oldest_stored_at_ms', '', oldest.at_ms FROM (SELECT min(stored_at_ms) AS at_ms FROM mailbox) AS oldest
    WHERE oldest.at_ms IS NOT NULL
  UNION ALL
  SELECT 'one_time_prekeys', kind, count(*) FROM one_time_prekeys WHERE handed_out_at_ms IS NULL GROUP BY kind;

-- Down Migration
DROP VIEW operator.figures;
DROP SCHEMA operator;
GRANT USAGE ON SCHEMA public TO PUBLIC;
