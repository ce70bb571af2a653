-- Up Migration

-- Every object of the Business Manager has one id here, so that no two objects of any kind share one.
CREATE TABLE graph_ids (
  id text PRIMARY KEY CHECK (id ~ '^[1-9][0-9]{14,16}$')
);

CREATE TABLE businesses (
  id text PRIMARY KEY REFERENCES graph_ids,
  name text NOT NULL,
  created_at_ms bigint NOT NULL
);
CREATE INDEX businesses_in_order ON businesses (created_at_ms, id);

CREATE TABLE apps (
  id text PRIMARY KEY REFERENCES graph_ids,
  business_id text NOT NULL REFERENCES businesses,
  name text NOT NULL,
  secret_version integer NOT NULL CHECK (secret_version >= 1),
  secret_changed_at_ms bigint NOT NULL,
  created_at_ms bigint NOT NULL,
  UNIQUE (id, business_id)
);
CREATE INDEX apps_in_order ON apps (business_id, created_at_ms, id);

CREATE TABLE whatsapp_business_accounts (
  id text PRIMARY KEY REFERENCES graph_ids,
  business_id text NOT NULL REFERENCES businesses,
  name text NOT NULL,
  currency text NOT NULL,
  timezone_id text NOT NULL,
  message_template_namespace text NOT NULL UNIQUE,
  created_at_ms bigint NOT NULL,
  UNIQUE (id, business_id)
);
CREATE INDEX whatsapp_business_accounts_in_order ON whatsapp_business_accounts (business_id, created_at_ms, id);

-- An id of 16 digits or more can never be taken for a phone number, which has at most 15 (E.164).
CREATE TABLE phone_numbers (
  id text PRIMARY KEY REFERENCES graph_ids CHECK (length(id) >= 16),
  waba_id text NOT NULL REFERENCES whatsapp_business_accounts,
  phone_number text NOT NULL UNIQUE CHECK (phone_number ~ '^[1-9][0-9]{6,14}$'),
  verified_name text NOT NULL,
  status text NOT NULL CHECK (status IN ('active', 'suspended')),
  created_at_ms bigint NOT NULL
);
CREATE INDEX phone_numbers_in_order ON phone_numbers (waba_id, created_at_ms, id);

CREATE TABLE system_users (
  id text PRIMARY KEY REFERENCES graph_ids,
  business_id text NOT NULL REFERENCES businesses,
  name text NOT NULL,
  created_at_ms bigint NOT NULL,
  UNIQUE (id, business_id)
);
CREATE INDEX system_users_in_order ON system_users (business_id, created_at_ms, id);

-- The foreign keys below name the business too: no row can join objects of two businesses.
CREATE TABLE app_grants (
  waba_id text NOT NULL,
  app_id text NOT NULL,
  business_id text NOT NULL,
  created_at_ms bigint NOT NULL,
  PRIMARY KEY (waba_id, app_id),
  FOREIGN KEY (waba_id, business_id) REFERENCES whatsapp_business_accounts (id, business_id),
  FOREIGN KEY (app_id, business_id) REFERENCES apps (id, business_id)
);
CREATE INDEX app_grants_of_app ON app_grants (app_id, waba_id);

CREATE TABLE access_tokens (
  id text PRIMARY KEY REFERENCES graph_ids,
  token_hash bytea NOT NULL UNIQUE CHECK (length(token_hash) = 32),
  system_user_id text NOT NULL,
  app_id text NOT NULL,
  business_id text NOT NULL,
  label text NOT NULL,
  scopes text[] NOT NULL,
  created_at_ms bigint NOT NULL,
  expires_at_ms bigint,
  revoked_at_ms bigint,
  UNIQUE (id, business_id),
  FOREIGN KEY (system_user_id, business_id) REFERENCES system_users (id, business_id),
  FOREIGN KEY (app_id, business_id) REFERENCES apps (id, business_id)
);
CREATE INDEX access_tokens_in_order ON access_tokens (system_user_id, created_at_ms, id);

CREATE TABLE token_grants (
  token_id text NOT NULL,
  waba_id text NOT NULL,
  business_id text NOT NULL,
  PRIMARY KEY (token_id, waba_id),
  FOREIGN KEY (token_id, business_id) REFERENCES access_tokens (id, business_id),
  FOREIGN KEY (waba_id, business_id) REFERENCES whatsapp_business_accounts (id, business_id)
);

-- The one place that says which accounts a token may act on: those granted to the token and to its app.
CREATE VIEW reachable_accounts AS
SELECT token_grants.token_id, token_grants.waba_id
FROM token_grants
JOIN access_tokens ON access_tokens.id = token_grants.token_id
JOIN app_grants ON app_grants.waba_id = token_grants.waba_id AND app_grants.app_id = access_tokens.app_id;

CREATE TABLE admin_log (
  position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  actor text NOT NULL,
  action text NOT NULL,
  ids jsonb NOT NULL,
  at_ms bigint NOT NULL
);

CREATE FUNCTION refuse_admin_log_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'admin_log is append-only' USING ERRCODE = 'insufficient_privilege';
END
$$;

CREATE TRIGGER admin_log_is_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON admin_log
FOR EACH STATEMENT EXECUTE FUNCTION refuse_admin_log_change();
