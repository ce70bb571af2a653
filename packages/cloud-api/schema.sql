view operator.figures
  column figure text
  column part text
  column value bigint
   SELECT 'numbers'::text AS figure,
    numbers.state AS part,
    count(*) AS value
   FROM numbers
  GROUP BY numbers.state
UNION ALL
 SELECT 'outbox'::text AS figure,
        CASE
            WHEN (outbox.envelopes IS NULL) THEN 'queued'::text
            ELSE 'encrypted'::text
        END AS part,
    count(*) AS value
   FROM outbox
  GROUP BY
        CASE
            WHEN (outbox.envelopes IS NULL) THEN 'queued'::text
            ELSE 'encrypted'::text
        END
UNION ALL
 SELECT 'outbox_oldest_accepted_at_ms'::text AS figure,
    ''::text AS part,
    (min(outbox.accepted_s) * 1000) AS value
   FROM outbox
 HAVING (count(*) > 0)
UNION ALL
 SELECT 'webhook_events'::text AS figure,
    webhook_events.kind AS part,
    count(*) AS value
   FROM webhook_events
  GROUP BY webhook_events.kind
UNION ALL
 SELECT 'webhook_oldest_event_at_ms'::text AS figure,
    ''::text AS part,
    min(webhook_events.happened_at_ms) AS value
   FROM webhook_events
 HAVING (count(*) > 0)
UNION ALL
 SELECT 'webhook_troubles'::text AS figure,
    ''::text AS part,
    count(*) AS value
   FROM webhook_troubles
UNION ALL
 SELECT 'seal_refusals'::text AS figure,
    seal_refusals.in_table AS part,
    (sum(seal_refusals.count))::bigint AS value
   FROM seal_refusals
  GROUP BY seal_refusals.in_table
UNION ALL
 SELECT 'erasures'::text AS figure,
        CASE
            WHEN (erasures.done_at_ms IS NULL) THEN 'begun'::text
            ELSE 'done'::text
        END AS part,
    count(*) AS value
   FROM erasures
  GROUP BY
        CASE
            WHEN (erasures.done_at_ms IS NULL) THEN 'begun'::text
            ELSE 'done'::text
        END;

view operator.released_statistics
  column day integer
  column direction text
  column messages integer
  column people integer
  column region text
  column type text
   SELECT day,
    region,
    direction,
    type,
    messages,
    people
   FROM released_statistics;

table public.accepted_terms
  column accepted_at_ms bigint not null
  column accepted_by text not null
  column app_id text not null
  column version text not null
  column waba_id text not null
  constraint accepted_terms_pkey PRIMARY KEY (waba_id, version)
  CREATE TRIGGER accepted_terms_are_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.accepted_terms FOR EACH STATEMENT EXECUTE FUNCTION refuse_compliance_change()

CREATE OR REPLACE FUNCTION public.announce_audit_entries()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  NOTIFY audit_entries;
  RETURN NULL;
END
$function$

table public.app_subscriptions
  column app_id text not null
  column callback_url text not null
  column fields text[] not null
  column updated_at_ms bigint not null
  column versions jsonb not null default '{}'::jsonb
  constraint app_subscriptions_pkey PRIMARY KEY (app_id)

table public.audit_entries
  column at_ms bigint not null
  column details jsonb not null
  column id uuid not null
  column kind text not null
  column log_index bigint
  column phone_number_id text
  column seq bigint not null identity always
  column waba_id text
  constraint audit_entries_log_index_key UNIQUE (log_index)
  constraint audit_entries_pkey PRIMARY KEY (id)
  CREATE INDEX audit_entries_of_account ON public.audit_entries USING btree (waba_id, log_index)
  CREATE INDEX audit_entries_pending ON public.audit_entries USING btree (seq) WHERE (log_index IS NULL)
  CREATE TRIGGER audit_entries_announced AFTER INSERT ON public.audit_entries FOR EACH STATEMENT EXECUTE FUNCTION announce_audit_entries()
  CREATE TRIGGER audit_entries_are_not_emptied BEFORE TRUNCATE ON public.audit_entries FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()
  CREATE TRIGGER audit_entries_stay BEFORE DELETE OR UPDATE ON public.audit_entries FOR EACH ROW EXECUTE FUNCTION refuse_audit_change()

