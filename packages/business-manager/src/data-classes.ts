/** The classes of data that the Business Manager may hold, as the access table of the design names them. */
export type DataClass = 'business-information' | 'secret-hash' | 'operational';

/** The class of every column of every table and view. A test compares this with the live schema. */
export const dataClasses: Readonly<Record<string, Readonly<Record<string, DataClass>>>> = {
  graph_ids: { id: 'business-information' },
  businesses: { id: 'business-information', name: 'business-information', created_at_ms: 'operational' },
  apps: {
    id: 'business-information',
    business_id: 'business-information',
    name: 'business-information',
    secret_version: 'operational',
    secret_changed_at_ms: 'operational',
    created_at_ms: 'operational',
  },
  whatsapp_business_accounts: {
    id: 'business-information',
    business_id: 'business-information',
    name: 'business-information',
    currency: 'business-information',
    timezone_id: 'business-information',
    message_template_namespace: 'business-information',
    created_at_ms: 'operational',
  },
  phone_numbers: {
    id: 'business-information',
    waba_id: 'business-information',
    phone_number: 'business-information',
    verified_name: 'business-information',
    status: 'business-information',
    created_at_ms: 'operational',
  },
  system_users: {
    id: 'business-information',
    business_id: 'business-information',
    name: 'business-information',
    created_at_ms: 'operational',
  },
  app_grants: {
    waba_id: 'business-information',
    app_id: 'business-information',
    business_id: 'business-information',
    created_at_ms: 'operational',
  },
  access_tokens: {
    id: 'business-information',
    token_hash: 'secret-hash',
    system_user_id: 'business-information',
    app_id: 'business-information',
    business_id: 'business-information',
    label: 'business-information',
    scopes: 'business-information',
    created_at_ms: 'operational',
    expires_at_ms: 'operational',
    revoked_at_ms: 'operational',
  },
  token_grants: {
    token_id: 'business-information',
    waba_id: 'business-information',
    business_id: 'business-information',
  },
  reachable_accounts: { token_id: 'business-information', waba_id: 'business-information' },
  admin_log: {
    position: 'operational',
    actor: 'operational',
    action: 'operational',
    ids: 'business-information',
    at_ms: 'operational',
    id: 'operational',
  },
  admin_log_places: { id: 'operational', log_index: 'operational' },
};

/** The class of every column of the views that an operator may read. */
export const operatorViews: Readonly<Record<string, Readonly<Record<string, DataClass | 'figures'>>>> = {
  figures: { figure: 'figures', part: 'figures', value: 'figures' },
  businesses: { id: 'business-information', name: 'business-information' },
  whatsapp_business_accounts: {
    id: 'business-information',
    business_id: 'business-information',
    name: 'business-information',
    currency: 'business-information',
    timezone_id: 'business-information',
  },
  phone_numbers: {
    id: 'business-information',
    waba_id: 'business-information',
    phone_number: 'business-information',
    verified_name: 'business-information',
    status: 'business-information',
  },
};
