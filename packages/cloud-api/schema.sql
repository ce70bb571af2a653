table public.app_subscriptions
  column app_id text not null
  column callback_url text not null
  column fields text[] not null
  column updated_at_ms bigint not null
  constraint app_subscriptions_pkey PRIMARY KEY (app_id)

table public.base_keys
  column base_key bytea not null
  column phone_number_id text not null
  column used_at_ms bigint not null
  constraint base_keys_pkey PRIMARY KEY (phone_number_id, base_key)

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

table public.messages partition by RANGE (accepted_s)
  column accepted_s bigint not null
  column message_id text not null
  column phone_number_id text not null
  column retries smallint not null default 0
  column sealed bytea not null storage external statistics 0
  column sent_by_business boolean not null
  column state text not null
  constraint messages_pkey PRIMARY KEY (phone_number_id, message_id, sent_by_business, accepted_s)
  constraint messages_state_check CHECK ((state = ANY (ARRAY['accepted'::text, 'delivered'::text, 'read'::text, 'failed'::text, 'received'::text])))

table public.numbers
  column account_id uuid
  column device_id smallint
  column phone_number text not null
  column phone_number_id text not null
  column pin_failures smallint not null default 0
  column pin_hash bytea
  column pin_locked_until_ms bigint not null default 0
  column pump_epoch bigint not null default 0
  column pump_owner integer
  column registered_at_ms bigint
  column sealed_device bytea
  column state text not null
  column transport_registration_id text
  column verified_name text not null
  column waba_id text not null
  constraint numbers_pkey PRIMARY KEY (phone_number_id)
  constraint numbers_state_check CHECK ((state = ANY (ARRAY['unverified'::text, 'verified'::text, 'registered'::text])))
  CREATE UNIQUE INDEX numbers_account ON public.numbers USING btree (account_id)

table public.outbox
  column accepted_s bigint not null
  column account_id uuid
  column attempt smallint not null default 0
  column device_id smallint
  column envelopes bytea storage external statistics 0
  column expires_at_ms bigint not null
  column message_id text
  column outbox_id bigint not null identity always
  column phone_number_id text not null
  column sealed bytea storage external statistics 0
  constraint outbox_pkey PRIMARY KEY (phone_number_id, outbox_id)
  CREATE INDEX outbox_queued ON public.outbox USING btree (phone_number_id, outbox_id) WHERE (envelopes IS NULL)

sequence public.outbox_outbox_id_seq as bigint increment 1

table public.prekeys
  column kind text not null
  column made_at_ms bigint not null
  column phone_number_id text not null
  column prekey_id integer not null
  column sealed bytea not null storage external statistics 0
  constraint prekeys_kind_check CHECK ((kind = ANY (ARRAY['one-time'::text, 'signed'::text, 'kyber-one-time'::text, 'kyber-last-resort'::text])))
  constraint prekeys_pkey PRIMARY KEY (phone_number_id, kind, prekey_id)

table public.processed_envelopes
  column envelope_id uuid not null
  column is_readable boolean not null
  column phone_number_id text not null
  column processed_at_ms bigint not null
  constraint processed_envelopes_pkey PRIMARY KEY (phone_number_id, envelope_id)

table public.sessions with (toast_tuple_target=8160)
  column account_id uuid not null
  column device_id smallint not null
  column phone_number_id text not null
  column sealed bytea not null storage external statistics 0
  column used_at_ms bigint not null
  column version bigint not null
  constraint sessions_pkey PRIMARY KEY (phone_number_id, account_id, device_id)

table public.subscribed_apps
  column app_id text not null
  column waba_id text not null
  constraint subscribed_apps_pkey PRIMARY KEY (waba_id, app_id)

table public.webhook_events
  column accepted_s bigint not null
  column app_id text not null
  column error_code integer
  column event_id bigint not null identity always
  column happened_at_ms bigint not null
  column kind text not null
  column message_id text not null
  column phone_number_id text not null
  constraint webhook_events_kind_check CHECK ((kind = ANY (ARRAY['message'::text, 'sent'::text, 'delivered'::text, 'read'::text, 'failed'::text])))
  constraint webhook_events_pkey PRIMARY KEY (phone_number_id, app_id, event_id)

sequence public.webhook_events_event_id_seq as bigint increment 1

table public.webhook_troubles
  column app_id text not null
  column attempts integer not null
  column failing_since_ms bigint not null
  column next_attempt_at_ms bigint not null
  column phone_number_id text not null
  constraint webhook_troubles_pkey PRIMARY KEY (phone_number_id, app_id)