sequence public.audit_entries_seq_seq as bigint increment 1

table public.base_keys
  column base_key bytea not null
  column phone_number_id text not null
  column used_at_ms bigint not null
  constraint base_keys_pkey PRIMARY KEY (phone_number_id, base_key)

table public.business_encryption_keys
  column phone_number_id text not null
  column public_key text not null
  column signature bytea not null
  column uploaded_at_ms bigint not null
  constraint business_encryption_keys_pkey PRIMARY KEY (phone_number_id)

table public.business_usernames
  column business_id text not null
  column phone_number text not null
  column phone_number_id text not null
  column taken_at_ms bigint not null
  column username text not null
  column waba_id text not null
  constraint business_usernames_pkey PRIMARY KEY (username)
  CREATE INDEX business_usernames_number ON public.business_usernames USING btree (phone_number_id)

table public.conversations
  column last_inbound_at_ms bigint not null
  column phone_number_id text not null
  column subject_id uuid not null
  constraint conversations_pkey PRIMARY KEY (phone_number_id, subject_id)
  CREATE INDEX conversations_by_age ON public.conversations USING btree (last_inbound_at_ms)

table public.display_names
  column applied_at_ms bigint
  column phone_number text not null
  column phone_number_id text not null
  column rejection_note text
  column requested_at_ms bigint not null
  column requested_name text not null
  column review_at_ms bigint
  column status text not null
  column waba_id text not null
  constraint display_names_pkey PRIMARY KEY (phone_number_id)
  constraint display_names_status_check CHECK ((status = ANY (ARRAY['PENDING_REVIEW'::text, 'APPROVED'::text, 'DECLINED'::text])))
  CREATE INDEX display_names_review ON public.display_names USING btree (review_at_ms) WHERE (review_at_ms IS NOT NULL)
  CREATE INDEX display_names_unapplied ON public.display_names USING btree (phone_number_id) WHERE ((status = 'APPROVED'::text) AND (applied_at_ms IS NULL))

CREATE OR REPLACE FUNCTION public.drop_message_partitions(before_day bigint)
 RETURNS integer
 LANGUAGE plpgsql
AS $function$
DECLARE
  partition text;
  dropped integer := 0;
BEGIN
  FOR partition IN
    SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = 'messages'::regclass AND substring(c.relname FROM 'messages_day_(\d+)')::bigint < before_day
  LOOP
    EXECUTE format('DROP TABLE %I', partition);
    dropped := dropped + 1;
  END LOOP;
  RETURN dropped;
END;
$function$

CREATE OR REPLACE FUNCTION public.ensure_message_partitions(first_day bigint, last_day bigint)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
DECLARE
  day bigint;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('ensure_message_partitions'));
  FOR day IN SELECT generate_series(first_day, last_day) LOOP
    EXECUTE format(
      'CREATE TABLE IF NOT EXISTS %I PARTITION OF messages FOR VALUES FROM (%s) TO (%s)',
      'messages_day_' || day, day * 86400, (day + 1) * 86400
    );
    EXECUTE format('ALTER TABLE %I SET (fillfactor = 80)', 'messages_day_' || day);
  END LOOP;
END;
$function$

table public.erased_subjects
  column phone_number_id text not null
  column receipt_id uuid not null
  column shard integer not null
  column subject_id uuid not null
  constraint erased_subjects_pkey PRIMARY KEY (receipt_id, phone_number_id, subject_id)

table public.erasures
  column begun_at_ms bigint not null
  column done_at_ms bigint
  column keys_destroyed_at_ms bigint
  column messages integer not null default 0
  column receipt_id uuid not null
  column sessions integer not null default 0
  column waba_id text not null
  constraint erasures_pkey PRIMARY KEY (receipt_id)

table public.first_contacts
  column contacted_at_ms bigint not null
  column day integer not null
  column person_hash bytea not null statistics 0
  column portfolio_id text not null
  constraint first_contacts_pkey PRIMARY KEY (portfolio_id, day, person_hash)
  CREATE INDEX first_contacts_by_age ON public.first_contacts USING btree (contacted_at_ms)

