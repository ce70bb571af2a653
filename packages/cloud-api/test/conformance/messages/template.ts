import { characters, gone, times, type Suite } from '../suite.ts';

const header = (parameter: object) => ({ type: 'header', parameters: [parameter] });
const body = (...parameters: object[]) => ({ type: 'body', parameters });
const button = (sub_type: string, parameter: object, index: string | number = '0') => ({
  type: 'button',
  sub_type,
  index,
  parameters: [parameter],
});
const text = (value: string) => ({ type: 'text', text: value });
const only = (component: object) => ({ 'template.components': [component] });
const card = (index: number) => ({
  card_index: index,
  components: [
    header({ type: 'image', image: { id: '$image' } }),
    button('quick_reply', { type: 'payload', payload: 'a' }),
  ],
});
const amount = { value: 100, offset: 100 };
const order = {
  reference_id: 'order-1',
  type: 'digital-goods',
  currency: 'INR',
  total_amount: amount,
  order: { status: 'pending', items: [{ retailer_id: '1', name: 'A', amount, quantity: 1 }], subtotal: amount },
};

/**
 * Contract section 2.5: what is well formed gets as far as the look-up of the template, which nobody has made. Whether
 * it fits a template is another matter.
 */
export const template: Suite = {
  valid: { type: 'template', template: { name: 'order_confirmation', language: { code: 'en_US' } } },
  answer: [404, 132001],
  accepts: {
    'a bare template': {},
    'a policy': { 'template.language.policy': 'deterministic' },
    'a name of 512 characters': { 'template.name': characters(512) },
    'no components': { 'template.components': [] },
    'types in capitals': only({ type: 'BODY', parameters: [{ type: 'TEXT', text: 'x' }] }),
    'a text of 1,024 characters': only(body(text(characters(1_024)))),
    'a named parameter': only(body({ type: 'text', text: 'Ana', parameter_name: 'first_name' })),
    'money, a date and a group': only(
      body(
        { type: 'currency', currency: { fallback_value: '$1', code: 'USD', amount_1000: 1_000 } },
        { type: 'date_time', date_time: { fallback_value: 'today' } },
        { type: 'group_id', group_id: 'Y2Fw' },
      ),
    ),
    'an image above': only(header({ type: 'image', image: { link: 'https://media.example/a.png' } })),
    'a film above': only(header({ type: 'video', video: { id: '$video' } })),
    'a document above': only(header({ type: 'document', document: { id: '$document', filename: 'a.pdf' } })),
    'a gif above': only(header({ type: 'gif', gif: { id: '$gif' } })),
    'a place above': only(header({ type: 'location', location: { latitude: '1', longitude: 2, name: 'A' } })),
    'a product above': only(header({ type: 'product', product: { product_retailer_id: '1', catalog_id: '2' } })),
    'a quick reply of 256 characters': only(button('quick_reply', { type: 'payload', payload: characters(256) })),
    'a button in capitals, numbered by a number': only(button('QUICK_REPLY', { type: 'payload', payload: 'a' }, 9)),
    'the end of an address': only(button('url', text('orders/1'))),
    'a coupon of 20 characters': only(button('copy_code', { type: 'coupon_code', coupon_code: characters(20) })),
    'a catalogue': only(button('catalog', { type: 'action', action: { thumbnail_product_retailer_id: '1' } })),
    products: only(
      button('mpm', {
        type: 'action',
        action: {
          thumbnail_product_retailer_id: '1',
          sections: [{ title: 'A', product_items: [{ product_retailer_id: '1' }] }],
        },
      }),
    ),
    'a flow': only(button('flow', { type: 'action', action: { flow_token: 't', flow_action_data: { a: 1 } } })),
    'a call': only({
      type: 'button',
      sub_type: 'voice_call',
      index: 0,
      parameters: [
        { type: 'ttl_minutes', ttl_minutes: 43_200 },
        { type: 'payload', payload: characters(512) },
      ],
    }),
    'an order to pay': only(button('order_details', { type: 'action', action: { order_details: order } })),
    'an offer': only({
      type: 'limited_time_offer',
      parameters: [{ type: 'limited_time_offer', limited_time_offer: { expiration_time_ms: 1_830_000_000_000 } }],
    }),
    'a carousel of ten cards': only({ type: 'carousel', cards: times(10, card) }),
    'a target to tap': only({
      type: 'tap_target_configuration',
      parameters: [
        {
          type: 'tap_target_configuration',
          tap_target_configuration: [{ url: 'https://shop.example', title: 'Shop' }],
        },
      ],
    }),
    'the state of an order': only({
      type: 'order_status',
      parameters: [{ type: 'order_status', order_status: { reference_id: '1', order: { status: 'shipped' } } }],
    }),
  },
  refuses: {
    'no template': { template: gone },
    'a template that is a string': { template: 'order_confirmation' },
    'no name': { 'template.name': gone },
    'a name of 513 characters': { 'template.name': characters(513) },
    'no language': { 'template.language': gone },
    'a language that is a string': { 'template.language': 'en_US' },
    'no code of the language': { 'template.language.code': gone },
    'another policy': { 'template.language.policy': 'fallback' },
    'components that are an object': { 'template.components': {} },
    '21 components': { 'template.components': times(21, () => body()) },
    'a component of no type': [only({ parameters: [] }), 100, "template['components'][0]['type']"],
    'a component of an unknown type': [only({ type: 'footer' }), 100, "template['components'][0]['type']"],
    'a parameter of no type': [only(body({ text: 'x' })), 100, "['parameters'][0]['type']"],
    'a parameter of an unknown type': [only(body({ type: 'sound' })), 100, "['parameters'][0]['type']"],
    '101 parameters': [only(body(...times(101, () => text('x')))), 100, "template['components'][0]['parameters']"],
    'a text that is not there': [only(body({ type: 'text' })), 100, "['parameters'][0]['text']"],
    'a text of 1,025 characters': [only(body(text(characters(1_025)))), 100, "['parameters'][0]['text']"],
    'money without a currency': [
      only(body({ type: 'currency', currency: { fallback_value: '1', amount_1000: 1 } })),
      100,
      "['currency']['code']",
    ],
    'a broken amount': [
      only(body({ type: 'currency', currency: { fallback_value: '1', code: 'USD', amount_1000: 0.5 } })),
      100,
      "['currency']['amount_1000']",
    ],
    'an image of nothing': [only(header({ type: 'image', image: {} })), 100, "['image']['id'] and "],
    'an image by both': [
      only(header({ type: 'image', image: { id: '$image', link: 'https://media.example/a.png' } })),
      100,
      "['image']['id'] and ",
    ],
    'an image by a link to a file': [only(header({ type: 'image', image: { link: 'file:///a' } })), 131009, "['link']"],
    'a place beyond the pole': [
      only(header({ type: 'location', location: { latitude: 91, longitude: 0 } })),
      100,
      "['latitude']",
    ],
    'a button of no kind': [only({ type: 'button', index: 0 }), 100, "['sub_type']"],
    'a button of an unknown kind': [only(button('poll', text('a'))), 100, "['sub_type']"],
    'a button without a number': [only({ type: 'button', sub_type: 'url' }), 100, "['index']"],
    'a button with number 10': [only(button('url', text('a'), '10')), 100, "['index']"],
    'a reply with a text': [only(button('quick_reply', text('a'))), 100, "['parameters'][0]['type']"],
    'a reply of 257 characters': [
      only(button('quick_reply', { type: 'payload', payload: characters(257) })),
      100,
      "['payload']",
    ],
    'a coupon of 21 characters': [
      only(button('copy_code', { type: 'coupon_code', coupon_code: characters(21) })),
      100,
      "['coupon_code']",
    ],
    'products without sections': [only(button('mpm', { type: 'action', action: {} })), 100, "['sections']"],
    'a call of no time': [only(button('voice_call', { type: 'ttl_minutes', ttl_minutes: 0 })), 100, "['ttl_minutes']"],
    'an offer without an end': [
      only({ type: 'limited_time_offer', parameters: [{ type: 'limited_time_offer', limited_time_offer: {} }] }),
      100,
      "['expiration_time_ms']",
    ],
    'a carousel without cards': [only({ type: 'carousel', cards: [] }), 100, "['cards']"],
    'a carousel of 11 cards': [only({ type: 'carousel', cards: times(11, card) }), 100, "['cards']"],
    'two cards with one number': [only({ type: 'carousel', cards: [card(0), card(0)] }), 131009, "['cards']"],
    'a carousel within a card': [
      only({ type: 'carousel', cards: [{ card_index: 0, components: [{ type: 'carousel', cards: [card(0)] }] }] }),
      100,
      "['cards'][0]['components'][0]['type']",
    ],
    'a target that is no address': [
      only({
        type: 'tap_target_configuration',
        parameters: [{ type: 'tap_target_configuration', tap_target_configuration: [{ url: 'x', title: 'y' }] }],
      }),
      131009,
      "['url']",
    ],
    'an order in an unknown state': [
      only({
        type: 'order_status',
        parameters: [{ type: 'order_status', order_status: { reference_id: '1', order: { status: 'lost' } } }],
      }),
      100,
      "['order']['status']",
    ],
  },
};
