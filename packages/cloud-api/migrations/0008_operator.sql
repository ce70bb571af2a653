-- Up Migration
-- What an operator's reading role may see: figures over the whole system, and statistics that were released.
REVOKE ALL ON SCHEMA public FROM PUBLIC;
CREATE SCHEMA operator;
CREATE VIEW operator.figures AS
  SELECT 'numbers' AS figure, state AS part, count(*) AS value FROM numbers GROUP BY state
  UNION ALL
  SELECT 'outbox', CASE WHEN envelopes IS NULL THEN 'queued' ELSE 'encrypted' END AS part, count(*)
    FROM outbox GROUP BY part
  UNION ALL
  SELECT 'outbox_oldest_accepted_at_ms', '', min(accepted_s) * 1000 FROM outbox HAVING count(*) > 0
  UNION ALL
  SELECT 'webhook_events', kind, count(*) FROM webhook_events GROUP BY kind
  UNION ALL
  SELECT 'webhook_oldest_event_at_ms', '', min(happened_at_ms) FROM webhook_events HAVING count(*) > 0
  UNION ALL
  SELECT 'webhook_troubles', '', count(*) FROM webhook_troubles
  UNION ALL
  SELECT 'seal_refusals', in_table, sum(count)::bigint FROM seal_refusals GROUP BY in_table
  UNION ALL
  SELECT 'erasures', CASE WHEN done_at_ms IS NULL THEN 'begun' ELSE 'done' END AS part, count(*)
    FROM erasures GROUP BY part;

CREATE VIEW operator.released_statistics AS
  SELECT day, region, direction, type, messages, people FROM released_statistics;

-- Down Migration
DROP VIEW operator.figures, operator.released_statistics;
DROP SCHEMA operator;
GRANT USAGE ON SCHEMA public TO PUBLIC;
