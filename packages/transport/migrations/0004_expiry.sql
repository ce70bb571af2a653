-- Up Migration
-- Until when an item is delivered: what its sender said, or the 30 days that a mailbox keeps anything.
ALTER TABLE mailbox ADD COLUMN expires_at_ms bigint;
UPDATE mailbox SET expires_at_ms = stored_at_ms + 2592000000;
ALTER TABLE mailbox ALTER COLUMN expires_at_ms SET NOT NULL;
DROP INDEX mailbox_by_age;
CREATE INDEX mailbox_by_expiry ON mailbox (expires_at_ms);

-- Down Migration
DROP INDEX mailbox_by_expiry;
CREATE INDEX mailbox_by_age ON mailbox (stored_at_ms);
ALTER TABLE mailbox DROP COLUMN expires_at_ms;
