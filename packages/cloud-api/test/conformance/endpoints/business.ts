import { anything, including, type EndpointSuite } from '../endpoint-suite.ts';

/** Contract section 9. */
export const getBusiness: EndpointSuite = {
  endpoint: 'GET /{business}',
  isRegistered: false,
  accepts: {
    'what is shown unasked': { ask: {}, answers: { id: '{business}', name: 'Bakery' } },
    'all that there is': {
      ask: {
        query: { fields: 'name,created_time,verification_status,whatsapp_business_manager_messaging_limit' },
      },
      answers: including({
        name: 'Bakery',
        created_time: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+0000$/,
        verification_status: 'not_verified',
        whatsapp_business_manager_messaging_limit: /^TIER_/,
      }),
    },
  },
  refuses: {
    'a field that there is not': { ask: { query: { fields: 'vertical_taste' } }, names: 'vertical_taste' },
    'another business': { ask: { path: '/{other business}' }, subcode: 33 },
    'an app’s own token': { ask: { caller: 'app' }, subcode: 33 },
    nobody: { ask: { caller: 'nobody' }, code: 104, status: 401 },
  },
};

/** Contract section 9.1. */
export const getSystemUser: EndpointSuite = {
  endpoint: 'GET /{user}',
  isRegistered: false,
  accepts: {
    'what is shown unasked': { ask: {}, answers: { id: '{user}', name: 'Bakery program' } },
    'as me': { ask: { path: '/me' }, answers: { id: '{user}', name: 'Bakery program' } },
    'whose it is': {
      ask: { query: { fields: 'business' } },
      answers: { id: '{user}', business: { id: '{business}', name: 'Bakery' } },
    },
  },
  refuses: {
    'a field that there is not': { ask: { query: { fields: 'birthday' } }, names: 'birthday' },
    'another business’s user': { ask: { path: '/{other user}' }, subcode: 33 },
    nobody: { ask: { caller: 'nobody' }, code: 104, status: 401 },
  },
};

const account = {
  id: '{waba}',
  name: 'Bakery account',
  currency: 'EUR',
  timezone_id: '42',
  message_template_namespace: anything,
};

/** Contract section 5.1. */
export const listOwnedAccounts: EndpointSuite = {
  endpoint: 'GET /{business}/owned_whatsapp_business_accounts',
  isRegistered: false,
  accepts: {
    'what is shown unasked': { ask: {}, answers: including({ data: [account] }) },
    'one field, on a page': {
      ask: { query: { fields: 'ownership_type', limit: '1' } },
      answers: including({ data: [{ id: '{waba}', ownership_type: 'SELF' }] }),
    },
  },
  refuses: {
    'a page of none': { ask: { query: { limit: '0' } }, names: 'limit' },
    'a field that there is not': { ask: { query: { fields: 'colour' } }, names: 'colour' },
    'another business': { ask: { path: '/{other business}/owned_whatsapp_business_accounts' }, subcode: 33 },
  },
};

/** Contract section 5.1. */
export const listClientAccounts: EndpointSuite = {
  endpoint: 'GET /{business}/client_whatsapp_business_accounts',
  isRegistered: false,
  accepts: { 'of a business that nobody shares with': { ask: {}, answers: { data: [] } } },
  refuses: {
    'a page of none': { ask: { query: { limit: '0' } }, names: 'limit' },
    'another business': { ask: { path: '/{other business}/client_whatsapp_business_accounts' }, subcode: 33 },
  },
};

/** Contract section 9. */
export const listAssignedAccounts: EndpointSuite = {
  endpoint: 'GET /{user}/assigned_whatsapp_business_accounts',
  isRegistered: false,
  accepts: {
    'what is shown unasked': { ask: {}, answers: including({ data: [account] }) },
    'by the name of whoever asks': {
      ask: { path: '/me/assigned_whatsapp_business_accounts' },
      answers: including({ data: [account] }),
    },
  },
  refuses: {
    'a page of none': { ask: { query: { limit: '0' } }, names: 'limit' },
    'another business’s user': { ask: { path: '/{other user}/assigned_whatsapp_business_accounts' }, subcode: 33 },
  },
};

/** Contract section 9.1. */
export const listPermissions: EndpointSuite = {
  endpoint: 'GET /{user}/permissions',
  isRegistered: false,
  accepts: {
    'what the token allows': {
      ask: { path: '/me/permissions' },
      answers: {
        data: [
          { permission: 'whatsapp_business_messaging', status: 'granted' },
          { permission: 'whatsapp_business_management', status: 'granted' },
        ],
      },
    },
  },
  refuses: {
    'another business’s user': { ask: { path: '/{other user}/permissions' }, subcode: 33 },
    nobody: { ask: { path: '/me/permissions', caller: 'nobody' }, code: 104, status: 401 },
  },
};

/** Contract section 9.1. */
export const listBusinesses: EndpointSuite = {
  endpoint: 'GET /{user}/businesses',
  isRegistered: false,
  accepts: {
    'the one that there is': {
      ask: { path: '/me/businesses' },
      answers: including({ data: [{ id: '{business}', name: 'Bakery' }] }),
    },
  },
  refuses: {
    'a page of none': { ask: { query: { limit: '0' } }, names: 'limit' },
    'another business’s user': { ask: { path: '/{other user}/businesses' }, subcode: 33 },
  },
};

export const getApp: EndpointSuite = {
  endpoint: 'GET /{app}',
  isRegistered: false,
  accepts: {
    'with the token of a user': {
      ask: {},
      answers: { id: '{app}', name: 'Bakery app', link: '', category: 'Business' },
    },
    'some fields, with its own token': {
      ask: { caller: 'app', query: { fields: 'name' } },
      answers: { id: '{app}', name: 'Bakery app' },
    },
  },
  refuses: {
    'a field that there is not': { ask: { query: { fields: 'colour' } }, names: 'colour' },
    'another business’s app': { ask: { path: '/{other app}' }, subcode: 33 },
  },
};
