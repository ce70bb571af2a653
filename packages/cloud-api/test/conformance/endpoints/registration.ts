import { including, type Ask, type EndpointSuite } from '../endpoint-suite.ts';

const requested = { method: 'POST', path: '/{phone}/request_code', json: { code_method: 'SMS' } } satisfies Ask;
const verified = { method: 'POST', path: '/{phone}/verify_code', json: { code: '{code sent}' } } satisfies Ask;
const product = { messaging_product: 'whatsapp' };
const foreign = { 'another business': { ask: { caller: 'another business' }, subcode: 33 } } as const;
const status = (is: string) => ({
  ask: { method: 'GET', path: '/{phone}', query: { fields: 'status' } } satisfies Ask,
  answers: { status: is, id: '{phone}' },
});

/** Contract section 5.2. */
export const requestCode: EndpointSuite = {
  endpoint: 'POST /{phone}/request_code',
  isRegistered: false,
  accepts: {
    'a short message, in the query': {
      ask: { query: { code_method: 'SMS', language: 'en_US' } },
      answers: { success: true },
    },
    'a call, as a form': { ask: { form: { code_method: 'voice' } }, answers: { success: true } },
  },
  refuses: {
    'no way to send it': { ask: { json: { language: 'en_US' } }, names: 'code_method' },
    'a way that is none': { ask: { json: { code_method: 'PIGEON' } }, names: 'code_method' },
    ...foreign,
  },
};

export const verifyCode: EndpointSuite = {
  endpoint: 'POST /{phone}/verify_code',
  isRegistered: false,
  given: [{ ask: requested }],
  accepts: {
    'the code that was sent': {
      ask: { query: { code: '{code sent}' } },
      answers: including({ success: true }),
      afterwards: [status('PENDING')],
    },
  },
  refuses: {
    'no code': { ask: {}, names: 'code' },
    letters: { ask: { json: { code: 'abcdef' } }, names: 'code' },
    'seven digits': { ask: { json: { code: '1234567' } }, names: 'code' },
    ...foreign,
  },
};

/** Nothing was sent, so that no code is the right one. */
export const verifyUnasked: EndpointSuite = {
  endpoint: 'POST /{phone}/verify_code',
  isRegistered: false,
  accepts: {},
  refuses: { 'a code that was never sent': { ask: { json: { code: '123456' } }, code: 136025 } },
};

export const register: EndpointSuite = {
  endpoint: 'POST /{phone}/register',
  isRegistered: false,
  given: [{ ask: requested }, { ask: verified }],
  accepts: {
    'a verified number': {
      ask: { json: { ...product, pin: '123456' } },
      answers: { success: true },
      afterwards: [status('CONNECTED')],
    },
    'the same again, with the pin as a number in a form': {
      ask: { form: { ...product, pin: '123456' } },
      answers: { success: true },
    },
  },
  refuses: {
    'no product': { ask: { json: { pin: '123456' } }, names: 'messaging_product' },
    'no pin': { ask: { json: product }, names: 'pin' },
    'five digits': { ask: { json: { ...product, pin: '12345' } }, names: 'pin' },
    'seven digits': { ask: { json: { ...product, pin: '1234567' } }, names: 'pin' },
    letters: { ask: { json: { ...product, pin: 'abcdef' } }, names: 'pin' },
    'another pin than before': { ask: { json: { ...product, pin: '654321' } }, code: 133005 },
    ...foreign,
  },
};

export const registerUnverified: EndpointSuite = {
  endpoint: 'POST /{phone}/register',
  isRegistered: false,
  accepts: {},
  refuses: { 'a number without a code': { ask: { json: { ...product, pin: '123456' } }, code: 133006 } },
};

export const deregister: EndpointSuite = {
  endpoint: 'POST /{phone}/deregister',
  accepts: {
    'with nothing in the body': { ask: {}, answers: { success: true }, afterwards: [status('DISCONNECTED')] },
  },
  refuses: foreign,
};

/** Contract sections 4.1 and 5.2. */
export const updatePhoneNumber: EndpointSuite = {
  endpoint: 'POST /{phone}',
  given: [{ ask: { method: 'POST', path: '/{waba}/subscribed_apps' } }],
  accepts: {
    'another pin': { ask: { json: { pin: '654321' } }, answers: { success: true } },
    "a URL for the number's webhooks": {
      ask: {
        json: { webhook_configuration: { override_callback_uri: '{callback}', verify_token: 'a verify token' } },
      },
      answers: { success: true },
      afterwards: [
        {
          ask: { method: 'GET', query: { fields: 'webhook_configuration' } },
          answers: { webhook_configuration: { phone_number: '{callback}' }, id: '{phone}' },
        },
      ],
    },
    'an empty URL, as a form': {
      ask: { form: { webhook_configuration: '{"override_callback_uri":""}' } },
      answers: { success: true },
      afterwards: [{ ask: { method: 'GET', query: { fields: 'webhook_configuration' } }, answers: { id: '{phone}' } }],
    },
  },
  refuses: {
    nothing: { ask: {}, names: 'pin' },
    'five digits': { ask: { json: { pin: '12345' } }, names: 'pin' },
    'no URL': { ask: { json: { webhook_configuration: {} } }, names: 'override_callback_uri' },
    'a text instead of an object': {
      ask: { json: { webhook_configuration: '{callback}' } },
      names: 'webhook_configuration',
    },
    'a URL that does not prove itself': {
      ask: {
        json: { webhook_configuration: { override_callback_uri: '{deaf callback}', verify_token: 'a verify token' } },
      },
      code: 2200,
    },
    ...foreign,
  },
};
