import { anything, including, type EndpointSuite } from '../endpoint-suite.ts';

const refused = {
  'a field that is none': { ask: { query: { fields: 'colour' } }, names: 'colour' },
  'another business': { ask: { caller: 'another business' }, subcode: 33 },
} as const;

/** Contract section 5.1. */
export const getBusinessAccount: EndpointSuite = {
  endpoint: 'GET /{waba}',
  accepts: {
    'the fields that are shown unasked': {
      ask: {},
      answers: { id: '{waba}', name: 'Bakery account', timezone_id: '42', message_template_namespace: anything },
    },
    'one that is asked for': { ask: { query: { fields: 'currency' } }, answers: { currency: 'EUR', id: '{waba}' } },
  },
  refuses: refused,
};

export const listPhoneNumbers: EndpointSuite = {
  endpoint: 'GET /{waba}/phone_numbers',
  accepts: {
    'all of them': {
      ask: {},
      answers: including({ data: [including({ id: '{phone}', verified_name: 'Bakery desk' })], paging: anything }),
    },
    'some fields, on a page': {
      ask: { query: { fields: 'status', limit: '1' } },
      answers: including({ data: [{ status: 'CONNECTED', id: '{phone}' }] }),
    },
  },
  refuses: { ...refused, 'a page of none': { ask: { query: { limit: '0' } }, names: 'limit' } },
};
