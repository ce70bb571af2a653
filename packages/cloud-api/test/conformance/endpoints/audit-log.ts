import type { EndpointSuite } from '../endpoint-suite.ts';

/** Postern's own: docs/reference/audit-log.md. What stands in the log, and its proofs, are seen in audit-http.test.ts. */
export const listAuditLog: EndpointSuite = {
  endpoint: 'GET /{waba}/audit_log',
  accepts: { 'before the worker has entered anything': { ask: { query: { limit: '1' } }, answers: { data: [] } } },
  refuses: {
    'a page of none': { ask: { query: { limit: '0' } }, names: 'limit' },
    'another business': { ask: { caller: 'another business' }, subcode: 33 },
  },
};
