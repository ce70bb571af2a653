-- Up Migration
-- A lane of webhooks belongs to a phone number or to a WhatsApp Business Account; their ids never meet.
ALTER TABLE webhook_events RENAME COLUMN phone_number_id TO owner_id;
ALTER TABLE webhook_troubles RENAME COLUMN phone_number_id TO owner_id;

-- An event of an account names no message. It carries what it says: a webhook field and its value, without personal data.
ALTER TABLE webhook_events
  ALTER COLUMN message_id DROP NOT NULL,
  ALTER COLUMN accepted_s DROP NOT NULL,
  ADD COLUMN field text,
  ADD COLUMN value jsonb,
  DROP CONSTRAINT webhook_events_kind_check,
  ADD CONSTRAINT webhook_events_kind_check
    CHECK (kind IN ('message', 'sent', 'delivered', 'read', 'failed', 'account')),
  ADD CONSTRAINT webhook_events_shape_check CHECK (CASE kind
    WHEN 'account' THEN field IS NOT NULL AND value IS NOT NULL AND num_nonnulls(message_id, accepted_s, error_code) = 0
    ELSE message_id IS NOT NULL AND accepted_s IS NOT NULL AND num_nonnulls(field, value) = 0
  END);

-- Every list of sub-processors that was ever declared. The newest says what is in force and what is announced.
CREATE TABLE sub_processor_versions (
  version integer PRIMARY KEY,
  declared_at_ms bigint NOT NULL,
  -- The declared list.
  entries jsonb NOT NULL,
  -- Entries in force when it was declared that stand until those of the same name in "entries" take effect.
  standing jsonb NOT NULL
);

-- Which version of the terms a business accepted, when, and by which system user of its own.
CREATE TABLE accepted_terms (
  waba_id text NOT NULL,
  version text NOT NULL,
  accepted_at_ms bigint NOT NULL,
  accepted_by text NOT NULL,
  app_id text NOT NULL,
  PRIMARY KEY (waba_id, version)
);

CREATE FUNCTION refuse_compliance_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER sub_processor_versions_are_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON sub_processor_versions
FOR EACH STATEMENT EXECUTE FUNCTION refuse_compliance_change();
CREATE TRIGGER accepted_terms_are_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON accepted_terms
FOR EACH STATEMENT EXECUTE FUNCTION refuse_compliance_change();

-- Down Migration
DROP TABLE accepted_terms, sub_processor_versions;
DROP FUNCTION refuse_compliance_change();
DELETE FROM webhook_events WHERE kind = 'account';
ALTER TABLE webhook_events
  DROP CONSTRAINT webhook_events_shape_check,
  DROP CONSTRAINT webhook_events_kind_check,
  ADD CONSTRAINT webhook_events_kind_check CHECK (kind IN ('message', 'sent', 'delivered', 'read', 'failed')),
  DROP COLUMN field,
  DROP COLUMN value,
  ALTER COLUMN message_id SET NOT NULL,
  ALTER COLUMN accepted_s SET NOT NULL;
ALTER TABLE webhook_troubles RENAME COLUMN owner_id TO phone_number_id;
ALTER TABLE webhook_events RENAME COLUMN owner_id TO phone_number_id;
