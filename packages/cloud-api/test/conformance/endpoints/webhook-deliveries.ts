import type { EndpointSuite } from '../endpoint-suite.ts';

const refused = {
  'a number that is none': { ask: { query: { since: 'yesterday' } }, names: 'since' },
  'a token of a system user': { ask: { caller: 'system user' }, code: 200, status: 403 },
  'another business': { ask: { caller: 'another business' }, subcode: 33 },
} as const;

/** Postern's own: docs/reference/webhooks.md. */
export const listWebhookDeliveries: EndpointSuite = {
  endpoint: 'GET /{app}/webhook_deliveries',
  caller: 'app',
  accepts: {
    'of an app that was sent nothing': { ask: {}, answers: { data: [] } },
    'of those some': {
      ask: { query: { status: 'FAILED', phone_number: '{phone}', since: '1750000000', limit: '10' } },
      answers: { data: [] },
    },
  },
  refuses: {
    'a state that is none': { ask: { query: { status: 'lost' } }, names: 'status' },
    'a page of none': { ask: { query: { limit: '0' } }, names: 'limit' },
    'a cursor that is none': { ask: { query: { after: '%' } } },
    ...refused,
  },
};

export const redeliverWebhooks: EndpointSuite = {
  endpoint: 'POST /{app}/webhook_deliveries',
  caller: 'app',
  accepts: {
    'all that failed, of which there is nothing': {
      ask: { json: { status: 'failed', since: 1_750_000_000 } },
      answers: { success: true, deliveries: 0, has_more: false },
    },
  },
  refuses: {
    'nothing named': { ask: {}, names: 'delivery_id' },
    'what did not fail': { ask: { json: { status: 'delivered' } }, names: 'status' },
    'a delivery that there is not': { ask: { json: { delivery_id: '4711' } }, subcode: 33 },
    'a delivery that is no number': { ask: { json: { delivery_id: 'last' } }, names: 'delivery_id' },
    'a token of a system user': { ask: { caller: 'system user' }, code: 200, status: 403 },
    'another business': { ask: { caller: 'another business' }, subcode: 33 },
  },
};
