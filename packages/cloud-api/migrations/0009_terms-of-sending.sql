-- Up Migration
ALTER TABLE outbox
  -- On which terms a message goes out; null for receipts and retry requests.
  ADD COLUMN category text
    CHECK (category IN ('service', 'marketing', 'marketing_lite', 'utility', 'authentication')),
  -- It is not to be encrypted before its attachments are in the transport's blob store.
  ADD COLUMN waits_for_media boolean NOT NULL DEFAULT false;
DROP INDEX outbox_queued;
CREATE INDEX outbox_queued ON outbox (phone_number_id, outbox_id) WHERE envelopes IS NULL AND NOT waits_for_media;
CREATE INDEX outbox_waiting_for_media ON outbox (phone_number_id, outbox_id) WHERE waits_for_media;

-- Down Migration
DROP INDEX outbox_waiting_for_media, outbox_queued;
CREATE INDEX outbox_queued ON outbox (phone_number_id, outbox_id) WHERE envelopes IS NULL;
ALTER TABLE outbox DROP COLUMN waits_for_media, DROP COLUMN category;
