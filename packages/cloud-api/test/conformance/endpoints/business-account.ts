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
  given: [
    {
      ask: {
        method: 'POST',
        path: '/{waba}/phone_numbers',
        json: { cc: '1', phone_number: '5550107711', verified_name: 'Bakery van' },
      },
      as: 'van',
    },
  ],
  accepts: {
    'all of them': {
      ask: {},
      answers: including({
        data: [
          including({ id: '{phone}', verified_name: 'Bakery desk' }),
          including({ id: '{van}', verified_name: 'Bakery van' }),
        ],
        paging: anything,
      }),
    },
    'those that were made last at first': {
      ask: { query: { fields: 'id', sort: 'creation_time.desc' } },
      answers: including({ data: [{ id: '{van}' }, { id: '{phone}' }] }),
    },
    'those that were registered first at first, and then those that are not': {
      ask: { query: { fields: 'id', sort: 'last_onboarded_time.asc' } },
      answers: including({ data: [{ id: '{phone}' }, { id: '{van}' }] }),
    },
    'those that were registered last at first, and live ones': {
      ask: {
        query: {
          fields: 'id',
          sort: 'last_onboarded_time_descending',
          filtering: '[{"field":"account_mode","operator":"EQUAL","value":"LIVE"}]',
        },
      },
      answers: including({ data: [{ id: '{phone}' }, { id: '{van}' }] }),
    },
    'those of a sandbox, which there are none of': {
      ask: { query: { filtering: '[{"field":"account_mode","operator":"EQUAL","value":"SANDBOX"}]' } },
      answers: { data: [] },
    },
    'some fields, on a page': {
      ask: { query: { fields: 'status', limit: '1' } },
      answers: including({ data: [{ status: 'CONNECTED', id: '{phone}' }] }),
    },
  },
  refuses: {
    ...refused,
    'a page of none': { ask: { query: { limit: '0' } }, names: 'limit' },
    'an order that is none': { ask: { query: { sort: 'name' } }, names: 'sort' },
    'a filter by what cannot be filtered': {
      ask: { query: { filtering: '[{"field":"colour","operator":"EQUAL","value":"LIVE"}]' } },
      names: 'filtering[0]',
    },
  },
};

/** Contract section 5.1. */
export const addPhoneNumber: EndpointSuite = {
  endpoint: 'POST /{waba}/phone_numbers',
  isRegistered: false,
  given: [
    {
      ask: {
        method: 'POST',
        path: '/{waba}/phone_numbers',
        json: { cc: '1', phone_number: '5550190001', verified_name: 'First' },
      },
    },
  ],
  accepts: {
    'a number by its country code': {
      ask: { json: { cc: '1', phone_number: '(555) 019-0002', verified_name: 'Second desk' } },
      answers: { id: /^[0-9]{16}$/ },
      afterwards: [
        {
          ask: { method: 'GET', query: { fields: 'verified_name,code_verification_status' } },
          answers: including({
            data: [
              anything,
              including({ verified_name: 'First' }),
              including({ verified_name: 'Second desk', code_verification_status: 'NOT_VERIFIED' }),
            ],
          }),
        },
      ],
    },
    'in the query, under the other name': {
      ask: {
        query: {
          country_code: '+49',
          phone_number: '3012345699',
          verified_name: 'Berlin',
          migrate_phone_number: 'false',
        },
      },
      answers: { id: /^[0-9]{16}$/ },
    },
  },
  refuses: {
    nothing: { ask: {}, names: 'cc' },
    'no number': { ask: { json: { cc: '1', verified_name: 'x' } }, names: 'phone_number' },
    'no name': { ask: { json: { cc: '1', phone_number: '5550190003' } }, names: 'verified_name' },
    'a name of two lines': {
      ask: { json: { cc: '1', phone_number: '5550190003', verified_name: 'a\nb' } },
      names: 'verified_name',
    },
    'a country code that is none': {
      ask: { json: { cc: '0', phone_number: '5550190003', verified_name: 'x' } },
      names: 'cc',
    },
    'a number that is too long': {
      ask: { json: { cc: '1', phone_number: '1'.repeat(15), verified_name: 'x' } },
      names: 'phone_number',
    },
    'a number that is too short': {
      ask: { json: { cc: '1', phone_number: '55', verified_name: 'x' } },
      names: 'phone_number',
    },
    'a number that the account has': {
      ask: { json: { cc: '1', phone_number: '5550190001', verified_name: 'x' } },
      subcode: 2_388_001,
    },
    'a number that would have to move': {
      ask: { json: { cc: '1', phone_number: '5550190003', verified_name: 'x', migrate_phone_number: true } },
      names: 'migrate_phone_number',
    },
    'a preverified number': { ask: { json: { preverified_id: '1' } }, names: 'preverified_id' },
    'another business': {
      ask: { caller: 'another business', json: { cc: '1', phone_number: '5550190003', verified_name: 'x' } },
      subcode: 33,
    },
  },
};

const ownUser = { id: '{user}', name: 'Bakery program', tasks: ['MANAGE'] };

/** Contract section 5.1. */
export const listAssignedUsers: EndpointSuite = {
  endpoint: 'GET /{waba}/assigned_users',
  isRegistered: false,
  accepts: {
    'those of the own business': {
      ask: { query: { business: '{business}' } },
      answers: including({ data: [ownUser] }),
    },
    'without a word about the business': { ask: {}, answers: including({ data: [ownUser] }) },
  },
  refuses: {
    'those of another business': { ask: { query: { business: '{other business}' } }, names: 'business' },
    'another business': { ask: { caller: 'another business' }, subcode: 33 },
  },
};

/** Contract section 5.1. */
export const assignUser: EndpointSuite = {
  endpoint: 'POST /{waba}/assigned_users',
  isRegistered: false,
  accepts: {
    'other tasks, as a form': {
      ask: { form: { user: '{user}', tasks: '["MANAGE","DEVELOP"]' } },
      answers: { success: true },
      afterwards: [
        { ask: { method: 'GET' }, answers: including({ data: [{ ...ownUser, tasks: ['MANAGE', 'DEVELOP'] }] }) },
      ],
    },
  },
  refuses: {
    nobody: { ask: { json: { tasks: ['MANAGE'] } }, names: 'user' },
    'no task': { ask: { json: { user: '{user}', tasks: [] } }, names: 'tasks' },
    'a task that is none': { ask: { json: { user: '{user}', tasks: ['make tea'] } }, names: 'tasks' },
    'a user of another business': { ask: { json: { user: '{other user}', tasks: ['MANAGE'] } }, names: 'user' },
    'a user that there is not': { ask: { json: { user: '1234567890123456', tasks: ['MANAGE'] } }, names: 'user' },
    'what is no id': { ask: { json: { user: 'me', tasks: ['MANAGE'] } }, names: 'user' },
    'another business': {
      ask: { caller: 'another business', json: { user: '{user}', tasks: ['MANAGE'] } },
      subcode: 33,
    },
  },
};

/** Contract section 5.1. */
export const removeUser: EndpointSuite = {
  endpoint: 'DELETE /{waba}/assigned_users',
  isRegistered: false,
  accepts: {
    'the own user, who then reaches nothing': { ask: { json: { user: '{user}' } }, answers: { success: true } },
  },
  refuses: {
    'who has removed themselves': { ask: { json: { user: '{user}' } }, subcode: 33 },
    'another business': { ask: { caller: 'another business', json: { user: '{user}' } }, subcode: 33 },
    'another business’s account': {
      ask: { path: '/{other waba}/assigned_users', json: { user: '{user}' } },
      subcode: 33,
    },
  },
};
