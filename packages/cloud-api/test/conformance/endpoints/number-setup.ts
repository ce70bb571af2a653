import { gaps } from '../../../src/contract/gaps.ts';
import type { EndpointSuite, Given } from '../endpoint-suite.ts';

const product = { messaging_product: 'whatsapp' };
const pin = '123456';
const requested: Given = {
  ask: { method: 'POST', path: '/{phone}/request_code', query: { code_method: 'SMS', language: 'en_US' } },
};

/** Contract section 5.2. */
export const requestCode: EndpointSuite = {
  endpoint: 'POST /{phone}/request_code',
  isRegistered: false,
  accepts: {
    'in the query': { ask: { query: { code_method: 'SMS', language: 'en_US' } }, answers: { success: true } },
    'as a form': { ask: { form: { code_method: 'VOICE', language: 'de' } }, answers: { success: true } },
    'as JSON, in small letters': { ask: { json: { code_method: 'sms' } }, answers: { success: true } },
  },
  refuses: {
    nothing: { ask: {}, names: 'code_method' },
    'another way': { ask: { query: { code_method: 'PIGEON' } }, names: 'code_method' },
    'another business': { ask: { caller: 'another business', query: { code_method: 'SMS' } }, subcode: 33 },
  },
};

export const requestCodeAgain: EndpointSuite = {
  endpoint: 'POST /{phone}/request_code',
  accepts: {},
  refuses: {
    'a number that is registered': { ask: { query: { code_method: 'SMS' } }, code: 136024 },
  },
};

/** Contract section 5.2. */
export const verifyCode: EndpointSuite = {
  endpoint: 'POST /{phone}/verify_code',
  isRegistered: false,
  given: [requested],
  accepts: {
    'the code that was sent': { ask: { query: { code: '{code sent}' } }, answers: { success: true, id: '{phone}' } },
  },
  refuses: {
    nothing: { ask: {}, names: 'code' },
    'no digits': { ask: { query: { code: 'abcdef' } }, names: 'code' },
    'too few digits': { ask: { query: { code: '12-34' } }, names: 'code' },
    'another business': { ask: { caller: 'another business', query: { code: '123456' } }, subcode: 33 },
  },
};

export const verifyWithoutCode: EndpointSuite = {
  endpoint: 'POST /{phone}/verify_code',
  isRegistered: false,
  accepts: {},
  refuses: {
    'before a code was requested': { ask: { query: { code: '123-456' } }, code: 136025 },
  },
};

/** Contract section 5.2. */
export const register: EndpointSuite = {
  endpoint: 'POST /{phone}/register',
  isRegistered: false,
  given: [requested, { ask: { method: 'POST', path: '/{phone}/verify_code', query: { code: '{code sent}' } } }],
  accepts: {
    'a number that was verified, keeping its messages for an hour': {
      ask: { json: { ...product, pin, meta_store_retention_minutes: 60 } },
      answers: { success: true },
      afterwards: [
        {
          ask: { method: 'GET', path: '/{phone}/settings' },
          answers: {
            storage_configuration: { status: 'NO_STORAGE_ENABLED', retention_minutes: 60 },
            user_identity_change: { enable_identity_key_check: false },
            throughput: { level: 'STANDARD' },
            calling: { status: 'DISABLED' },
            payload_encryption: { status: 'DISABLED' },
          },
        },
      ],
    },
    'again, as a form': { ask: { form: { ...product, pin } }, answers: { success: true } },
    'again, in the query': { ask: { query: { ...product, pin } }, answers: { success: true } },
  },
  refuses: {
    nothing: { ask: {}, names: 'messaging_product' },
    'no pin': { ask: { json: product }, names: 'pin' },
    'a short pin': { ask: { json: { ...product, pin: '12345' } }, names: 'pin' },
    'a wrong pin': { ask: { json: { ...product, pin: '654321' } }, code: 133005 },
    'half an hour': {
      ask: { json: { ...product, pin, meta_store_retention_minutes: 30 } },
      names: 'meta_store_retention_minutes',
    },
    'a backup': {
      ask: { json: { ...product, pin, backup: { password: 'p', data: 'd' } } },
      code: 3,
      status: gaps.notBuiltStatus,
      names: 'backup',
    },
    'a region, in a version that has none': {
      ask: { json: { ...product, pin, data_localization_region: 'DE' } },
      names: 'data_localization_region',
    },
    'another business': { ask: { caller: 'another business', json: { ...product, pin } }, subcode: 33 },
  },
};

export const registerUnverified: EndpointSuite = {
  endpoint: 'POST /{phone}/register',
  isRegistered: false,
  accepts: {},
  refuses: { 'a number that was not verified': { ask: { json: { ...product, pin } }, code: 133006 } },
};

/** Contract section 5.2. */
export const deregister: EndpointSuite = {
  endpoint: 'POST /{phone}/deregister',
  accepts: { 'a number in service': { ask: {}, answers: { success: true } } },
  refuses: {
    'one that is not in service any more': { ask: { form: {} }, code: 133010 },
    'another business': { ask: { caller: 'another business' }, subcode: 33 },
  },
};
