import { anything, including, type EndpointSuite } from '../endpoint-suite.ts';

const made = (name: string) => ({
  ask: {
    method: 'POST',
    path: '/{second waba}/message_templates',
    json: { name, language: 'en', category: 'UTILITY', components: [{ type: 'BODY', text: 'We are open.' }] },
  } as const,
});

/** Contract section 5.5. */
export const migrateTemplates: EndpointSuite = {
  endpoint: 'POST /{waba}/migrate_message_templates',
  isRegistered: false,
  hasSecondAccount: true,
  given: [made('open'), made('shut')],
  accepts: {
    'all that fit': {
      ask: { json: { source_waba_id: '{second waba}' } },
      // Every account has hello_world.
      answers: { migrated_templates: [anything, anything], failed_templates: anything },
      afterwards: [
        {
          ask: { method: 'GET', path: '/{waba}/message_templates', query: { fields: 'name,status' } },
          answers: including({
            data: [
              including({ name: 'hello_world' }),
              including({ name: 'open', status: 'APPROVED' }),
              including({ name: 'shut', status: 'APPROVED' }),
            ],
          }),
        },
      ],
    },
    'what is there already': {
      ask: { json: { source_waba_id: '{second waba}', page_number: 1, count: 2 } },
      answers: { migrated_templates: [], failed_templates: anything },
    },
    'a page that is beyond the end': {
      ask: { form: { source_waba_id: '{second waba}', page_number: '1', count: '500' } },
      answers: { migrated_templates: [], failed_templates: {} },
    },
  },
  refuses: {
    'another business': { ask: { caller: 'another business', json: { source_waba_id: '{other waba}' } }, subcode: 33 },
    'no account to copy from': { ask: { json: {} }, names: 'source_waba_id' },
    'an account of another business': { ask: { json: { source_waba_id: '{other waba}' } }, names: 'source_waba_id' },
    'its own account': { ask: { json: { source_waba_id: '{waba}' } }, names: 'source_waba_id' },
    'too many at once': { ask: { json: { source_waba_id: '{second waba}', count: 501 } }, names: 'count' },
    'none at once': { ask: { json: { source_waba_id: '{second waba}', count: 0 } }, names: 'count' },
    'a page before the first': {
      ask: { json: { source_waba_id: '{second waba}', page_number: -1 } },
      names: 'page_number',
    },
  },
};
