/** What kind of data a column holds; who may see which kind stands in the access table of the design. */
type DataClass =
  | 'sealed-content'
  | 'sealed-keys'
  | 'content-ciphertext'
  | 'account'
  | 'business-information'
  | 'credential-hash'
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
  },
  sessions: {
    phone_number_id: 'business-information',
    account_id: 'account',
    device_id: 'account',
    version: 'operational',
    sealed: 'sealed-keys',
    used_at_ms: 'operational',
  },
  prekeys: {
    phone_number_id: 'business-information',
    kind: 'operational',
    prekey_id: 'operational',
    sealed: 'sealed-keys',
    made_at_ms: 'operational',
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
  },
  processed_envelopes: {
    phone_number_id: 'business-information',
    envelope_id: 'operational',
    is_readable: 'operational',
    processed_at_ms: 'operational',
  },
  app_subscriptions: {
    app_id: 'business-information',
    callback_url: 'business-information',
    fields: 'business-information',
    updated_at_ms: 'operational',
  },
  subscribed_apps: { waba_id: 'business-information', app_id: 'business-information' },
  webhook_events: {
    phone_number_id: 'business-information',
    app_id: 'business-information',
    event_id: 'operational',
    kind: 'operational',
    message_id: 'operational',
    accepted_s: 'operational',
    error_code: 'operational',
    happened_at_ms: 'operational',
  },
  webhook_troubles: {
    phone_number_id: 'business-information',
    app_id: 'business-information',
    attempts: 'operational',
    failing_since_ms: 'operational',
    next_attempt_at_ms: 'operational',
  },
};
