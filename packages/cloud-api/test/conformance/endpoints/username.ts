import type { EndpointSuite, Given } from '../endpoint-suite.ts';

const taken = (username: string): Given => ({
  ask: { method: 'POST', path: '/{phone}/username', json: { username } },
});
const names = 'username';

/** Contract section 5.4. */
export const takeUsername: EndpointSuite = {
  endpoint: 'POST /{phone}/username',
  given: [
    {
      ask: {
        method: 'POST',
        path: '/{other phone}/username',
        json: { username: 'the.bank' },
        caller: 'another business',
      },
    },
  ],
  accepts: {
    'a name': {
      ask: { json: { username: 'Bakery.One' } },
      answers: { status: 'approved' },
      afterwards: [
        { ask: { method: 'GET' }, answers: { username: 'bakery.one', status: 'approved' } },
        {
          ask: { method: 'GET', path: '/{phone}', query: { fields: 'username' } },
          answers: { username: 'bakery.one', id: '{phone}' },
        },
      ],
    },
    'the same again': { ask: { form: { username: 'bakery.one' } }, answers: { status: 'approved' } },
    'the shortest in its place, in the query': {
      ask: { query: { username: 'b_1', transfer_action: 'none' } },
      answers: { status: 'approved' },
      afterwards: [{ ask: { method: 'GET' }, answers: { username: 'b_1', status: 'approved' } }],
    },
    'the longest': { ask: { json: { username: 'b'.repeat(35) } }, answers: { status: 'approved' } },
  },
  refuses: {
    nothing: { ask: {}, names },
    'two letters': { ask: { json: { username: 'ab' } }, names },
    'too long': { ask: { json: { username: 'b'.repeat(36) } }, names },
    'no letter': { ask: { json: { username: '12345' } }, names },
    'other characters': { ask: { json: { username: 'b-a-k-e' } }, names },
    'a point first': { ask: { json: { username: '.bakery' } }, names },
    'a point last': { ask: { json: { username: 'bakery.' } }, names },
    'two points': { ask: { json: { username: 'bakery..one' } }, names },
    'the beginning of an address': { ask: { json: { username: 'www.bakery' } }, names },
    'the end of an address': { ask: { json: { username: 'bakery.com' } }, names },
    'a list': { ask: { json: { username: ['bakery'] } }, names },
    'another action': { ask: { json: { username: 'bakery', transfer_action: 'steal' } }, names: 'transfer_action' },
    'a name that somebody has': { ask: { json: { username: 'THE.BANK' } }, code: 147001 },
    'a name of another business, by force': {
      ask: { json: { username: 'the.bank', transfer_action: 'force_transfer' } },
      code: 147001,
    },
    'another business': { ask: { caller: 'another business', json: { username: 'bakery' } }, subcode: 33 },
  },
};

/** Contract section 5.4. */
export const getUsername: EndpointSuite = {
  endpoint: 'GET /{phone}/username',
  isRegistered: false,
  given: [taken('quiet.bakery')],
  accepts: {
    'reserved until the number is registered': { ask: {}, answers: { username: 'quiet.bakery', status: 'reserved' } },
  },
  refuses: { 'another business': { ask: { caller: 'another business' }, subcode: 33 } },
};

export const getNoUsername: EndpointSuite = {
  endpoint: 'GET /{phone}/username',
  accepts: {},
  refuses: { 'a number without one': { ask: {}, subcode: 33 } },
};

/** Contract section 5.4. */
export const deleteUsername: EndpointSuite = {
  endpoint: 'DELETE /{phone}/username',
  given: [taken('short.lived')],
  accepts: { 'the name': { ask: {}, answers: { success: true } } },
  refuses: {
    'when there is none': { ask: {}, subcode: 33 },
    'another business': { ask: { caller: 'another business' }, subcode: 33 },
  },
};

/** Contract section 5.4. */
export const suggestUsernames: EndpointSuite = {
  endpoint: 'GET /{phone}/username_suggestions',
  given: [taken('bakerydesk')],
  accepts: {
    'names of which nobody has one': {
      ask: {},
      answers: { data: [{ username_suggestions: ['bakery_desk', 'bakery.desk', 'bakerydesk_official'] }] },
    },
  },
  refuses: { 'another business': { ask: { caller: 'another business' }, subcode: 33 } },
};
