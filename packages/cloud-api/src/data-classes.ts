/** What kind of data a column holds; who may see which kind stands in the access table of the design. */
export type DataClass =
  | 'sealed-content'
  | 'sealed-keys'
  | 'content-ciphertext'
  | 'account'
  | 'business-information'
  | 'credential-hash'
  | 'pseudonymous'
  | 'compliance'
  | 'statistics'
  | 'operational';

/** The class of every column of every table of the Cloud API. A test compares it with the live schema. */
export const dataClasses: Readonly<Record<string, Readonly<Record<string, DataClass>>>> = {
  numbers: {
    phone_number_id: 'business-information',
    waba_id: 'business-information',
    phone_number: 'business-information',
    verified_name: 'business-information',
    state: 'operational',
    transport_registration_id: 'operational',
    account_id: 'operational',
    device_id: 'operational',
    sealed_device: 'sealed-keys',
    pin_hash: 'credential-hash',
    pin_failures: 'operational',
    pin_locked_until_ms: 'operational',
    registered_at_ms: 'operational',
    pump_epoch: 'operational',
    pump_owner: 'operational',
    retention_hours: 'business-information',
    leaving_since_ms: 'operational',
  },
  sessions: {
    phone_number_id: 'business-information',
    account_id: 'account',
    device_id: 'account',
    version: 'operational',
    sealed: 'sealed-keys',
    used_at_ms: 'operational',
    subject_id: 'pseudonymous',
  },
  prekeys: {
    phone_number_id: 'business-information',
    kind: 'operational',
    prekey_id: 'operational',
    sealed: 'sealed-keys',
    made_at_ms: 'operational',
    sealed_at_ms: 'operational',
  },
  base_keys: { phone_number_id: 'business-information', base_key: 'operational', used_at_ms: 'operational' },
  messages: {
    phone_number_id: 'business-information',
    message_id: 'operational',
    sent_by_business: 'operational',
    accepted_s: 'operational',
    state: 'operational',
    retries: 'operational',
    sealed: 'sealed-content',
    retention_hours: 'operational',
    subject_id: 'pseudonymous',
  },
  outbox: {
    phone_number_id: 'business-information',
    outbox_id: 'operational',
    message_id: 'operational',
    accepted_s: 'operational',
    attempt: 'operational',
    account_id: 'account',
    device_id: 'account',
    sealed: 'sealed-content',
    envelopes: 'content-ciphertext',
    expires_at_ms: 'operational',
    retention_hours: 'operational',
    subject_id: 'pseudonymous',
    category: 'operational',
    waits_for_media: 'operational',
  },
  processed_envelopes: {
    phone_number_id: 'business-information',
    envelope_id: 'operational',
    is_readable: 'operational',
    processed_at_ms: 'operational',
  },
  session_generations: {
    must_replace_prekeys: 'operational',
    phone_number_id: 'business-information',
    generation: 'operational',
  },
  subject_shards: { shard: 'operational', version: 'operational', subjects: 'operational' },
  subjects: {
    phone_number_id: 'business-information',
    subject_id: 'pseudonymous',
    shard: 'operational',
    shard_version: 'operational',
    wrapped_key: 'sealed-keys',
    used_hour: 'pseudonymous',
  },
  subject_lookups: {
    phone_number_id: 'business-information',
    hour: 'operational',
    person_hash: 'pseudonymous',
    subject_id: 'pseudonymous',
  },
  erasures: {
    receipt_id: 'operational',
    waba_id: 'business-information',
    begun_at_ms: 'operational',
    keys_destroyed_at_ms: 'operational',
    done_at_ms: 'operational',
    messages: 'operational',
    sessions: 'operational',
  },
  erased_subjects: {
    receipt_id: 'operational',
    phone_number_id: 'business-information',
    subject_id: 'pseudonymous',
    shard: 'operational',
  },
  audit_entries: {
    id: 'operational',
    seq: 'operational',
    at_ms: 'operational',
    kind: 'compliance',
    waba_id: 'business-information',
    phone_number_id: 'business-information',
    details: 'compliance',
    log_index: 'operational',
  },
  seal_refusals: { in_table: 'operational', day: 'operational', count: 'operational' },
  statistics_days: { day: 'operational', salt: 'pseudonymous' },
  statistics_contributions: { day: 'pseudonymous', person_token: 'pseudonymous', cells: 'pseudonymous' },
  statistics_budget: {
    day: 'statistics',
    region: 'statistics',
    messages_epsilon_millis: 'statistics',
    people_epsilon_millis: 'statistics',
    spent_at_ms: 'statistics',
  },
  released_statistics: {
    day: 'statistics',
    region: 'statistics',
    direction: 'statistics',
    type: 'statistics',
    messages: 'statistics',
    people: 'statistics',
  },
  app_subscriptions: {
    app_id: 'business-information',
    callback_url: 'business-information',
    fields: 'business-information',
    updated_at_ms: 'operational',
  },
  subscribed_apps: { waba_id: 'business-information', app_id: 'business-information' },
  webhook_events: {
    owner_id: 'business-information',
    app_id: 'business-information',
    event_id: 'operational',
    kind: 'operational',
    message_id: 'operational',
    accepted_s: 'operational',
    error_code: 'operational',
    happened_at_ms: 'operational',
    field: 'compliance',
    value: 'compliance',
  },
  webhook_troubles: {
    owner_id: 'business-information',
    app_id: 'business-information',
    attempts: 'operational',
    failing_since_ms: 'operational',
    next_attempt_at_ms: 'operational',
  },
  sub_processor_versions: {
    version: 'compliance',
    declared_at_ms: 'compliance',
    entries: 'compliance',
    standing: 'compliance',
  },
  accepted_terms: {
    waba_id: 'business-information',
    version: 'compliance',
    accepted_at_ms: 'compliance',
    accepted_by: 'business-information',
    app_id: 'business-information',
  },
};

/** The class of every column of the views that an operator may read. */
export const operatorViews: Readonly<Record<string, Readonly<Record<string, DataClass | 'figures'>>>> = {
  figures: { figure: 'figures', part: 'figures', value: 'figures' },
  released_statistics: {
    day: 'statistics',
    region: 'statistics',
    direction: 'statistics',
    type: 'statistics',
    messages: 'statistics',
    people: 'statistics',
  },
};
