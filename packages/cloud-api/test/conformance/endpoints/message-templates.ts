import { anything, including, type Ask, type EndpointSuite } from '../endpoint-suite.ts';

const path = '/{waba}/message_templates';
const body = { type: 'BODY', text: 'Your order is ready.' };
const order = { name: 'order_ready', language: 'en_US', category: 'UTILITY', components: [body] };
const code = {
  name: 'login_code',
  category: 'AUTHENTICATION',
  components: [{ type: 'BODY' }, { type: 'BUTTONS', buttons: [{ type: 'OTP', otp_type: 'COPY_CODE' }] }],
};
const created = (changes: object = {}, as = 'template') => ({
  ask: { method: 'POST', path, json: { ...order, ...changes } } satisfies Ask,
  as,
});
const foreign = { 'another business': { ask: { caller: 'another business' }, subcode: 33 } } as const;

/** Contract section 5.5; every kind of component has cases in `../templates`. */
export const createTemplate: EndpointSuite = {
  endpoint: `POST ${path}`,
  accepts: {
    'a body': {
      ask: { json: order },
      answers: { id: /^[0-9]+$/, status: 'APPROVED', category: 'UTILITY' },
      afterwards: [
        {
          ask: { method: 'GET', query: { name: 'order_ready' } },
          answers: including({ data: [including({ name: 'order_ready', status: 'APPROVED', components: [body] })] }),
        },
      ],
    },
    'another language, as a form': {
      ask: {
        form: {
          name: 'order_ready',
          language: 'de',
          category: 'utility',
          components: '[{"type":"body","text":"Da."}]',
        },
      },
      answers: including({ category: 'UTILITY' }),
    },
    'the longest name': { ask: { json: { ...order, name: 'a'.repeat(512) } }, answers: anything },
  },
  refuses: {
    'no name': { ask: { json: { ...order, name: null } }, names: 'name' },
    'a name with a capital': { ask: { json: { ...order, name: 'Order' } }, names: 'name' },
    'a name that is too long': { ask: { json: { ...order, name: 'a'.repeat(513) } }, names: 'name' },
    'no language': { ask: { json: { ...order, language: null } }, names: 'language' },
    'a language that is none': { ask: { json: { ...order, language: 'xx' } }, names: 'language' },
    'a category that is none': { ask: { json: { ...order, category: 'NEWS' } }, names: 'category' },
    'no components': { ask: { json: { ...order, components: [] } }, names: 'components' },
    'a component that is no object': { ask: { json: { ...order, components: ['BODY'] } }, names: 'components[0]' },
    'a name and language that there are': { ask: { json: order }, subcode: 2_388_024 },
    ...foreign,
  },
};

export const listTemplates: EndpointSuite = {
  endpoint: `GET ${path}`,
  given: [created(), created({ language: 'de' }, 'german')],
  accepts: {
    'by a part of the name, in its language': {
      ask: { query: { name: 'order', language: 'de', status: 'APPROVED,PAUSED', category: 'UTILITY' } },
      answers: including({ data: [including({ id: '{german}', language: 'de' })] }),
    },
    'some fields, a page and a summary': {
      ask: { query: { name: 'order_ready', fields: 'name,status', limit: '1', summary: 'total_count' } },
      answers: including({
        data: [{ name: 'order_ready', status: 'APPROVED', id: anything }],
        paging: including({ next: anything }),
        summary: { total_count: 2 },
      }),
    },
    'what nobody said': { ask: { query: { content: 'croissant' } }, answers: including({ data: [] }) },
  },
  refuses: {
    'a field that is none': { ask: { query: { fields: 'colour' } }, names: 'colour' },
    'a status that is none': { ask: { query: { status: 'GONE' } }, names: 'status' },
    'a summary that is none': { ask: { query: { summary: 'all' } }, names: 'summary' },
    'a page of none': { ask: { query: { limit: '0' } }, names: 'limit' },
    'a cursor that is none': { ask: { query: { after: 'x' } }, code: 131059 },
    ...foreign,
  },
};

export const deleteTemplates: EndpointSuite = {
  endpoint: `DELETE ${path}`,
  given: [created(), created({ language: 'de' }, 'german'), created({ name: 'other' }, 'other')],
  accepts: {
    'one language': { ask: { query: { name: 'order_ready', hsm_id: '{german}' } }, answers: { success: true } },
    'every language of a name': { ask: { query: { name: 'order_ready' } }, answers: { success: true } },
    'several, by their ids': { ask: { json: { hsm_ids: ['{other}'] } }, answers: { success: true } },
  },
  refuses: {
    nothing: { ask: {}, names: 'name' },
    'what is not there any more': { ask: { query: { name: 'order_ready' } }, subcode: 33 },
    'no ids': { ask: { json: { hsm_ids: [] } }, names: 'hsm_ids' },
    ...foreign,
  },
};

export const upsertTemplates: EndpointSuite = {
  endpoint: 'POST /{waba}/upsert_message_templates',
  accepts: {
    'two languages': {
      ask: { json: { ...code, languages: ['en_US', 'de'] } },
      answers: {
        data: [
          { id: anything, status: 'APPROVED', language: 'en_US' },
          { id: anything, status: 'APPROVED', language: 'de' },
        ],
      },
    },
  },
  refuses: {
    'no languages': { ask: { json: code }, names: 'languages' },
    'a language that is none': { ask: { json: { ...code, languages: ['xx'] } }, names: 'languages' },
    'another category': { ask: { json: { ...code, languages: ['de'], category: 'UTILITY' } }, names: 'category' },
    ...foreign,
  },
};

export const archiveTemplates: EndpointSuite = {
  endpoint: `POST ${path}/archive`,
  given: [created()],
  accepts: {
    'one of the two that are named': {
      ask: { json: { hsm_ids: ['{template}', '4711'] } },
      answers: { archived_templates: ['{template}'], failed_templates: { '4711': 'There is no such template.' } },
      afterwards: [
        {
          ask: { method: 'GET', path: '/{template}', query: { fields: 'status' } },
          answers: { status: 'ARCHIVED', id: '{template}' },
        },
      ],
    },
  },
  refuses: { nothing: { ask: {}, names: 'hsm_ids' }, ...foreign },
};

export const unarchiveTemplates: EndpointSuite = {
  endpoint: `POST ${path}/unarchive`,
  given: [created(), { ask: { method: 'POST', path: `${path}/archive`, json: { hsm_ids: ['{template}'] } } }],
  accepts: {
    'what is in the archive': {
      ask: { form: { hsm_ids: '["{template}"]' } },
      answers: { unarchived_templates: ['{template}'], failed_templates: {} },
    },
  },
  refuses: { nothing: { ask: { json: { hsm_ids: [] } }, names: 'hsm_ids' }, ...foreign },
};
