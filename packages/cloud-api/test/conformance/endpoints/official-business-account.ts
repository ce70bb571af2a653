import type { EndpointSuite } from '../endpoint-suite.ts';

/** Contract section 5.4. */
export const getOfficialBusinessAccount: EndpointSuite = {
  endpoint: 'GET /{phone}/official_business_account',
  accepts: { 'of any number': { ask: {}, answers: { oba_status: 'NOT_STARTED', id: '{phone}' } } },
  refuses: { 'another business': { ask: { caller: 'another business' }, subcode: 33 } },
};