table public.flow_requests
  column accepted_s bigint not null
  column expires_at_ms bigint not null
  column message_id text not null
  column phone_number_id text not null
  constraint flow_requests_pkey PRIMARY KEY (phone_number_id, message_id)

table public.flows
  column app_id text not null
  column categories text[] not null
  column created_at_ms bigint not null
  column data_api_version text
  column endpoint_uri text
  column flow_id text not null
  column flow_json text not null
  column json_version text
  column name text not null
  column place bigint not null identity always
  column preview_since_ms bigint
  column status text not null
  column updated_at_ms bigint not null
  column validation_errors json not null
  column waba_id text not null
  constraint flows_pkey PRIMARY KEY (waba_id, flow_id)
  constraint flows_status_check CHECK ((status = ANY (ARRAY['DRAFT'::text, 'PUBLISHED'::text, 'DEPRECATED'::text])))
  constraint flows_waba_id_name_key UNIQUE (waba_id, name)
  CREATE INDEX flows_id ON public.flows USING btree (flow_id)
  CREATE INDEX flows_place ON public.flows USING btree (waba_id, place)

sequence public.flows_place_seq as bigint increment 1

table public.locked_template_names
  column language text not null
  column locked_until_ms bigint not null
  column name text not null
  column waba_id text not null
  constraint locked_template_names_pkey PRIMARY KEY (waba_id, name, language)
  CREATE INDEX locked_template_names_until ON public.locked_template_names USING btree (locked_until_ms)

table public.media
  column created_s bigint not null
  column expires_at_ms bigint not null
  column media_id text not null
  column origin text not null
  column phone_number_id text not null
  column retention_hours smallint not null
  column sealed bytea not null statistics 0
  column subject_id uuid
  column waba_id text not null
  constraint media_check CHECK (((origin = 'person'::text) = (subject_id IS NOT NULL)))
  constraint media_origin_check CHECK ((origin = ANY (ARRAY['upload'::text, 'link'::text, 'person'::text])))
  constraint media_pkey PRIMARY KEY (phone_number_id, media_id)
  constraint media_retention_hours_check CHECK (((retention_hours >= 1) AND (retention_hours <= 720)))
  CREATE INDEX media_by_expiry ON public.media USING btree (expires_at_ms)
  CREATE INDEX media_by_id ON public.media USING btree (media_id)

table public.message_counts with (fillfactor=70)
  column button smallint not null
  column category text not null
  column count bigint not null
  column country text not null
  column half_hour integer not null
  column half_hours smallint not null
  column happened text not null
  column phone_number_id text not null
  column template_id text not null
  column waba_id text not null
  constraint message_counts_check CHECK (((half_hours = 1) OR ((half_hour % 48) = 0)))
  constraint message_counts_check1 CHECK (((happened = 'tapped'::text) = (button >= 0)))
  constraint message_counts_count_check CHECK ((count > 0))
  constraint message_counts_half_hours_check CHECK ((half_hours = ANY (ARRAY[1, 48])))
  constraint message_counts_happened_check CHECK ((happened = ANY (ARRAY['sent'::text, 'delivered'::text, 'read'::text, 'tapped'::text])))
  constraint message_counts_pkey PRIMARY KEY (phone_number_id, half_hour, half_hours, happened, category, country, template_id, button)
  CREATE INDEX message_counts_account ON public.message_counts USING btree (waba_id, half_hour)
  CREATE INDEX message_counts_time ON public.message_counts USING btree (half_hour)

