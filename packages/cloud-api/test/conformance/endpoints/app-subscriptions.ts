import type { EndpointSuite } from '../endpoint-suite.ts';

const wanted = {
  object: 'whatsapp_business_account',
  callback_url: '{callback}',
  verify_token: 'a verify token',
  fields: 'messages',
};
const listed = (...fields: object[]) => ({
  data: [{ object: 'whatsapp_business_account', callback_url: '{callback}', active: true, fields }],
});
const nobodyElse = {
  'a token of a system user': { ask: { caller: 'system user' }, code: 200, status: 403 },
  'another business': { ask: { caller: 'another business' }, subcode: 33 },
} as const;

/** Contract section 4.1. */
export const setSubscription: EndpointSuite = {
  endpoint: 'POST /{app}/subscriptions',
  caller: 'app',
  accepts: {
    'a callback that proves itself': {
      ask: { json: wanted },
      answers: { success: true },
      afterwards: [{ ask: { method: 'GET' }, answers: listed({ name: 'messages', version: 'v25.0' }) }],
    },
    'the same again, with another field, as a form': {
      ask: { form: { ...wanted, fields: 'account_update', include_values: 'true' } },
      answers: { success: true },
      afterwards: [
        {
          ask: { method: 'GET' },
          answers: listed({ name: 'messages', version: 'v25.0' }, { name: 'account_update', version: 'v25.0' }),
        },
      ],
    },
    'a list of fields in the query': {
      ask: { query: { ...wanted, fields: '["messages","account_update"]' } },
      answers: { success: true },
    },
  },
  refuses: {
    'an object that is none': { ask: { json: { ...wanted, object: 'page' } }, names: 'object' },
    'no callback': { ask: { json: { ...wanted, callback_url: null } }, names: 'callback_url' },
    'no verify token': { ask: { json: { ...wanted, verify_token: '' } }, names: 'verify_token' },
    'fields that are no names': { ask: { json: { ...wanted, fields: 'Messages!' } }, names: 'fields' },
    'a list of numbers': { ask: { json: { ...wanted, fields: [1] } }, names: 'fields' },
    'a callback that does not prove itself': {
      ask: { json: { ...wanted, callback_url: '{deaf callback}' } },
      code: 2200,
    },
    ...nobodyElse,
  },
};

export const listSubscriptions: EndpointSuite = {
  endpoint: 'GET /{app}/subscriptions',
  caller: 'app',
  accepts: { 'of an app that has none': { ask: {}, answers: { data: [] } } },
  refuses: nobodyElse,
};

export const removeSubscription: EndpointSuite = {
  endpoint: 'DELETE /{app}/subscriptions',
  caller: 'app',
  given: [
    {
      ask: {
        method: 'POST',
        path: '/{app}/subscriptions',
        json: { ...wanted, fields: 'messages,flows' },
        caller: 'app',
      },
    },
  ],
  accepts: {
    'one field': {
      ask: { query: { object: 'whatsapp_business_account', fields: 'flows' } },
      answers: { success: true },
      afterwards: [{ ask: { method: 'GET' }, answers: listed({ name: 'messages', version: 'v25.0' }) }],
    },
    'all of it': {
      ask: {},
      answers: { success: true },
      afterwards: [{ ask: { method: 'GET' }, answers: { data: [] } }],
    },
    'what is not there any more': { ask: {}, answers: { success: true } },
  },
  refuses: {
    'an object that is none': { ask: { query: { object: 'user' } }, names: 'object' },
    'fields that are no names': { ask: { query: { fields: '-' } }, names: 'fields' },
    ...nobodyElse,
  },
};
