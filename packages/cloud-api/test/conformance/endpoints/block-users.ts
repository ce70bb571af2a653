import { including, type EndpointSuite } from '../endpoint-suite.ts';

const path = '/{phone}/block_users';
const [ana, ben, cleo] = ['16505551001', '16505551002', '16505551003'] as const;
const users = (...numbers: unknown[]) => ({
  messaging_product: 'whatsapp',
  block_users: numbers.map((user) => ({ user })),
});
const refused = {
  nobody: { ask: { json: { messaging_product: 'whatsapp' } }, names: 'block_users' },
  'an empty list': { ask: { json: users() }, names: 'block_users' },
  'more than a thousand': { ask: { json: users(...Array<string>(1_001).fill(ana)) }, names: 'block_users' },
  'no product': { ask: { json: { block_users: [{ user: ana }] } }, names: 'messaging_product' },
  'a list of texts': { ask: { json: { ...users(), block_users: [ana] } }, names: 'block_users[0]' },
  'a user without a number': { ask: { json: users(null) }, names: 'user' },
  'what is no number': { ask: { json: users('Ana') }, code: 139100 },
  'another business': { ask: { json: users(ana), caller: 'another business' }, subcode: 33 },
} as const;

/** Contract section 5.4. */
export const blockUsers: EndpointSuite = {
  endpoint: `POST ${path}`,
  given: [{ wrote: ana }, { wrote: ben }],
  accepts: {
    'who wrote lately': {
      ask: { json: users('+1 (650) 555-1001') },
      answers: {
        messaging_product: 'whatsapp',
        block_users: { added_users: [including({ input: '+1 (650) 555-1001', wa_id: ana })] },
      },
      afterwards: [
        {
          ask: { method: 'GET' },
          answers: including({ data: [including({ messaging_product: 'whatsapp', wa_id: ana })] }),
        },
      ],
    },
    'a number, as a form': {
      ask: { form: { messaging_product: 'whatsapp', block_users: `[{"user":${ben}}]` } },
      answers: including({ messaging_product: 'whatsapp' }),
    },
  },
  refuses: { 'who never wrote': { ask: { json: users(cleo) }, code: 139100 }, ...refused },
};

export const unblockUsers: EndpointSuite = {
  endpoint: `DELETE ${path}`,
  given: [{ wrote: ana }, { ask: { method: 'POST', path, json: users(ana) } }],
  accepts: {
    'who is blocked': {
      ask: { json: users(ana) },
      answers: including({ block_users: { removed_users: [including({ input: ana, wa_id: ana })] } }),
      afterwards: [{ ask: { method: 'GET' }, answers: { data: [] } }],
    },
    'who is not': {
      ask: { json: users(cleo) },
      answers: including({ block_users: { removed_users: [including({ wa_id: cleo })] } }),
    },
  },
  refuses: refused,
};

export const listBlockedUsers: EndpointSuite = {
  endpoint: `GET ${path}`,
  accepts: { nobody: { ask: { query: { limit: '100' } }, answers: { data: [] } } },
  refuses: {
    'a page of none': { ask: { query: { limit: '0' } }, names: 'limit' },
    'a cursor that is none': { ask: { query: { after: 'the next' } }, names: 'after' },
    'another business': { ask: { caller: 'another business' }, subcode: 33 },
  },
};