table public.message_templates
  column archived_at_ms bigint
  column category text not null
  column components json not null
  column correct_category text
  column created_at_ms bigint not null
  column edits_at_ms bigint[] not null default '{}'::bigint[]
  column language text not null
  column library_name text
  column link_tracking_opted_out boolean
  column name text not null
  column parameter_format text not null
  column paused_until_ms bigint
  column pauses integer not null default 0
  column place bigint not null identity always
  column previous_category text
  column quality text not null default 'UNKNOWN'::text
  column quality_at_ms bigint
  column rejected_reason text
  column rejection_note text
  column review_at_ms bigint
  column status text not null
  column sub_category text
  column template_id text not null
  column ttl_seconds integer
  column updated_at_ms bigint not null
  column waba_id text not null
  column was_approved boolean not null default false
  constraint message_templates_category_check CHECK ((category = ANY (ARRAY['MARKETING'::text, 'UTILITY'::text, 'AUTHENTICATION'::text])))
  constraint message_templates_parameter_format_check CHECK ((parameter_format = ANY (ARRAY['POSITIONAL'::text, 'NAMED'::text])))
  constraint message_templates_pkey PRIMARY KEY (waba_id, template_id)
  constraint message_templates_quality_check CHECK ((quality = ANY (ARRAY['GREEN'::text, 'YELLOW'::text, 'RED'::text, 'UNKNOWN'::text])))
  constraint message_templates_status_check CHECK ((status = ANY (ARRAY['APPROVED'::text, 'PENDING'::text, 'REJECTED'::text, 'PAUSED'::text, 'DISABLED'::text, 'ARCHIVED'::text])))
  constraint message_templates_sub_category_check CHECK ((sub_category = ANY (ARRAY['ORDER_DETAILS'::text, 'ORDER_STATUS'::text])))
  constraint message_templates_waba_id_name_language_key UNIQUE (waba_id, name, language)
  CREATE INDEX message_templates_id ON public.message_templates USING btree (template_id)
  CREATE INDEX message_templates_pause ON public.message_templates USING btree (paused_until_ms) WHERE (paused_until_ms IS NOT NULL)
  CREATE INDEX message_templates_place ON public.message_templates USING btree (waba_id, place)
  CREATE INDEX message_templates_review ON public.message_templates USING btree (review_at_ms) WHERE (review_at_ms IS NOT NULL)

sequence public.message_templates_place_seq as bigint increment 1

table public.messages partition by RANGE (accepted_s)
  column accepted_s bigint not null
  column message_id text not null
  column phone_number_id text not null
  column retention_hours smallint not null
  column retries smallint not null default 0
  column sealed bytea not null storage external statistics 0
  column sent_by_business boolean not null
  column state text not null
  column subject_id uuid not null
  constraint messages_pkey PRIMARY KEY (phone_number_id, message_id, sent_by_business, accepted_s)
  constraint messages_state_check CHECK ((state = ANY (ARRAY['accepted'::text, 'delivered'::text, 'read'::text, 'played'::text, 'failed'::text, 'received'::text])))
  CREATE INDEX messages_short_lived ON ONLY public.messages USING btree (((accepted_s + (retention_hours * 3600)))) WHERE (retention_hours < 720)

table public.number_documents
  column kind text not null
  column phone_number_id text not null
  column updated_at_ms bigint not null
  column value json not null
  constraint number_documents_kind_check CHECK ((kind = ANY (ARRAY['profile'::text, 'commerce'::text, 'automation'::text, 'compliance'::text])))
  constraint number_documents_pkey PRIMARY KEY (phone_number_id, kind)

table public.number_webhooks
  column app_id text not null
  column override_url text not null
  column phone_number_id text not null
  column waba_id text not null
  constraint number_webhooks_pkey PRIMARY KEY (phone_number_id, app_id)

table public.numbers
  column account_id uuid
  column business_id text
  column checks_identity boolean not null default false
  column device_id smallint
  column is_searchable boolean not null default true
  column leaving_since_ms bigint
  column phone_number text not null
  column phone_number_id text not null
  column pin_failures smallint not null default 0
  column pin_hash bytea
  column pin_locked_until_ms bigint not null default 0
  column pump_epoch bigint not null default 0
  column pump_owner integer
  column registered_at_ms bigint
  column registrations_at_ms bigint[] not null default '{}'::bigint[]
  column retention_hours smallint not null default 720
  column sealed_device bytea
  column state text not null
  column throughput_level text not null default 'STANDARD'::text
  column transport_registration_id text
  column verified_name text not null
  column waba_id text not null
  constraint numbers_pkey PRIMARY KEY (phone_number_id)
  constraint numbers_retention_hours_check CHECK (((retention_hours >= 1) AND (retention_hours <= 720)))
  constraint numbers_state_check CHECK ((state = ANY (ARRAY['unverified'::text, 'verified'::text, 'registered'::text])))
  constraint numbers_throughput_level_check CHECK ((throughput_level = ANY (ARRAY['STANDARD'::text, 'HIGH'::text])))
  CREATE INDEX numbers_leaving ON public.numbers USING btree (leaving_since_ms) WHERE (leaving_since_ms IS NOT NULL)
  CREATE UNIQUE INDEX numbers_account ON public.numbers USING btree (account_id)

