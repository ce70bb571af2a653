view operator.businesses
  column id text
  column name text
   SELECT id,
    name
   FROM businesses;

view operator.figures
  column figure text
  column part text
  column value bigint
   SELECT 'businesses'::text AS figure,
    ''::text AS part,
    count(*) AS value
   FROM businesses
UNION ALL
 SELECT 'whatsapp_business_accounts'::text AS figure,
    ''::text AS part,
    count(*) AS value
   FROM whatsapp_business_accounts
UNION ALL
 SELECT 'phone_numbers'::text AS figure,
    phone_numbers.status AS part,
    count(*) AS value
   FROM phone_numbers
  GROUP BY phone_numbers.status
UNION ALL
 SELECT 'apps'::text AS figure,
    ''::text AS part,
    count(*) AS value
   FROM apps
UNION ALL
 SELECT 'access_tokens'::text AS figure,
        CASE
            WHEN (access_tokens.revoked_at_ms IS NULL) THEN 'kept'::text
            ELSE 'revoked'::text
        END AS part,
    count(*) AS value
   FROM access_tokens
  GROUP BY
        CASE
            WHEN (access_tokens.revoked_at_ms IS NULL) THEN 'kept'::text
            ELSE 'revoked'::text
        END;

view operator.phone_numbers
  column id text
  column phone_number text
  column status text
  column verified_name text
  column waba_id text
   SELECT id,
    waba_id,
    phone_number,
    verified_name,
    status
   FROM phone_numbers;

view operator.whatsapp_business_accounts
  column business_id text
  column currency text
  column id text
  column name text
  column timezone_id text
   SELECT id,
    business_id,
    name,
    currency,
    timezone_id
   FROM whatsapp_business_accounts;

table public.access_tokens
  column app_id text not null
  column business_id text not null
  column created_at_ms bigint not null
  column expires_at_ms bigint
  column id text not null
  column label text not null
  column revoked_at_ms bigint
  column scopes text[] not null
  column system_user_id text not null
  column token_hash bytea not null
  constraint access_tokens_app_id_business_id_fkey FOREIGN KEY (app_id, business_id) REFERENCES apps(id, business_id)
  constraint access_tokens_id_business_id_key UNIQUE (id, business_id)
  constraint access_tokens_id_fkey FOREIGN KEY (id) REFERENCES graph_ids(id)
  constraint access_tokens_pkey PRIMARY KEY (id)
  constraint access_tokens_system_user_id_business_id_fkey FOREIGN KEY (system_user_id, business_id) REFERENCES system_users(id, business_id)
  constraint access_tokens_token_hash_check CHECK ((length(token_hash) = 32))
  constraint access_tokens_token_hash_key UNIQUE (token_hash)
  CREATE INDEX access_tokens_in_order ON public.access_tokens USING btree (system_user_id, created_at_ms, id)

table public.account_businesses
  column business_id text not null
  column created_at_ms bigint not null
  column is_owner boolean not null
  column waba_id text not null
  constraint account_businesses_business_id_fkey FOREIGN KEY (business_id) REFERENCES businesses(id)
  constraint account_businesses_pkey PRIMARY KEY (waba_id, business_id)
  constraint account_businesses_waba_id_fkey FOREIGN KEY (waba_id) REFERENCES whatsapp_business_accounts(id)
  CREATE INDEX account_businesses_of_business ON public.account_businesses USING btree (business_id, is_owner, waba_id)
  CREATE UNIQUE INDEX account_businesses_owner ON public.account_businesses USING btree (waba_id) WHERE is_owner

