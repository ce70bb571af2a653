import { anything, including, type EndpointSuite } from '../endpoint-suite.ts';

/** Contract section 5.1. */
export const getBusinessAccount: EndpointSuite = {
  endpoint: 'GET /{waba}',
  accepts: {
    'what is shown unasked': {
      ask: {},
      answers: {
        id: '{waba}',
        name: 'Bakery account',
        timezone_id: '42',
        message_template_namespace: /^[0-9a-f]{8}(_[0-9a-f]{4}){3}_[0-9a-f]{12}$/,
      },
    },
    'whose it is, and what it is allowed': {
      ask: {
        query: {
          fields:
            'owner_business_info,ownership_type,currency,status,account_review_status,is_shared_with_partners,creation_time,whatsapp_business_manager_messaging_limit,country',
        },
      },
      answers: {
        id: '{waba}',
        owner_business_info: { id: '{business}', name: 'Bakery' },
        ownership_type: 'SELF',
        currency: 'EUR',
        status: 'ACTIVE',
        account_review_status: 'APPROVED',
        is_shared_with_partners: false,
        creation_time: anything,
        whatsapp_business_manager_messaging_limit: /^TIER_/,
      },
    },
    'its health, with a number that speaks': {
      ask: { query: { fields: 'health_status' } },
      answers: {
        id: '{waba}',
        health_status: {
          can_send_message: 'AVAILABLE',
          entities: [
            { entity_type: 'WABA', id: '{waba}', can_send_message: 'AVAILABLE' },
            { entity_type: 'BUSINESS', id: '{business}', can_send_message: 'AVAILABLE' },
            { entity_type: 'APP', id: '{app}', can_send_message: 'AVAILABLE', additional_info: [/webhooks/] },
          ],
        },
      },
    },
  },
  refuses: {
    'a field that there is not': { ask: { query: { fields: 'id,colour' } }, names: 'colour' },
    'another business': { ask: { caller: 'another business' }, subcode: 33 },
    'another business’s account': { ask: { path: '/{other waba}' }, subcode: 33 },
    'an app’s own token': { ask: { caller: 'app' }, subcode: 33 },
    nobody: { ask: { caller: 'nobody' }, code: 104, status: 401 },
  },
};

const changed = (fields: string, answers: Readonly<Record<string, unknown>>) => [
  { ask: { method: 'GET' as const, query: { fields } }, answers: including(answers) },
];

/** Contract section 5.1. */
export const updateBusinessAccount: EndpointSuite = {
  endpoint: 'POST /{waba}',
  isRegistered: false,
  accepts: {
    'insights, in the query': {
      ask: { query: { is_enabled_for_insights: 'true' } },
      answers: { id: '{waba}' },
      afterwards: changed('is_enabled_for_insights', { is_enabled_for_insights: true }),
    },
    'a name and a time zone, as JSON': {
      ask: { json: { name: 'Bread', timezone_id: 1 } },
      answers: { id: '{waba}' },
      afterwards: changed('name,timezone_id,is_enabled_for_insights', {
        name: 'Bread',
        timezone_id: '1',
        is_enabled_for_insights: true,
      }),
    },
    'no marketing over /messages, as a form': {
      ask: { form: { disable_marketing_messages_on_cloud_api: '1' } },
      answers: { id: '{waba}' },
      afterwards: changed('disable_marketing_messages_on_cloud_api', { disable_marketing_messages_on_cloud_api: true }),
    },
    'the longest name': {
      ask: { json: { name: 'n'.repeat(128) } },
      answers: { id: '{waba}' },
    },
  },
  refuses: {
    nothing: { ask: {}, names: 'is_enabled_for_insights' },
    'a name that is too long': { ask: { json: { name: 'n'.repeat(129) } }, names: 'name' },
    'a name that says nothing': { ask: { json: { name: '  ' } }, names: 'name' },
    'a name of two lines': { ask: { json: { name: 'a\nb' } }, names: 'name' },
    'a time zone that is no number': { ask: { json: { timezone_id: 'Europe/Berlin' } }, names: 'timezone_id' },
    'a flag that is none': { ask: { json: { is_enabled_for_insights: 'maybe' } }, names: 'is_enabled_for_insights' },
    'another business': { ask: { caller: 'another business', json: { name: 'Mine' } }, subcode: 33 },
    'another business’s account': { ask: { path: '/{other waba}', json: { name: 'Mine' } }, subcode: 33 },
  },
};

const refused = {
  'a field that is none': { ask: { query: { fields: 'colour' } }, names: 'colour' },
  'another business': { ask: { caller: 'another business' }, subcode: 33 },
} as const;

export const listPhoneNumbers: EndpointSuite = {
  endpoint: 'GET /{waba}/phone_numbers',
  accepts: {
    'all of them': {
      ask: {},
      answers: including({ data: [including({ id: '{phone}', verified_name: 'Bakery desk' })], paging: anything }),
    },
    'some fields, on a page': {
      ask: { query: { fields: 'status', limit: '1' } },
      answers: including({ data: [{ status: 'CONNECTED', id: '{phone}' }] }),
    },
  },
  refuses: { ...refused, 'a page of none': { ask: { query: { limit: '0' } }, names: 'limit' } },
};