table public.outbox
  column accepted_s bigint not null
  column account_id uuid
  column attempt smallint not null default 0
  column category text
  column device_id smallint
  column envelopes bytea storage external statistics 0
  column expires_at_ms bigint not null
  column message_id text
  column outbox_id bigint not null identity always
  column phone_number_id text not null
  column retention_hours smallint
  column sealed bytea storage external statistics 0
  column subject_id uuid
  column waits_for_media boolean not null default false
  constraint outbox_category_check CHECK ((category = ANY (ARRAY['service'::text, 'marketing'::text, 'marketing_lite'::text, 'utility'::text, 'authentication'::text])))
  constraint outbox_pkey PRIMARY KEY (phone_number_id, outbox_id)
  CREATE INDEX outbox_queued ON public.outbox USING btree (phone_number_id, outbox_id) WHERE ((envelopes IS NULL) AND (NOT waits_for_media))
  CREATE INDEX outbox_waiting_for_media ON public.outbox USING btree (phone_number_id, outbox_id) WHERE waits_for_media

sequence public.outbox_outbox_id_seq as bigint increment 1

table public.prekeys
  column kind text not null
  column made_at_ms bigint not null
  column phone_number_id text not null
  column prekey_id integer not null
  column sealed bytea not null storage external statistics 0
  column sealed_at_ms bigint not null
  constraint prekeys_kind_check CHECK ((kind = ANY (ARRAY['one-time'::text, 'signed'::text, 'kyber-one-time'::text, 'kyber-last-resort'::text])))
  constraint prekeys_pkey PRIMARY KEY (phone_number_id, kind, prekey_id)

table public.processed_envelopes
  column envelope_id uuid not null
  column is_readable boolean not null
  column phone_number_id text not null
  column processed_at_ms bigint not null
  constraint processed_envelopes_pkey PRIMARY KEY (phone_number_id, envelope_id)

table public.profile_pictures
  column bytes bytea not null storage external statistics 0
  column media_type text not null
  column phone_number_id text not null
  column picture_name text not null
  constraint profile_pictures_pkey PRIMARY KEY (phone_number_id)
  CREATE INDEX profile_pictures_name ON public.profile_pictures USING btree (picture_name)

table public.qr_codes
  column code text not null
  column phone_number_id text not null
  column place bigint not null identity always
  column prefilled_message text not null
  constraint qr_codes_pkey PRIMARY KEY (phone_number_id, code)
  CREATE INDEX qr_codes_code ON public.qr_codes USING btree (code)
  CREATE INDEX qr_codes_place ON public.qr_codes USING btree (phone_number_id, place)

sequence public.qr_codes_place_seq as bigint increment 1

CREATE OR REPLACE FUNCTION public.refuse_audit_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  IF TG_OP = 'UPDATE' AND OLD.log_index IS NULL
    AND to_jsonb(NEW) - 'log_index' = to_jsonb(OLD) - 'log_index' THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'audit_entries is append-only' USING ERRCODE = 'insufficient_privilege';
END
$function$

CREATE OR REPLACE FUNCTION public.refuse_compliance_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END
$function$

CREATE OR REPLACE FUNCTION public.refuse_statistics_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END
$function$

table public.released_statistics
  column day integer not null
  column direction text not null
  column messages integer
  column people integer
  column region text not null
  column type text not null
  constraint released_statistics_check CHECK (((messages IS NULL) = (people IS NULL)))
  constraint released_statistics_day_fkey FOREIGN KEY (day) REFERENCES statistics_budget(day)
  constraint released_statistics_direction_check CHECK ((direction = ANY (ARRAY['sent'::text, 'received'::text])))
  constraint released_statistics_pkey PRIMARY KEY (day, region, direction, type)
  CREATE TRIGGER released_statistics_are_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.released_statistics FOR EACH STATEMENT EXECUTE FUNCTION refuse_statistics_change()