table public.account_users
  column business_id text not null
  column created_at_ms bigint not null
  column system_user_id text not null
  column tasks text[] not null
  column waba_id text not null
  constraint account_users_pkey PRIMARY KEY (waba_id, system_user_id)
  constraint account_users_system_user_id_business_id_fkey FOREIGN KEY (system_user_id, business_id) REFERENCES system_users(id, business_id)
  constraint account_users_tasks_check CHECK ((cardinality(tasks) > 0))
  constraint account_users_waba_id_business_id_fkey FOREIGN KEY (waba_id, business_id) REFERENCES account_businesses(waba_id, business_id)
  CREATE INDEX account_users_of_user ON public.account_users USING btree (system_user_id, waba_id)

table public.admin_log
  column "position" bigint not null identity always
  column action text not null
  column actor text not null
  column at_ms bigint not null
  column id uuid not null default gen_random_uuid()
  column ids jsonb not null
  constraint admin_log_id_key UNIQUE (id)
  constraint admin_log_pkey PRIMARY KEY ("position")
  CREATE TRIGGER admin_log_is_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.admin_log FOR EACH STATEMENT EXECUTE FUNCTION refuse_admin_log_change()

table public.admin_log_places
  column id uuid not null
  column log_index bigint not null
  constraint admin_log_places_log_index_key UNIQUE (log_index)
  constraint admin_log_places_pkey PRIMARY KEY (id)

sequence public.admin_log_position_seq as bigint increment 1

table public.app_grants
  column app_id text not null
  column business_id text not null
  column created_at_ms bigint not null
  column waba_id text not null
  constraint app_grants_app_id_business_id_fkey FOREIGN KEY (app_id, business_id) REFERENCES apps(id, business_id)
  constraint app_grants_pkey PRIMARY KEY (waba_id, app_id)
  constraint app_grants_waba_id_business_id_fkey FOREIGN KEY (waba_id, business_id) REFERENCES account_businesses(waba_id, business_id)
  CREATE INDEX app_grants_of_app ON public.app_grants USING btree (app_id, waba_id)

table public.apps
  column business_id text not null
  column created_at_ms bigint not null
  column id text not null
  column name text not null
  column requires_secret_proof boolean not null default false
  column secret_changed_at_ms bigint not null
  column secret_version integer not null
  constraint apps_business_id_fkey FOREIGN KEY (business_id) REFERENCES businesses(id)
  constraint apps_id_business_id_key UNIQUE (id, business_id)
  constraint apps_id_fkey FOREIGN KEY (id) REFERENCES graph_ids(id)
  constraint apps_pkey PRIMARY KEY (id)
  constraint apps_secret_version_check CHECK ((secret_version >= 1))
  CREATE INDEX apps_in_order ON public.apps USING btree (business_id, created_at_ms, id)

table public.businesses
  column created_at_ms bigint not null
  column id text not null
  column name text not null
  constraint businesses_id_fkey FOREIGN KEY (id) REFERENCES graph_ids(id)
  constraint businesses_pkey PRIMARY KEY (id)
  CREATE INDEX businesses_in_order ON public.businesses USING btree (created_at_ms, id)

table public.graph_ids
  column id text not null
  constraint graph_ids_id_check CHECK ((id ~ '^[1-9][0-9]{14,16}$'::text))
  constraint graph_ids_pkey PRIMARY KEY (id)

table public.oauth_codes
  column app_id text not null
  column business_id text not null
  column code_hash bytea not null
  column created_at_ms bigint not null
  column expires_at_ms bigint not null
  column label text not null
  column redirect_uri text
  column scopes text[] not null
  column system_user_id text not null
  column token_life_seconds integer
  column used_at_ms bigint
  column waba_ids text[] not null
  constraint oauth_codes_app_id_business_id_fkey FOREIGN KEY (app_id, business_id) REFERENCES apps(id, business_id)
  constraint oauth_codes_code_hash_check CHECK ((length(code_hash) = 32))
  constraint oauth_codes_pkey PRIMARY KEY (code_hash)
  constraint oauth_codes_system_user_id_business_id_fkey FOREIGN KEY (system_user_id, business_id) REFERENCES system_users(id, business_id)
  constraint oauth_codes_token_life_seconds_check CHECK ((token_life_seconds > 0))
  CREATE INDEX oauth_codes_by_expiry ON public.oauth_codes USING btree (expires_at_ms)

