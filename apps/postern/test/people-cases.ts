/** What a person says, and what the other one's phone shows of it when that is not the same. */
export const said: readonly { name: string; says: Record<string, unknown>; shows?: Record<string, unknown> }[] = [
  { name: 'a text', says: { type: 'text', text: { body: 'Hi' } } },
  { name: 'a text without a type', says: { text: { body: 'Hi' } }, shows: { type: 'text', text: { body: 'Hi' } } },
  {
    name: 'a location',
    says: { type: 'location', location: { latitude: 48.2, longitude: -16.4, name: 'Home', address: 'Road 1' } },
  },
  {
    name: 'contacts',
    says: {
      type: 'contacts',
      contacts: [
        {
          name: { formatted_name: 'J. Doe', first_name: 'J' },
          phones: [{ phone: '+1 650', wa_id: '1650', type: 'CELL' }],
          addresses: [{ street: 'Road 1', country_code: 'us' }],
        },
      ],
    },
  },
  {
    name: 'a contact that was asked for',
    says: { type: 'contacts', origin: 'contact_request', contacts: [{ vcard: 'BEGIN:VCARD' }] },
  },
  {
    name: 'a tap on a button',
    says: { type: 'interactive', interactive: { type: 'button_reply', button_reply: { id: 'y', title: 'Yes' } } },
  },
  {
    name: 'a row of a list',
    says: {
      type: 'interactive',
      interactive: { type: 'list_reply', list_reply: { id: 'r', title: 'Row', description: 'the first' } },
    },
  },
  {
    name: 'a form that was filled in',
    says: { type: 'interactive', interactive: { type: 'nfm_reply', nfm_reply: { response_json: '{"a":"b"}' } } },
    shows: {
      type: 'interactive',
      interactive: { type: 'nfm_reply', nfm_reply: { name: 'flow', body: 'Sent', response_json: '{"a":"b"}' } },
    },
  },
  {
    name: 'a refused permission to call',
    says: {
      type: 'interactive',
      interactive: { type: 'call_permission_reply', call_permission_reply: { response: 'reject' } },
    },
    shows: {
      type: 'interactive',
      interactive: {
        type: 'call_permission_reply',
        call_permission_reply: { response: 'reject', response_source: 'user_action' },
      },
    },
  },
  { name: 'a quick reply', says: { type: 'button', button: { payload: 'STOP', text: 'Stop' } } },
  {
    name: 'an order',
    says: {
      type: 'order',
      order: {
        catalog_id: '7',
        text: 'please',
        product_items: [{ product_retailer_id: 'tea', quantity: 2, item_price: 1.5, currency: 'EUR' }],
      },
    },
  },
  { name: 'something unsupported', says: { type: 'unsupported', unsupported: { type: 'poll_creation' } } },
  {
    name: 'a forwarded text',
    says: { type: 'text', text: { body: 'News' }, context: { forwarded: true } },
  },
];

const text = { type: 'text', text: { body: 'x' } };
const product = { product_retailer_id: 'tea', quantity: 1, item_price: 1, currency: 'EUR' };

/** What the sandbox refuses to say, and what the error names. */
export const refused: readonly { name: string; says: object; names: RegExp }[] = [
  { name: 'an unknown type', says: { type: 'opera' }, names: /\btype\b/ },
  { name: 'a type without its object', says: { type: 'location' }, names: /\blocation\b/ },
  { name: 'an empty text', says: { type: 'text', text: { body: '' } }, names: /text\/body/ },
  { name: 'a text that is too long', says: { type: 'text', text: { body: 'x'.repeat(4097) } }, names: /text\/body/ },
  {
    name: 'a latitude beyond the pole',
    says: { type: 'location', location: { latitude: 91, longitude: 0 } },
    names: /location\/latitude/,
  },
  { name: 'no contacts', says: { type: 'contacts', contacts: [] }, names: /contacts/ },
  { name: 'an emoji on nothing', says: { type: 'reaction', reaction: { emoji: '👍' } }, names: /reaction/ },
  {
    name: 'a reaction to what is no message',
    says: { type: 'reaction', reaction: { message_id: 'wamid.x', emoji: '👍' } },
    names: /reaction\.message_id/,
  },
  {
    name: 'a tap without what was tapped',
    says: { type: 'interactive', interactive: { type: 'button_reply' } },
    names: /interactive\.button_reply/,
  },
  {
    name: 'a tap of no known kind',
    says: { type: 'interactive', interactive: { type: 'button' } },
    names: /interactive\/type/,
  },
  {
    name: 'an order of nothing',
    says: { type: 'order', order: { catalog_id: '7', product_items: [] } },
    names: /order\/product_items/,
  },
  {
    name: 'half a tea',
    says: { type: 'order', order: { catalog_id: '7', product_items: [{ ...product, quantity: 0.5 }] } },
    names: /order\/product_items\/0\/quantity/,
  },
  { name: 'a quote of nothing', says: { ...text, context: { message_id: 'wamid.x' } }, names: /context\.message_id/ },
  {
    name: 'a product of no message',
    says: { ...text, context: { referred_product: { catalog_id: '7', product_retailer_id: 'tea' } } },
    names: /context\.message_id/,
  },
  { name: 'a number that is none', says: { ...text, to: 'you' }, names: /\bto\b/ },
];
