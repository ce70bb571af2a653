-- Up Migration
-- What must be accounted for: key use, access to content, keys made and destroyed, settings, erasure, export. Written
-- with what it tells of, or before it; brought into the Merkle log afterwards. No number, name or message id of anybody.
CREATE TABLE audit_entries (
  id uuid PRIMARY KEY,
  seq bigint GENERATED ALWAYS AS IDENTITY,
  at_ms bigint NOT NULL,
  kind text NOT NULL,
  waba_id text,
  phone_number_id text,
  details jsonb NOT NULL,
  -- Where it stands in the Merkle log; null until it is there.
  log_index bigint UNIQUE
);
CREATE INDEX audit_entries_pending ON audit_entries (seq) WHERE log_index IS NULL;
CREATE INDEX audit_entries_of_account ON audit_entries (waba_id, log_index);

CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND OLD.log_index IS NULL
    AND to_jsonb(NEW) - 'log_index' = to_jsonb(OLD) - 'log_index' THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'audit_entries is append-only' USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER audit_entries_stay BEFORE UPDATE OR DELETE ON audit_entries
  FOR EACH ROW EXECUTE FUNCTION refuse_audit_change();
CREATE TRIGGER audit_entries_are_not_emptied BEFORE TRUNCATE ON audit_entries
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();

CREATE FUNCTION announce_audit_entries() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NOTIFY audit_entries;
  RETURN NULL;
END
$$;
CREATE TRIGGER audit_entries_announced AFTER INSERT ON audit_entries
  FOR EACH STATEMENT EXECUTE FUNCTION announce_audit_entries();

-- Down Migration
DROP TABLE audit_entries;
DROP FUNCTION refuse_audit_change;
DROP FUNCTION announce_audit_entries;