table public.phone_numbers
  column created_at_ms bigint not null
  column id text not null
  column phone_number text not null
  column status text not null
  column verified_name text not null
  column waba_id text not null
  constraint phone_numbers_id_check CHECK ((length(id) >= 16))
  constraint phone_numbers_id_fkey FOREIGN KEY (id) REFERENCES graph_ids(id)
  constraint phone_numbers_phone_number_check CHECK ((phone_number ~ '^[1-9][0-9]{6,14}$'::text))
  constraint phone_numbers_phone_number_key UNIQUE (phone_number)
  constraint phone_numbers_pkey PRIMARY KEY (id)
  constraint phone_numbers_status_check CHECK ((status = ANY (ARRAY['active'::text, 'suspended'::text])))
  constraint phone_numbers_waba_id_fkey FOREIGN KEY (waba_id) REFERENCES whatsapp_business_accounts(id)
  CREATE INDEX phone_numbers_in_order ON public.phone_numbers USING btree (waba_id, created_at_ms, id)

view public.reachable_accounts
  column token_id text
  column waba_id text
   SELECT token_grants.token_id,
    token_grants.waba_id
   FROM (((token_grants
     JOIN access_tokens ON ((access_tokens.id = token_grants.token_id)))
     JOIN app_grants ON (((app_grants.waba_id = token_grants.waba_id) AND (app_grants.app_id = access_tokens.app_id))))
     JOIN account_users ON (((account_users.waba_id = token_grants.waba_id) AND (account_users.system_user_id = access_tokens.system_user_id))));

CREATE OR REPLACE FUNCTION public.refuse_admin_log_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  RAISE EXCEPTION 'admin_log is append-only' USING ERRCODE = 'insufficient_privilege';
END
$function$

table public.system_users
  column business_id text not null
  column created_at_ms bigint not null
  column id text not null
  column name text not null
  constraint system_users_business_id_fkey FOREIGN KEY (business_id) REFERENCES businesses(id)
  constraint system_users_id_business_id_key UNIQUE (id, business_id)
  constraint system_users_id_fkey FOREIGN KEY (id) REFERENCES graph_ids(id)
  constraint system_users_pkey PRIMARY KEY (id)
  CREATE INDEX system_users_in_order ON public.system_users USING btree (business_id, created_at_ms, id)

table public.token_grants
  column business_id text not null
  column token_id text not null
  column waba_id text not null
  constraint token_grants_pkey PRIMARY KEY (token_id, waba_id)
  constraint token_grants_token_id_business_id_fkey FOREIGN KEY (token_id, business_id) REFERENCES access_tokens(id, business_id)
  constraint token_grants_waba_id_business_id_fkey FOREIGN KEY (waba_id, business_id) REFERENCES account_businesses(waba_id, business_id)

table public.whatsapp_business_accounts
  column business_id text not null
  column created_at_ms bigint not null
  column currency text not null
  column disables_marketing_on_cloud_api boolean not null default false
  column id text not null
  column is_enabled_for_insights boolean not null default false
  column message_template_namespace text not null
  column name text not null
  column timezone_id text not null
  constraint whatsapp_business_accounts_business_id_fkey FOREIGN KEY (business_id) REFERENCES businesses(id)
  constraint whatsapp_business_accounts_id_business_id_key UNIQUE (id, business_id)
  constraint whatsapp_business_accounts_id_fkey FOREIGN KEY (id) REFERENCES graph_ids(id)
  constraint whatsapp_business_accounts_message_template_namespace_key UNIQUE (message_template_namespace)
  constraint whatsapp_business_accounts_pkey PRIMARY KEY (id)
  CREATE INDEX whatsapp_business_accounts_in_order ON public.whatsapp_business_accounts USING btree (business_id, created_at_ms, id)
