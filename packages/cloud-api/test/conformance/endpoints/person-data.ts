import { anything, including, type EndpointSuite } from '../endpoint-suite.ts';

const path = '/{waba}/person_data';
const ana = '16505551001';
const refused = {
  nobody: { ask: {}, names: 'wa_id' },
  'what is no number': { ask: { query: { wa_id: 'Ana' } }, code: 131009, names: 'wa_id' },
  'another business': { ask: { query: { wa_id: ana }, caller: 'another business' }, subcode: 33 },
} as const;

/** Postern's own: docs/reference/person-data.md. */
export const exportPerson: EndpointSuite = {
  endpoint: `GET ${path}`,
  given: [
    {
      ask: {
        method: 'POST',
        path: '/{phone}/messages',
        json: { messaging_product: 'whatsapp', to: ana, text: { body: 'Your bread is ready' } },
      },
      as: 'message',
      member: 'messages.0.id',
    },
  ],
  accepts: {
    'somebody who was written to': {
      ask: { query: { wa_id: '+1 (650) 555-1001' } },
      answers: {
        data: [
          including({ kind: 'conversation', phone_number_id: '{phone}' }),
          including({ kind: 'message', id: '{message}', to: ana, text: { body: 'Your bread is ready' } }),
        ],
      },
    },
    'somebody unknown': { ask: { query: { wa_id: '16505551009' } }, answers: { data: [] } },
  },
  refuses: { ...refused, 'a cursor that is none': { ask: { query: { wa_id: ana, after: '!' } }, names: 'after' } },
};

export const erasePerson: EndpointSuite = {
  endpoint: `DELETE ${path}`,
  accepts: {
    'somebody unknown, with a receipt as any other': {
      ask: { json: { wa_id: ana } },
      answers: { success: true, receipt: including({ id: anything, keys_destroyed_at: anything }) },
      afterwards: [{ ask: { method: 'GET', path: '/{waba}/erasures' }, answers: including({ data: [anything] }) }],
    },
  },
  refuses: refused,
};

export const listErasures: EndpointSuite = {
  endpoint: 'GET /{waba}/erasures',
  accepts: { 'of a business that erased nobody': { ask: {}, answers: { data: [] } } },
  refuses: {
    'a page of none': { ask: { query: { limit: '-1' } }, names: 'limit' },
    'another business': { ask: { caller: 'another business' }, subcode: 33 },
  },
};
