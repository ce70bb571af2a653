import type { EndpointSuite } from '../endpoint-suite.ts';

const path = '/{waba}/subscribed_apps';
const foreign = { 'another business': { ask: { caller: 'another business' }, subcode: 33 } } as const;
const app = { id: '{app}', name: 'Bakery app', link: '' };

/** Contract sections 4.1 and 5.1. */
export const subscribeApp: EndpointSuite = {
  endpoint: `POST ${path}`,
  accepts: {
    "the token's app, with nothing in the body": {
      ask: {},
      answers: { success: true },
      afterwards: [{ ask: { method: 'GET' }, answers: { data: [{ whatsapp_business_api_data: app }] } }],
    },
    'at a URL of its own, in the query': {
      ask: { query: { override_callback_uri: '{callback}', verify_token: 'a verify token' } },
      answers: { success: true },
      afterwards: [
        {
          ask: { method: 'GET' },
          answers: { data: [{ whatsapp_business_api_data: app, override_callback_uri: '{callback}' }] },
        },
      ],
    },
    'once more': { ask: { form: {} }, answers: { success: true } },
  },
  refuses: {
    'a URL without its verify token': {
      ask: { json: { override_callback_uri: '{callback}' } },
      names: 'verify_token',
    },
    'a URL that does not prove itself': {
      ask: { json: { override_callback_uri: '{deaf callback}', verify_token: 'a verify token' } },
      code: 2200,
    },
    'a URL that is none': {
      ask: { json: { override_callback_uri: 'here', verify_token: 'a verify token' } },
    },
    ...foreign,
  },
};

export const listSubscribedApps: EndpointSuite = {
  endpoint: `GET ${path}`,
  accepts: { 'of an account without any': { ask: {}, answers: { data: [] } } },
  refuses: foreign,
};

export const unsubscribeApp: EndpointSuite = {
  endpoint: `DELETE ${path}`,
  given: [{ ask: { method: 'POST', path } }],
  accepts: {
    "the token's app": {
      ask: {},
      answers: { success: true },
      afterwards: [{ ask: { method: 'GET' }, answers: { data: [] } }],
    },
  },
  refuses: foreign,
};
