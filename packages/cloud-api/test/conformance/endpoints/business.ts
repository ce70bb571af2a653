import { including, type EndpointSuite } from '../endpoint-suite.ts';

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
