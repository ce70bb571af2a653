import { anything, including, type EndpointSuite } from '../endpoint-suite.ts';

const refused = {
  'a page of none': { ask: { query: { limit: 'all' } }, names: 'limit' },
  'another business': { ask: { caller: 'another business' }, subcode: 33 },
} as const;
const inForce = (isAccepted: boolean) => ({ version: 'postern-1', is_accepted: isAccepted });

/** Postern's own: docs/reference/compliance.md. */
export const listRecordsOfProcessing: EndpointSuite = {
  endpoint: 'GET /{waba}/records_of_processing',
  accepts: {
    'the whole record': { ask: { query: { limit: '100' } }, answers: including({ data: anything, paging: anything }) },
    'one line of it': { ask: { query: { limit: '1' } }, answers: including({ data: [anything] }) },
  },
  refuses: refused,
};

export const getRetention: EndpointSuite = {
  endpoint: 'GET /{waba}/retention',
  accepts: {
    'with what the number has set': {
      ask: {},
      answers: { data: anything, phone_numbers: [{ id: '{phone}', retention_hours: 720 }], survives: [] },
    },
  },
  refuses: { 'another business': { ask: { caller: 'another business' }, subcode: 33 } },
};

export const listTransfers: EndpointSuite = {
  endpoint: 'GET /{waba}/transfers',
  accepts: {
    'where nobody is given data': {
      ask: {},
      answers: { data: [], regions: [anything, anything, anything], webhook_destinations: [] },
    },
  },
  refuses: refused,
};

export const listSubProcessors: EndpointSuite = {
  endpoint: 'GET /{waba}/sub_processors',
  accepts: { 'where there are none': { ask: {}, answers: { data: [], version: 1, declared_at: anything } } },
  refuses: refused,
};

export const listAcceptedTerms: EndpointSuite = {
  endpoint: 'GET /{waba}/accepted_terms',
  accepts: { 'before any were accepted': { ask: {}, answers: { data: [], in_force: inForce(false) } } },
  refuses: refused,
};

export const acceptTerms: EndpointSuite = {
  endpoint: 'POST /{waba}/accepted_terms',
  accepts: {
    'those in force': {
      ask: { json: { version: 'postern-1' } },
      answers: { success: true },
      afterwards: [
        {
          ask: { method: 'GET' },
          answers: including({
            data: [including({ version: 'postern-1', accepted_by: '{user}', app_id: '{app}' })],
            in_force: inForce(true),
          }),
        },
      ],
    },
    'the same again': { ask: { form: { version: 'postern-1' } }, answers: { success: true } },
  },
  refuses: {
    nothing: { ask: {}, names: 'version' },
    'those of another time': { ask: { json: { version: 'postern-0' } }, names: 'version' },
    'another business': { ask: { caller: 'another business' }, subcode: 33 },
  },
};
