import { gaps } from '../../../src/contract/gaps.ts';
import { anything, including, type EndpointSuite } from '../endpoint-suite.ts';

const settings = (changes: object) => ({
  storage_configuration: { status: 'DEFAULT', retention_minutes: 43_200 },
  user_identity_change: { enable_identity_key_check: false },
  throughput: { level: 'STANDARD' },
  calling: { status: 'DISABLED' },
  payload_encryption: { status: 'DISABLED' },
  ...changes,
});

/** Contract section 5.3. */
export const getSettings: EndpointSuite = {
  endpoint: 'GET /{phone}/settings',
  accepts: {
    'the settings that every number begins with': { ask: {}, answers: settings({}) },
    'a call with what is not built': { ask: { query: { include_sip_credentials: 'true' } }, answers: anything },
  },
  refuses: {
    'another business': { ask: { caller: 'another business' }, subcode: 33 },
  },
};

/** Contract section 5.3. */
export const setSettings: EndpointSuite = {
  endpoint: 'POST /{phone}/settings',
  accepts: {
    'the identity check': {
      ask: { json: { user_identity_change: { enable_identity_key_check: true } } },
      answers: { success: true },
      afterwards: [
        {
          ask: { method: 'GET' },
          answers: settings({ user_identity_change: { enable_identity_key_check: true } }),
        },
      ],
    },
    'the identity check by the name that the OpenAPI file has': {
      ask: { json: { user_identity_change: { enabled: false } } },
      answers: { success: true },
      afterwards: [{ ask: { method: 'GET' }, answers: including({ user_identity_change: anything }) }],
    },
    'an hour of keeping, as a form': {
      ask: { form: { storage_configuration: '{"status":"no_storage_enabled"}' } },
      answers: { success: true },
    },
    'to switch off what is not built': {
      ask: { json: { calling: { status: 'DISABLED' } } },
      answers: { success: true },
    },
  },
  refuses: {
    calling: {
      ask: { json: { calling: { status: 'ENABLED' } } },
      code: 3,
      status: gaps.notBuiltStatus,
      names: 'Calling',
    },
    'payload encryption': {
      ask: { json: { payload_encryption: { status: 'enabled', client_encryption_key: 'k' } } },
      code: 3,
      status: gaps.notBuiltStatus,
      names: 'payload',
    },
    'a region of choice': {
      ask: { json: { storage_configuration: { status: 'IN_COUNTRY_STORAGE_ENABLED' } } },
      code: 3,
      status: gaps.notBuiltStatus,
      names: 'region',
    },
    'a region': {
      ask: { json: { storage_configuration: { data_localization_region: 'BR' } } },
      names: 'data_localization_region',
    },
    nothing: { ask: {}, names: 'storage_configuration' },
    'two at once': {
      ask: { json: { throughput: { level: 'STANDARD' }, user_identity_change: { enabled: true } } },
      names: 'only one at a time',
    },
    'half an hour of keeping': {
      ask: { json: { storage_configuration: { retention_minutes: 30 } } },
      names: 'retention_minutes',
    },
    'a level that is none': { ask: { json: { throughput: { level: 'LOW' } } }, names: "throughput['level']" },
  },
};
