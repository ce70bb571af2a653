import { characters, gone, times, type Suite } from '../suite.ts';

const name = { formatted_name: 'Ana Silva', first_name: 'Ana' };
const whole = {
  name: { ...name, last_name: 'Silva', middle_name: 'M.', suffix: 'Jr.', prefix: 'Dr.' },
  birthday: '1999-01-23',
  org: { company: 'Postern', department: 'Doors', title: 'Keeper' },
  addresses: [
    { street: '1 Rua', city: 'Lisboa', state: 'L', zip: '1000', country: 'Portugal', country_code: 'pt', type: 'HOME' },
  ],
  emails: [{ email: 'ana@example.org', type: 'WORK' }],
  urls: [{ url: 'https://example.org', type: 'WORK' }],
  phones: [{ phone: '+351 910 000 001', wa_id: '351910000001', type: 'CELL' }],
};

/** Contract section 2.3; gap A11 for how many there may be. */
export const contacts: Suite = {
  valid: { type: 'contacts', contacts: [{ name }] },
  accepts: {
    'a name': {},
    everything: { contacts: [whole] },
    '257 contacts': { contacts: times(257, () => ({ name })) },
    'the last name only': { 'contacts.0.name': { formatted_name: 'Silva', last_name: 'Silva' } },
    'a phone that is a number': [
      { 'contacts.0.phones': [{ phone: 351910000001 }] },
      { 'contacts.0.phones': [{ phone: '351910000001' }] },
    ],
    'empty lists': [
      { 'contacts.0.phones': [], 'contacts.0.emails': [] },
      { 'contacts.0.phones': gone, 'contacts.0.emails': gone },
    ],
    '100 phones': { 'contacts.0.phones': times(100, (index) => ({ phone: `+35191000${1000 + index}` })) },
    'a name of 1,000 characters': { 'contacts.0.name.formatted_name': characters(1_000) },
  },
  refuses: {
    'no contacts': { contacts: gone },
    'an empty list': { contacts: [] },
    'an object': { contacts: { name } },
    'a contact that is a string': [{ contacts: ['Ana'] }, 100, 'contacts[0]'],
    'a contact that is null': [{ contacts: [null] }, 100, 'contacts[0]'],
    '258 contacts': { contacts: times(258, () => ({ name })) },
    'more than fits into a message': [
      { contacts: times(100, () => ({ name: { ...name, formatted_name: characters(1_000) } })) },
      100,
      'contacts',
    ],
    'no name': { 'contacts.0.name': gone },
    'no formatted name': { 'contacts.0.name.formatted_name': gone },
    'nothing but a formatted name': { 'contacts.0.name.first_name': gone },
    'a birthday in words': [{ 'contacts.0.birthday': '23 January' }, 131009],
    'a birthday in a thirteenth month': [{ 'contacts.0.birthday': '1999-13-01' }, 131009],
    'phones that are an object': { 'contacts.0.phones': {} },
    '101 phones': { 'contacts.0.phones': times(101, () => ({ phone: '1' })) },
    'a name of 1,001 characters': { 'contacts.0.name.formatted_name': characters(1_001) },
    'an email that is an object': { 'contacts.0.emails': [{ email: {} }] },
    'a second contact without a name': [{ contacts: [{ name }, {}] }, 100, "contacts[1]['name']"],
  },
};
