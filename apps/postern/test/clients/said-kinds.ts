/** One kind of message that a person can send, and what each client's receiver makes of it. */
export interface SaidKind {
  readonly what: string;
  /** The message object; `quoted` is the id of a message that the business sent. */
  readonly say: (quoted: string) => { type: string; [member: string]: unknown };
  /** What the webhook holds, at the least. */
  readonly message: (quoted: string) => object;
  /** What kapso's client gives, in its own spelling, when that is more than the spelling. */
  readonly kapso?: object;
  /** What the chat adapter passes on; it leaves out what it has no words for. */
  readonly chat?: ChatEvent;
}

export type ChatEvent =
  | { readonly text: string; readonly attachment?: object }
  | { readonly actionId: string; readonly value: string }
  | { readonly emoji: string; readonly isAdded: boolean };

const place = { latitude: 52.5163, longitude: 13.3777, name: 'Gate', address: 'Pariser Platz' };

const contacts = [{ name: { formatted_name: 'Jo Doe', first_name: 'Jo' }, phones: [{ phone: '+1 555 010 0001' }] }];

const items = [{ product_retailer_id: 'tea-1', quantity: 2, item_price: 3.5, currency: 'EUR' }];

const flowAnswer = JSON.stringify({ flow_token: 'token-1', day: 'Monday' });

const callAnswer = { response: 'accept', is_permanent: false, expiration_timestamp: 1_900_000_000 };

const replyTo = (id: string) => ({ context: { message_id: id } });

