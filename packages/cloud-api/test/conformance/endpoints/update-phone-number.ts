import type { EndpointSuite } from '../endpoint-suite.ts';

const read = (search_visibility: string) => [
  {
    ask: { method: 'GET' as const, path: '/{phone}', query: { fields: 'search_visibility' } },
    answers: { search_visibility, id: '{phone}' },
  },
];

/** Contract section 5.2; the webhooks of a number have tests of their own. */
export const updatePhoneNumber: EndpointSuite = {
  endpoint: 'POST /{phone}',
  accepts: {
    'another pin': { ask: { json: { pin: '654321' } }, answers: { success: true } },
    'another name, which is approved at once': {
      ask: { json: { new_display_name: 'Bakery of the Town' } },
      answers: { success: true },
      afterwards: [
        {
          ask: { method: 'GET', query: { fields: 'verified_name,name_status,new_name_status,new_display_name' } },
          answers: {
            verified_name: 'Bakery of the Town',
            name_status: 'APPROVED',
            new_name_status: 'NONE',
            id: '{phone}',
          },
        },
      ],
    },
    'not to be found': {
      ask: { form: { search_visibility: 'HIDDEN' } },
      answers: { success: true },
      afterwards: read('HIDDEN'),
    },
    'to be found': {
      ask: { query: { search_visibility: 'visible' } },
      answers: { success: true },
      afterwards: read('VISIBLE'),
    },
  },
  refuses: {
    nothing: { ask: {}, names: 'pin' },
    'a short pin': { ask: { json: { pin: '1' } }, names: 'pin' },
    'a name of one letter': { ask: { json: { new_display_name: 'B' } }, names: 'new_display_name' },
    'a name too long': { ask: { json: { new_display_name: 'B'.repeat(76) } }, names: 'new_display_name' },
    'a visibility that is none': { ask: { json: { search_visibility: 'LOUD' } }, names: 'search_visibility' },
    'webhooks without a URL': { ask: { json: { webhook_configuration: {} } }, names: 'override_callback_uri' },
    'another business': { ask: { caller: 'another business', json: { pin: '654321' } }, subcode: 33 },
  },
};

export const updateUnregistered: EndpointSuite = {
  endpoint: 'POST /{phone}',
  isRegistered: false,
  accepts: {},
  refuses: {
    'a number that is not registered': { ask: { json: { search_visibility: 'HIDDEN' } }, code: 133010 },
    'the pin of one': { ask: { json: { pin: '123456' } }, code: 133010 },
  },
};
