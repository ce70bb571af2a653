-- Up Migration

-- Encrypted attachments. The bytes are in the file of that name in the blob folder; a file that no row names does not count.
CREATE TABLE blobs (
  blob_id uuid PRIMARY KEY,
  account_id uuid NOT NULL,
  file_name text NOT NULL,
  bytes bigint NOT NULL,
  stored_at_ms bigint NOT NULL
);
CREATE INDEX blobs_by_age ON blobs (stored_at_ms);
CREATE INDEX blobs_by_file ON blobs (file_name);

CREATE OR REPLACE VIEW operator.figures AS
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
  SELECT 'one_time_prekeys', kind, count(*) FROM one_time_prekeys WHERE handed_out_at_ms IS NULL GROUP BY kind
  UNION ALL
  SELECT 'blobs', '', count(*) FROM blobs
  UNION ALL
  SELECT 'blob_bytes', '', coalesce(sum(bytes), 0)::bigint FROM blobs;

-- Down Migration

CREATE OR REPLACE VIEW operator.figures AS
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
DROP TABLE blobs;
