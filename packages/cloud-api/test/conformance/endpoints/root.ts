import { including, type EndpointSuite } from '../endpoint-suite.ts';

/** Programs look whether anybody is there: not an error of a token. */
export const describeRoot: EndpointSuite = {
  endpoint: 'GET /',
  accepts: { 'without a token': { ask: { caller: 'nobody' }, answers: including({ name: 'Postern' }) } },
  refuses: { 'what is no object': { ask: { method: 'DELETE' }, subcode: 33 } },
};