table public.seal_refusals
  column count bigint not null
  column day integer not null
  column in_table text not null
  constraint seal_refusals_pkey PRIMARY KEY (in_table, day)

table public.session_generations
  column generation bigint not null
  column must_replace_prekeys boolean not null default false
  column phone_number_id text not null
  constraint session_generations_pkey PRIMARY KEY (phone_number_id)

table public.sessions with (toast_tuple_target=8160)
  column account_id uuid not null
  column device_id smallint not null
  column identity_hash bytea
  column phone_number_id text not null
  column sealed bytea not null storage external statistics 0
  column subject_id uuid
  column used_at_ms bigint not null
  column version bigint not null
  constraint sessions_pkey PRIMARY KEY (phone_number_id, account_id, device_id)

table public.statistics_budget
  column day integer not null
  column messages_epsilon_millis integer not null
  column people_epsilon_millis integer not null
  column region text not null
  column spent_at_ms bigint not null
  constraint statistics_budget_check CHECK (((messages_epsilon_millis > 0) AND (people_epsilon_millis > 0)))
  constraint statistics_budget_check1 CHECK (((messages_epsilon_millis + people_epsilon_millis) <= 1000))
  constraint statistics_budget_pkey PRIMARY KEY (day)
  CREATE TRIGGER statistics_budget_is_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.statistics_budget FOR EACH STATEMENT EXECUTE FUNCTION refuse_statistics_change()

table public.statistics_contributions
  column cells text[] not null statistics 0
  column day integer not null
  column person_token bytea not null statistics 0
  constraint statistics_contributions_cells_check CHECK (((cardinality(cells) >= 1) AND (cardinality(cells) <= 10)))
  constraint statistics_contributions_pkey PRIMARY KEY (day, person_token)

table public.statistics_days
  column day integer not null
  column salt bytea not null statistics 0
  constraint statistics_days_pkey PRIMARY KEY (day)

table public.sub_processor_versions
  column declared_at_ms bigint not null
  column entries jsonb not null
  column standing jsonb not null
  column version integer not null
  constraint sub_processor_versions_pkey PRIMARY KEY (version)
  CREATE TRIGGER sub_processor_versions_are_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.sub_processor_versions FOR EACH STATEMENT EXECUTE FUNCTION refuse_compliance_change()

table public.subject_lookups
  column hour integer not null
  column person_hash bytea not null statistics 0
  column phone_number_id text not null
  column subject_id uuid not null
  constraint subject_lookups_pkey PRIMARY KEY (phone_number_id, hour, person_hash)
  CREATE INDEX subject_lookups_by_hour ON public.subject_lookups USING btree (hour)

table public.subject_shards
  column shard integer not null
  column subjects integer not null
  column version integer not null
  constraint subject_shards_pkey PRIMARY KEY (shard)

table public.subjects
  column phone_number_id text not null
  column shard integer not null
  column shard_version integer not null
  column subject_id uuid not null
  column used_hour integer not null
  column wrapped_key bytea not null statistics 0
  constraint subjects_pkey PRIMARY KEY (phone_number_id, subject_id)
  CREATE INDEX subjects_by_use ON public.subjects USING btree (used_hour)
  CREATE INDEX subjects_of_shard ON public.subjects USING btree (shard)

table public.subscribed_apps
  column app_id text not null
  column override_url text
  column waba_id text not null
  constraint subscribed_apps_pkey PRIMARY KEY (waba_id, app_id)

table public.suppressions
  column kind text not null
  column person_hash bytea not null statistics 0
  column phone_number_id text not null
  column sealed_person bytea statistics 0
  column since_ms bigint not null
  constraint suppressions_check CHECK (((sealed_person IS NOT NULL) = (kind = 'blocked'::text)))
  constraint suppressions_kind_check CHECK ((kind = ANY (ARRAY['marketing'::text, 'blocked'::text])))
  constraint suppressions_pkey PRIMARY KEY (phone_number_id, kind, person_hash)

