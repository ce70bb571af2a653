view operator.figures
  column figure text
  column part text
  column value bigint
   SELECT 'accounts'::text AS figure,
        CASE
            WHEN (accounts.closed_at_ms IS NULL) THEN 'open'::text
            ELSE 'closed'::text
        END AS part,
    count(*) AS value
   FROM accounts
  GROUP BY
        CASE
            WHEN (accounts.closed_at_ms IS NULL) THEN 'open'::text
            ELSE 'closed'::text
        END
UNION ALL
 SELECT 'registrations'::text AS figure,
        CASE
            WHEN registrations.verified THEN 'verified'::text
            ELSE 'unverified'::text
        END AS part,
    count(*) AS value
   FROM registrations
  GROUP BY
        CASE
            WHEN registrations.verified THEN 'verified'::text
            ELSE 'unverified'::text
        END
UNION ALL
 SELECT 'mailbox_items'::text AS figure,
    mailbox.kind AS part,
    count(*) AS value
   FROM mailbox
  GROUP BY mailbox.kind
UNION ALL
 SELECT 'mailbox_oldest_stored_at_ms'::text AS figure,
    ''::text AS part,
    oldest.at_ms AS value
   FROM ( SELECT min(mailbox.stored_at_ms) AS at_ms
           FROM mailbox) oldest
  WHERE (oldest.at_ms IS NOT NULL)
UNION ALL
 SELECT 'one_time_prekeys'::text AS figure,
    one_time_prekeys.kind AS part,
    count(*) AS value
   FROM one_time_prekeys
  WHERE (one_time_prekeys.handed_out_at_ms IS NULL)
  GROUP BY one_time_prekeys.kind
UNION ALL
 SELECT 'blobs'::text AS figure,
    ''::text AS part,
    count(*) AS value
   FROM blobs
UNION ALL
 SELECT 'blob_bytes'::text AS figure,
    ''::text AS part,
    (COALESCE(sum(blobs.bytes), (0)::numeric))::bigint AS value
   FROM blobs;

table public.accounts
  column account_id uuid not null
  column closed_at_ms bigint
  column created_at_ms bigint not null
  column phone_number text not null
  constraint accounts_pkey PRIMARY KEY (account_id)
  CREATE INDEX accounts_by_closing ON public.accounts USING btree (closed_at_ms) WHERE (closed_at_ms IS NOT NULL)

table public.blobs
  column account_id uuid not null
  column blob_id uuid not null
  column bytes bigint not null
  column file_name text not null
  column stored_at_ms bigint not null
  constraint blobs_pkey PRIMARY KEY (blob_id)
  CREATE INDEX blobs_by_age ON public.blobs USING btree (stored_at_ms)
  CREATE INDEX blobs_by_file ON public.blobs USING btree (file_name)

table public.devices
  column account_id uuid not null
  column device_id integer not null
  column identity_key bytea not null
  column kyber_last_resort bytea not null
  column kyber_last_resort_id bigint not null
  column kyber_last_resort_signature bytea not null
  column registration_id integer not null
  column secret_hash bytea not null
  column signed_prekey bytea not null
  column signed_prekey_id bigint not null
  column signed_prekey_signature bytea not null
  constraint devices_pkey PRIMARY KEY (account_id, device_id)

table public.mailbox with (toast_tuple_target=8160, autovacuum_vacuum_scale_factor=0.02, autovacuum_vacuum_insert_scale_factor=0.1, autovacuum_analyze_scale_factor=0.1, autovacuum_vacuum_cost_delay=0)
  column "position" bigint not null identity always
  column account_id uuid not null
  column ciphertext bytea storage external statistics 0
  column commitment bytea statistics 0
  column device_id integer not null
  column envelope_id uuid not null
  column envelope_type integer
  column expires_at_ms bigint not null
  column kind text not null
  column peer_account_id uuid not null
  column peer_device_id integer not null
  column stored_at_ms bigint not null
  constraint mailbox_account_id_device_id_envelope_id_kind_key UNIQUE (account_id, device_id, envelope_id, kind)
  constraint mailbox_kind_check CHECK ((kind = ANY (ARRAY['envelope'::text, 'delivered'::text, 'undeliverable'::text])))
  constraint mailbox_pkey PRIMARY KEY (account_id, device_id, "position")
  CREATE INDEX mailbox_by_expiry ON public.mailbox USING btree (expires_at_ms)

sequence public.mailbox_position_seq as bigint increment 1

table public.one_time_prekeys
  column account_id uuid not null
  column device_id integer not null
  column handed_out_at_ms bigint
  column kind text not null
  column prekey_id bigint not null
  column public_key bytea
  column signature bytea
  constraint one_time_prekeys_kind_check CHECK ((kind = ANY (ARRAY['ec'::text, 'kyber'::text])))
  constraint one_time_prekeys_pkey PRIMARY KEY (account_id, device_id, kind, prekey_id)
  CREATE INDEX one_time_prekeys_by_handing_out ON public.one_time_prekeys USING btree (handed_out_at_ms) WHERE (handed_out_at_ms IS NOT NULL)
  CREATE INDEX one_time_prekeys_left ON public.one_time_prekeys USING btree (account_id, device_id, kind, prekey_id) WHERE (handed_out_at_ms IS NULL)

table public.phone_numbers
  column account_id uuid not null
  column phone_number text not null
  constraint phone_numbers_pkey PRIMARY KEY (phone_number)

table public.registrations
  column account_id uuid
  column attempts integer not null default 0
  column code_hash bytea not null
  column created_at_ms bigint not null
  column expires_at_ms bigint not null
  column identity_key bytea
  column phone_number text not null
  column registration_hash bytea not null
  column verified boolean not null default false
  constraint registrations_pkey PRIMARY KEY (registration_hash)
  CREATE INDEX registrations_by_age ON public.registrations USING btree (created_at_ms)
  CREATE INDEX registrations_by_phone_number ON public.registrations USING btree (phone_number, created_at_ms)

table public.usernames
  column account_id uuid not null
  column username text not null
  constraint usernames_pkey PRIMARY KEY (account_id)
  constraint usernames_username_key UNIQUE (username)

table public.writer
  column generation bigint not null
  column only_row boolean not null default true
  constraint writer_only_row_check CHECK (only_row)
  constraint writer_pkey PRIMARY KEY (only_row)
