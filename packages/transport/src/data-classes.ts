/** What kind of data a column holds; who may see which kind stands in the access table of the design. */
export type DataClass =
  'content-ciphertext' | 'phone-number' | 'account' | 'public-keys' | 'credential-hash' | 'integrity' | 'operational';

/** The class of every column of every table of the transport. A test compares it with the live schema. */
export const dataClasses: Readonly<Record<string, Readonly<Record<string, DataClass>>>> = {
  writer: { only_row: 'operational', generation: 'operational' },
  registrations: {
    registration_hash: 'credential-hash',
    phone_number: 'phone-number',
    code_hash: 'credential-hash',
    attempts: 'integrity',
    verified: 'account',
    account_id: 'account',
    identity_key: 'public-keys',
    created_at_ms: 'account',
    expires_at_ms: 'account',
  },
  accounts: {
    account_id: 'account',
    phone_number: 'phone-number',
    created_at_ms: 'account',
    closed_at_ms: 'account',
  },
  usernames: { account_id: 'account', username: 'account' },
  phone_numbers: { phone_number: 'phone-number', account_id: 'account' },
  devices: {
    account_id: 'account',
    device_id: 'account',
    secret_hash: 'credential-hash',
    registration_id: 'account',
    identity_key: 'public-keys',
    signed_prekey_id: 'public-keys',
    signed_prekey: 'public-keys',
    signed_prekey_signature: 'public-keys',
    kyber_last_resort_id: 'public-keys',
    kyber_last_resort: 'public-keys',
    kyber_last_resort_signature: 'public-keys',
  },
  one_time_prekeys: {
    account_id: 'account',
    device_id: 'account',
    kind: 'public-keys',
    prekey_id: 'public-keys',
    public_key: 'public-keys',
    signature: 'public-keys',
    handed_out_at_ms: 'public-keys',
  },
  mailbox: {
    account_id: 'account',
    device_id: 'account',
    position: 'operational',
    kind: 'operational',
    envelope_id: 'operational',
    peer_account_id: 'account',
    peer_device_id: 'account',
    envelope_type: 'operational',
    ciphertext: 'content-ciphertext',
    commitment: 'integrity',
    stored_at_ms: 'operational',
    expires_at_ms: 'operational',
  },
  blobs: {
    blob_id: 'operational',
    account_id: 'account',
    file_name: 'operational',
    bytes: 'operational',
    stored_at_ms: 'operational',
  },
};

/** The class of every column of the views that an operator may read. */
export const operatorViews: Readonly<Record<string, Readonly<Record<string, DataClass | 'figures'>>>> = {
  figures: { figure: 'figures', part: 'figures', value: 'figures' },
};