table public.template_accounts
  column counted_since_ms bigint not null
  column creations integer not null default 0
  column waba_id text not null
  constraint template_accounts_pkey PRIMARY KEY (waba_id)

table public.upload_parts
  column bytes bigint not null
  column sealed bytea not null statistics 0
  column start_byte bigint not null
  column upload_id text not null
  constraint upload_parts_pkey PRIMARY KEY (upload_id, start_byte)

table public.uploads
  column app_id text not null
  column created_s bigint not null
  column expires_at_ms bigint not null
  column retention_hours smallint not null
  column sealed bytea not null statistics 0
  column upload_id text not null
  column user_id text
  constraint uploads_pkey PRIMARY KEY (upload_id)
  CREATE INDEX uploads_by_expiry ON public.uploads USING btree (expires_at_ms)

table public.user_ids
  column phone_number_id text not null
  column sealed bytea not null statistics 0
  column sealed_at_ms bigint not null
  column subject_id uuid not null
  column user_id_hash bytea not null statistics 0
  constraint user_ids_pkey PRIMARY KEY (phone_number_id, subject_id)
  CREATE INDEX user_ids_by_age ON public.user_ids USING btree (sealed_at_ms)
  CREATE INDEX user_ids_by_hash ON public.user_ids USING btree (phone_number_id, user_id_hash)

table public.webhook_deliveries
  column app_id text not null
  column attempts integer not null
  column body_bytes integer not null
  column callback_url text not null
  column delivery_id bigint not null identity always
  column duration_ms integer not null
  column event_count integer not null
  column events jsonb not null
  column expires_at_ms bigint not null
  column failure text
  column first_attempt_at_ms bigint not null
  column http_status integer
  column last_attempt_at_ms bigint not null
  column next_attempt_at_ms bigint
  column owner_id text not null
  column redelivered_at_ms bigint
  column state text not null
  column waba_id text not null
  constraint webhook_deliveries_pkey PRIMARY KEY (owner_id, app_id, delivery_id)
  constraint webhook_deliveries_state_check CHECK ((state = ANY (ARRAY['delivered'::text, 'retrying'::text, 'failed'::text])))
  CREATE INDEX webhook_deliveries_expiring ON public.webhook_deliveries USING btree (expires_at_ms)
  CREATE INDEX webhook_deliveries_of_app ON public.webhook_deliveries USING btree (app_id, delivery_id)
  CREATE UNIQUE INDEX webhook_deliveries_retrying ON public.webhook_deliveries USING btree (owner_id, app_id) WHERE (state = 'retrying'::text)

sequence public.webhook_deliveries_delivery_id_seq as bigint increment 1

table public.webhook_events
  column accepted_s bigint
  column app_id text not null
  column error_code integer
  column event_id bigint not null identity always
  column field text
  column happened_at_ms bigint not null
  column is_arrival boolean not null default false
  column kind text not null
  column message_id text
  column owner_id text not null
  column phone_number_id text
  column value jsonb
  constraint webhook_events_kind_check CHECK ((kind = ANY (ARRAY['message'::text, 'sent'::text, 'delivered'::text, 'read'::text, 'played'::text, 'failed'::text, 'system'::text, 'preference'::text, 'account'::text])))
  constraint webhook_events_pkey PRIMARY KEY (owner_id, app_id, event_id)
  constraint webhook_events_shape_check CHECK (
CASE kind
    WHEN 'account'::text THEN ((field IS NOT NULL) AND (value IS NOT NULL) AND (num_nonnulls(message_id, accepted_s, error_code, phone_number_id) = 0))
    WHEN 'preference'::text THEN ((num_nonnulls(message_id, accepted_s, phone_number_id) = 3) AND (num_nonnulls(field, value, error_code) = 0))
    ELSE ((message_id IS NOT NULL) AND (accepted_s IS NOT NULL) AND (num_nonnulls(field, value, phone_number_id) = 0))
END)

sequence public.webhook_events_event_id_seq as bigint increment 1

table public.webhook_troubles
  column app_id text not null
  column attempts integer not null
  column failing_since_ms bigint not null
  column next_attempt_at_ms bigint not null
  column owner_id text not null
  constraint webhook_troubles_pkey PRIMARY KEY (owner_id, app_id)
