import { anything, including, type EndpointSuite } from '../endpoint-suite.ts';

const body = { type: 'BODY', text: 'Your order is ready.' };
const given = [
  {
    ask: {
      method: 'POST',
      path: '/{waba}/message_templates',
      json: { name: 'order_ready', language: 'en_US', category: 'UTILITY', components: [body] },
    },
    as: 'template',
  },
] as const;
const foreign = { 'another business': { ask: { caller: 'another business' }, subcode: 33 } } as const;

/** Contract section 5.5. */
export const getTemplate: EndpointSuite = {
  endpoint: 'GET /{template}',
  given,
  accepts: {
    'the fields that are shown unasked': {
      ask: {},
      answers: {
        name: 'order_ready',
        parameter_format: 'POSITIONAL',
        components: [body],
        language: 'en_US',
        status: 'APPROVED',
        category: 'UTILITY',
        id: '{template}',
      },
    },
    'others that are asked for': {
      ask: { query: { fields: 'quality_score,rejected_reason,source,last_updated_time' } },
      answers: including({ quality_score: { score: 'UNKNOWN' }, rejected_reason: 'NONE', last_updated_time: anything }),
    },
  },
  refuses: { 'a field that is none': { ask: { query: { fields: 'price' } }, names: 'price' }, ...foreign },
};

export const editTemplate: EndpointSuite = {
  endpoint: 'POST /{template}',
  given,
  accepts: {
    'another text': {
      ask: { json: { components: [{ type: 'BODY', text: 'Your order waits for you.' }] } },
      answers: { success: true, id: '{template}', name: 'order_ready', category: 'UTILITY' },
    },
    'whether links are counted': {
      ask: { form: { cta_url_link_tracking_opted_out: 'true' } },
      answers: { success: true },
    },
  },
  refuses: {
    nothing: { ask: {}, names: 'components' },
    'components that are none': { ask: { json: { components: 'a text' } }, names: 'components' },
    'a second time in a day': { ask: { json: { components: [body] } } },
    ...foreign,
  },
};

export const unpauseTemplate: EndpointSuite = {
  endpoint: 'POST /{template}/unpause',
  given,
  accepts: {
    'one that is not paused': { ask: {}, answers: { success: false, reason: 'The template is not paused.' } },
  },
  refuses: foreign,
};
