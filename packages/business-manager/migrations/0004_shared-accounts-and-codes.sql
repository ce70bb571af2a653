-- Up Migration
ALTER TABLE whatsapp_business_accounts
  ADD COLUMN is_enabled_for_insights boolean NOT NULL DEFAULT false,
  ADD COLUMN disables_marketing_on_cloud_api boolean NOT NULL DEFAULT false;

-- The businesses that may act on an account: the one that owns it, and those that it is shared with. Grants name one of them,
-- so that no grant outlives the sharing that it came from.
CREATE TABLE account_businesses (
  waba_id text NOT NULL REFERENCES whatsapp_business_accounts,
  business_id text NOT NULL REFERENCES businesses,
  is_owner boolean NOT NULL,
  created_at_ms bigint NOT NULL,
  PRIMARY KEY (waba_id, business_id)
);
CREATE UNIQUE INDEX account_businesses_owner ON account_businesses (waba_id) WHERE is_owner;
CREATE INDEX account_businesses_of_business ON account_businesses (business_id, is_owner, waba_id);
INSERT INTO account_businesses (waba_id, business_id, is_owner, created_at_ms)
SELECT id, business_id, true, created_at_ms FROM whatsapp_business_accounts;

ALTER TABLE app_grants
  DROP CONSTRAINT app_grants_waba_id_business_id_fkey,
  ADD CONSTRAINT app_grants_waba_id_business_id_fkey
    FOREIGN KEY (waba_id, business_id) REFERENCES account_businesses (waba_id, business_id);
ALTER TABLE token_grants
  DROP CONSTRAINT token_grants_waba_id_business_id_fkey,
  ADD CONSTRAINT token_grants_waba_id_business_id_fkey
    FOREIGN KEY (waba_id, business_id) REFERENCES account_businesses (waba_id, business_id);

-- The system users that are assigned to an account: a token reaches only accounts that its user is assigned to.
CREATE TABLE account_users (
  waba_id text NOT NULL,
  system_user_id text NOT NULL,
  business_id text NOT NULL,
  tasks text[] NOT NULL CHECK (cardinality(tasks) > 0),
  created_at_ms bigint NOT NULL,
  PRIMARY KEY (waba_id, system_user_id),
  FOREIGN KEY (waba_id, business_id) REFERENCES account_businesses (waba_id, business_id),
  FOREIGN KEY (system_user_id, business_id) REFERENCES system_users (id, business_id)
);
CREATE INDEX account_users_of_user ON account_users (system_user_id, waba_id);
INSERT INTO account_users (waba_id, system_user_id, business_id, tasks, created_at_ms)
SELECT token_grants.waba_id, access_tokens.system_user_id, access_tokens.business_id, ARRAY['MANAGE'], min(access_tokens.created_at_ms)
FROM token_grants JOIN access_tokens ON access_tokens.id = token_grants.token_id
GROUP BY token_grants.waba_id, access_tokens.system_user_id, access_tokens.business_id;

CREATE OR REPLACE VIEW reachable_accounts AS
SELECT token_grants.token_id, token_grants.waba_id
FROM token_grants
JOIN access_tokens ON access_tokens.id = token_grants.token_id
JOIN app_grants ON app_grants.waba_id = token_grants.waba_id AND app_grants.app_id = access_tokens.app_id
JOIN account_users ON account_users.waba_id = token_grants.waba_id
  AND account_users.system_user_id = access_tokens.system_user_id;

-- Codes that an app exchanges for a token, once and within minutes. What they are exchanged for stands here.
CREATE TABLE oauth_codes (
  code_hash bytea PRIMARY KEY CHECK (length(code_hash) = 32),
  app_id text NOT NULL,
  business_id text NOT NULL,
  system_user_id text NOT NULL,
  label text NOT NULL,
  scopes text[] NOT NULL,
  waba_ids text[] NOT NULL,
  redirect_uri text,
  token_life_seconds integer CHECK (token_life_seconds > 0),
  created_at_ms bigint NOT NULL,
  expires_at_ms bigint NOT NULL,
  used_at_ms bigint,
  FOREIGN KEY (app_id, business_id) REFERENCES apps (id, business_id),
  FOREIGN KEY (system_user_id, business_id) REFERENCES system_users (id, business_id)
);
CREATE INDEX oauth_codes_by_expiry ON oauth_codes (expires_at_ms);

-- Down Migration
DROP TABLE oauth_codes;
CREATE OR REPLACE VIEW reachable_accounts AS
SELECT token_grants.token_id, token_grants.waba_id
FROM token_grants
JOIN access_tokens ON access_tokens.id = token_grants.token_id
JOIN app_grants ON app_grants.waba_id = token_grants.waba_id AND app_grants.app_id = access_tokens.app_id;
DROP TABLE account_users;
ALTER TABLE token_grants
  DROP CONSTRAINT token_grants_waba_id_business_id_fkey,
  ADD CONSTRAINT token_grants_waba_id_business_id_fkey
    FOREIGN KEY (waba_id, business_id) REFERENCES whatsapp_business_accounts (id, business_id);
ALTER TABLE app_grants
  DROP CONSTRAINT app_grants_waba_id_business_id_fkey,
  ADD CONSTRAINT app_grants_waba_id_business_id_fkey
    FOREIGN KEY (waba_id, business_id) REFERENCES whatsapp_business_accounts (id, business_id);
DROP TABLE account_businesses;
ALTER TABLE whatsapp_business_accounts
  DROP COLUMN disables_marketing_on_cloud_api,
  DROP COLUMN is_enabled_for_insights;
