/** One kind of message that Meta's SDK can send: its method, what that is given, and what the phone then shows, at the least. */
export interface MetaSending {
  readonly method: string;
  readonly given: object;
  readonly shown: object;
}

const name = { formatted_name: 'Jo Doe', first_name: 'Jo' };
const place = { latitude: 52.5163, longitude: 13.3777, name: 'Gate', address: 'Pariser Platz' };
const reply = { type: 'reply', reply: { id: 'yes', title: 'Yes' } };
const row = { id: 'a', title: 'Tea', description: 'Hot' };

/** What needs no file. The files are sent by the id that an upload gave. */
export const metaSendings: readonly MetaSending[] = [
  { method: 'text', given: { body: 'Hello', preview_url: false }, shown: { type: 'text', text: { body: 'Hello' } } },
  { method: 'location', given: place, shown: { type: 'location', location: { name: 'Gate' } } },
  {
    method: 'contacts',
    given: [{ name, phones: [{ phone: '+15550100009', type: 'WORK' }] }],
    shown: { type: 'contacts', contacts: [{ name }] },
  },
  {
    method: 'interactive',
    given: { type: 'button', body: { text: 'Tea?' }, action: { buttons: [reply] } },
    shown: { type: 'interactive', interactive: { type: 'button', action: { buttons: [reply] } } },
  },
  {
    method: 'interactive',
    given: {
      type: 'list',
      body: { text: 'Tea?' },
      action: { button: 'Look', sections: [{ title: 'All', rows: [row] }] },
    },
    shown: { type: 'interactive', interactive: { type: 'list', action: { button: 'Look' } } },
  },
  {
    method: 'template',
    given: { name: 'hello_world', language: { policy: 'deterministic', code: 'en_US' } },
    shown: { type: 'template', template: { name: 'hello_world' } },
  },
];