/** Everything but media. */
export const saidKinds: readonly SaidKind[] = [
  {
    what: 'a text',
    say: () => ({ type: 'text', text: { body: 'Grüße / "you" 🎉\n\u2028' } }),
    message: () => ({ type: 'text', text: { body: 'Grüße / "you" 🎉\n\u2028' } }),
    chat: { text: 'Grüße / "you" 🎉\n\u2028' },
  },
  {
    what: 'an answer to a message',
    say: (quoted) => ({ type: 'text', text: { body: 'Yes' }, ...replyTo(quoted) }),
    message: (id) => ({ type: 'text', text: { body: 'Yes' }, context: { id } }),
    kapso: { kapso: { direction: 'inbound' } },
    chat: { text: 'Yes' },
  },
  {
    what: 'a forwarded text',
    say: () => ({ type: 'text', text: { body: 'Look' }, context: { forwarded: true } }),
    message: () => ({ type: 'text', text: { body: 'Look' }, context: { forwarded: true } }),
    chat: { text: 'Look' },
  },
  {
    what: 'a text forwarded often',
    say: () => ({ type: 'text', text: { body: 'Look!' }, context: { frequently_forwarded: true } }),
    message: () => ({ type: 'text', text: { body: 'Look!' }, context: { frequently_forwarded: true } }),
    kapso: { context: { frequentlyForwarded: true } },
    chat: { text: 'Look!' },
  },
  {
    what: 'a question about a product',
    say: (message_id) => ({
      type: 'text',
      text: { body: 'How much?' },
      context: { message_id, referred_product: { catalog_id: '8123456789', product_retailer_id: 'tea-1' } },
    }),
    message: (id) => ({
      type: 'text',
      context: { id, referred_product: { catalog_id: '8123456789', product_retailer_id: 'tea-1' } },
    }),
    kapso: { context: { referredProduct: { catalogId: '8123456789', productRetailerId: 'tea-1' } } },
    chat: { text: 'How much?' },
  },
  {
    what: 'a location',
    say: () => ({ type: 'location', location: place }),
    message: () => ({ type: 'location', location: place }),
    kapso: { location: place },
    chat: {
      text: '[Location: Gate - Pariser Platz]',
      attachment: { name: 'Gate', url: 'https://www.google.com/maps?q=52.5163,13.3777' },
    },
  },
  {
    what: 'contacts',
    say: () => ({ type: 'contacts', contacts }),
    message: () => ({ type: 'contacts', contacts }),
    kapso: {
      contacts: [{ name: { formattedName: 'Jo Doe', firstName: 'Jo' }, phones: [{ phone: '+1 555 010 0001' }] }],
    },
  },
  {
    what: 'a reaction',
    say: (message_id) => ({ type: 'reaction', reaction: { message_id, emoji: '👍🏽' } }),
    message: (message_id) => ({ type: 'reaction', reaction: { message_id, emoji: '👍🏽' } }),
    kapso: { reaction: { emoji: '👍🏽' } },
    chat: { emoji: '👍🏽', isAdded: true },
  },
  {
    what: 'a reaction taken back',
    say: (message_id) => ({ type: 'reaction', reaction: { message_id, emoji: '' } }),
    message: (message_id) => ({ type: 'reaction', reaction: { message_id, emoji: '' } }),
    chat: { emoji: '', isAdded: false },
  },
  {
    what: 'a tap on a button',
    say: (quoted) => ({
      type: 'interactive',
      interactive: { type: 'button_reply', button_reply: { id: 'yes', title: 'Yes' } },
      ...replyTo(quoted),
    }),
    message: (id) => ({
      type: 'interactive',
      interactive: { type: 'button_reply', button_reply: { id: 'yes', title: 'Yes' } },
      context: { id },
    }),
    kapso: { interactive: { type: 'button_reply', buttonReply: { id: 'yes', title: 'Yes' } } },
    chat: { actionId: 'yes', value: 'yes' },
  },
  {
    what: 'a tap on a row',
    say: (quoted) => ({
      type: 'interactive',
      interactive: { type: 'list_reply', list_reply: { id: 'at-9', title: '9:00', description: 'the first' } },
      ...replyTo(quoted),
    }),
    message: (id) => ({
      type: 'interactive',
      interactive: { type: 'list_reply', list_reply: { id: 'at-9', title: '9:00', description: 'the first' } },
      context: { id },
    }),
    kapso: { interactive: { listReply: { id: 'at-9', title: '9:00', description: 'the first' } } },
    chat: { actionId: 'at-9', value: 'at-9' },
  },
  {
    what: "a tap on a template's quick reply",
    say: (quoted) => ({ type: 'button', button: { payload: 'later', text: 'Not now' }, ...replyTo(quoted) }),
    message: (id) => ({ type: 'button', button: { payload: 'later', text: 'Not now' }, context: { id } }),
    chat: { actionId: 'later', value: 'Not now' },
  },
  {
    what: 'the answer to a flow',
    say: (quoted) => ({
      type: 'interactive',
      interactive: { type: 'nfm_reply', nfm_reply: { name: 'flow', body: 'Sent', response_json: flowAnswer } },
      ...replyTo(quoted),
    }),
    message: (id) => ({
      type: 'interactive',
      interactive: { type: 'nfm_reply', nfm_reply: { name: 'flow', body: 'Sent', response_json: flowAnswer } },
      context: { id },
    }),
    kapso: { kapso: { flowName: 'flow', flowToken: 'token-1', flowResponse: { flowToken: 'token-1', day: 'Monday' } } },
  },
  {
    what: 'an answer to being called',
    say: (quoted) => ({
      type: 'interactive',
      interactive: { type: 'call_permission_reply', call_permission_reply: callAnswer },
      ...replyTo(quoted),
    }),
    message: () => ({
      type: 'interactive',
      interactive: {
        type: 'call_permission_reply',
        call_permission_reply: { response: 'accept', response_source: 'user_action' },
      },
    }),
    kapso: { interactive: { callPermissionReply: { response: 'accept' } } },
  },
  {
    what: 'an order',
    say: () => ({ type: 'order', order: { catalog_id: '8123456789', text: 'Soon, please', product_items: items } }),
    message: () => ({ type: 'order', order: { catalog_id: '8123456789', text: 'Soon, please', product_items: items } }),
    kapso: {
      kapso: { orderText: 'Soon, please' },
      order: { productItems: [{ productRetailerId: 'tea-1', quantity: 2, itemPrice: 3.5, currency: 'EUR' }] },
    },
  },
  {
    what: 'something that there are no words for',
    say: () => ({ type: 'unsupported', unsupported: { type: 'poll_creation' } }),
    message: () => ({ type: 'unsupported', errors: [{ code: 131051 }] }),
    kapso: { type: 'unsupported', errors: [{ code: 131051 }] },
  },
];
