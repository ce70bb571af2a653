import { anything, including, type EndpointSuite } from '../endpoint-suite.ts';

const client = { client_id: '{app}', client_secret: '{secret}' };
const credentials = { grant_type: 'client_credentials', ...client };
const appToken = { access_token: '{app}|{secret}', token_type: 'bearer' };
const path = '/oauth/access_token';

const refused = (as: 'query' | 'form'): EndpointSuite['refuses'] => ({
  nothing: { ask: {}, names: 'client_id' },
  'no secret': { ask: { [as]: { client_id: '{app}', grant_type: 'client_credentials' } }, names: 'client_secret' },
  'no code': { ask: { [as]: client }, names: 'code' },
  'a kind of grant that is none': { ask: { [as]: { ...client, grant_type: 'password' } }, names: 'grant_type' },
  'a wrong secret': {
    ask: { [as]: { ...credentials, client_secret: '0'.repeat(32) } },
    code: 1,
    names: 'client secret',
  },
  'the secret of another app': { ask: { [as]: { ...credentials, client_secret: '{other secret}' } }, code: 1 },
  'an app that there is not': { ask: { [as]: { ...credentials, client_id: '1234567890123456' } }, code: 101 },
  'an id that is none': { ask: { [as]: { ...credentials, client_id: 'me' } }, code: 101 },
  'a code that nobody made': { ask: { [as]: { ...client, code: 'AQxyz' } }, names: 'verification code' },
});

/** Contract section 1.3. */
export const getOauthAccessToken: EndpointSuite = {
  endpoint: `GET ${path}`,
  isRegistered: false,
  accepts: { 'the credentials of a client': { ask: { query: credentials, caller: 'nobody' }, answers: appToken } },
  refuses: refused('query'),
};

export const postOauthAccessToken: EndpointSuite = {
  endpoint: `POST ${path}`,
  isRegistered: false,
  accepts: { 'the credentials of a client': { ask: { form: credentials, caller: 'nobody' }, answers: appToken } },
  refuses: refused('form'),
};

const unknown = { data: { error: including({ code: 190, message: anything }), is_valid: false, scopes: [] } };
const live = {
  data: {
    app_id: '{app}',
    type: 'SYSTEM_USER',
    application: 'Bakery app',
    data_access_expires_at: 0,
    expires_at: 0,
    is_valid: true,
    issued_at: anything,
    scopes: ['whatsapp_business_messaging', 'whatsapp_business_management'],
    granular_scopes: [
      { scope: 'whatsapp_business_messaging', target_ids: ['{waba}'] },
      { scope: 'whatsapp_business_management', target_ids: ['{waba}'] },
    ],
    user_id: '{user}',
  },
};

/** Contract section 1.3. */
export const debugToken: EndpointSuite = {
  endpoint: 'GET /debug_token',
  isRegistered: false,
  accepts: {
    'a token that never expires, to its app': {
      ask: { query: { input_token: '{token}' }, caller: 'app' },
      answers: live,
    },
    'a token to itself': { ask: { query: { input_token: '{token}' } }, answers: live },
    'the token of an app': {
      ask: { query: { input_token: '{app}|{secret}' }, caller: 'app' },
      answers: {
        data: including({
          app_id: '{app}',
          type: 'APP',
          application: 'Bakery app',
          expires_at: 0,
          is_valid: true,
          scopes: [],
        }),
      },
    },
    'a token of another app': { ask: { query: { input_token: '{other token}' }, caller: 'app' }, answers: unknown },
    'another app’s own': { ask: { query: { input_token: '{other app}|{other secret}' } }, answers: unknown },
    'text that is no token': { ask: { query: { input_token: 'hello' }, caller: 'app' }, answers: unknown },
  },
  refuses: {
    'no token to look at': { ask: { caller: 'app' }, names: 'input_token' },
    nobody: { ask: { query: { input_token: '{token}' }, caller: 'nobody' }, code: 104, status: 401 },
  },
};
