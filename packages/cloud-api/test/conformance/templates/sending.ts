import { characters, gone, type Changes } from '../suite.ts';
import { definitions } from './definitions.ts';

/** A request that is refused: what of it changes, the error code, and what `details` names. */
export type SendingRefusal = readonly [changes: Changes, code: number, names: string];

/** How one template is sent. */
export interface SendingSuite {
  /** The template, without its name. */
  readonly definition: Readonly<Record<string, unknown>>;
  /** The components of the request. */
  readonly components: readonly object[];
  /** What the person sees; media stand in it by their places. */
  readonly shows: object;
  readonly media?: readonly object[];
  readonly category: string;
  readonly ttlMs?: number;
  /** Changes of the components, and of what is seen. */
  readonly accepts: Readonly<Record<string, readonly [changes: Changes, shows: Changes]>>;
  readonly refuses: Readonly<Record<string, SendingRefusal>>;
}

const text = (words: string) => ({ type: 'text', text: words });
const image = { type: 'image', image: { link: 'https://media.example/rose.jpg' } };

/** Numbered variables in every part, and buttons. */
const numbered: SendingSuite = {
  definition: definitions['text']?.valid ?? {},
  components: [
    { type: 'header', parameters: [text('4711')] },
    { type: 'body', parameters: [text('Ann'), text('two books')] },
    { type: 'button', sub_type: 'quick_reply', index: '0', parameters: [{ type: 'payload', payload: 'where-4711' }] },
    { type: 'button', sub_type: 'url', index: 2, parameters: [text('4711')] },
  ],
  shows: {
    header: { type: 'text', text: 'Order 4711' },
    body: { text: 'Thank you Ann, your order of two books is on its way.' },
    footer: { text: 'The book shop' },
    buttons: [
      { type: 'quick_reply', payload: 'where-4711', text: 'Where is it?' },
      { type: 'quick_reply', payload: 'Stop', text: 'Stop' },
      { type: 'url', url: 'https://shop.example/t/4711', text: 'Track' },
      { type: 'phone_number', phone_number: '+15550100', text: 'Call us' },
    ],
  },
  category: 'utility',
  accepts: {
    'capitals in its types': [
      { '0.type': 'HEADER', '1.type': 'BODY', '2.type': 'BUTTON', '2.sub_type': 'QUICK_REPLY' },
      {},
    ],
    'money and a time': [
      {
        '1.parameters': [
          { type: 'currency', currency: { fallback_value: '$10.99', code: 'USD', amount_1000: 10_990 } },
          { type: 'date_time', date_time: { fallback_value: 'Monday' } },
        ],
      },
      { 'body.text': 'Thank you $10.99, your order of Monday is on its way.' },
    ],
    'a value that looks like a variable': [
      { '1.parameters.0.text': '{{2}}' },
      { 'body.text': 'Thank you {{2}}, your order of two books is on its way.' },
    ],
    'a value that looks like a pattern': [
      { '1.parameters.0.text': '$& $1' },
      { 'body.text': 'Thank you $& $1, your order of two books is on its way.' },
    ],
    'four spaces in a row': [
      { '1.parameters.0.text': 'Ann    B' },
      { 'body.text': 'Thank you Ann    B, your order of two books is on its way.' },
    ],
  },
  refuses: {
    'no header': [{ 0: { type: 'header' } }, 132000, 'components'],
    'a value too few': [{ '1.parameters': [text('Ann')] }, 132000, 'components'],
    'a value too many': [{ '1.parameters.2': text('more') }, 132000, 'components'],
    'a picture in the header': [{ '0.parameters.0': image }, 132012, "components'][0]"],
    'a picture in the body': [{ '1.parameters.0': image }, 132012, "components'][1]"],
    'a header of more than 60 characters': [{ '0.parameters.0.text': characters(55) }, 132005, "components'][0]"],
    'a body of more than 1,024 characters': [{ '1.parameters.0.text': characters(1_000) }, 132005, "components'][1]"],
    'a new line': [{ '1.parameters.0.text': 'Ann\nB' }, 132007, "components'][1]"],
    'a tab': [{ '1.parameters.0.text': 'Ann\tB' }, 132007, "components'][1]"],
    'five spaces in a row': [{ '1.parameters.0.text': 'Ann     B' }, 132007, "components'][1]"],
    'a value of spaces': [{ '1.parameters.0.text': '  ' }, 131008, "components'][1]"],
    'a URL without its value': [{ '3.parameters': [] }, 131008, "components'][3]"],
    'a URL with a space': [{ '3.parameters.0.text': 'a b' }, 132012, "components'][3]"],
    'a button that the template has not': [{ '3.index': 7 }, 132018, "components'][3]"],
    'a button of another type': [{ '3.index': 1 }, 132018, "components'][3]"],
    'a button given twice': [{ '3': { type: 'button', sub_type: 'quick_reply', index: 0 } }, 132018, "components'][3]"],
    'a body given twice': [{ 4: { type: 'body', parameters: [] } }, 132018, "components'][4]"],
    'a carousel that the template has not': [
      { 4: { type: 'carousel', cards: [{ card_index: 0, components: [] }] } },
      132018,
      "components'][4]",
    ],
    'an offer that the template has not': [
      {
        4: {
          type: 'limited_time_offer',
          parameters: [{ type: 'limited_time_offer', limited_time_offer: { expiration_time_ms: 4_102_444_800_000 } }],
        },
      },
      132018,
      "components'][4]",
    ],
    'a payload of 257 characters': [{ '2.parameters.0.payload': characters(257) }, 100, "['payload']"],
  },
};

const named: SendingSuite = {
  definition: definitions['named']?.valid ?? {},
  components: [
    { type: 'header', parameters: [{ ...text('Ann'), parameter_name: 'first_name' }] },
    {
      type: 'body',
      parameters: [
        { ...text('10 %'), parameter_name: 'discount' },
        { ...text('Ann'), parameter_name: 'first_name' },
      ],
    },
  ],
  shows: { header: { type: 'text', text: 'For Ann' }, body: { text: 'Today Ann gets 10 % off everything.' } },
  category: 'marketing',
  accepts: {},
  refuses: {
    'a value without a name': [{ '1.parameters.0.parameter_name': gone }, 131008, "components'][1]['parameters'][0]"],
    'a name that the template has not': [
      { '1.parameters.0.parameter_name': 'price' },
      132018,
      "components'][1]['parameters'][0]",
    ],
    'a name given twice': [
      { '1.parameters.0.parameter_name': 'first_name' },
      132018,
      "components'][1]['parameters'][1]",
    ],
    'a name too few': [
      { '1.parameters': [{ ...text('Ann'), parameter_name: 'first_name' }] },
      132000,
      "components'][1]",
    ],
  },
};

const offer = (expiration_time_ms: unknown) => ({
  type: 'limited_time_offer',
  parameters: [{ type: 'limited_time_offer', limited_time_offer: { expiration_time_ms } }],
});

/** A picture, an offer that ends, a code. */
const media: SendingSuite = {
  definition: definitions['media']?.valid ?? {},
  components: [
    { type: 'header', parameters: [image] },
    offer(4_102_444_800_000),
    {
      type: 'button',
      sub_type: 'copy_code',
      index: '0',
      parameters: [{ type: 'coupon_code', coupon_code: 'SAVE25' }],
    },
  ],
  shows: {
    header: { type: 'image', image: { attachment: 0 } },
    body: { text: 'Everything is cheaper.' },
    buttons: [
      { type: 'copy_code', coupon_code: 'SAVE25', text: 'Copy offer code' },
      { type: 'url', url: 'https://shop.example/', text: 'Shop' },
    ],
    limited_time_offer: { text: 'Only today', expiration_time_ms: 4_102_444_800_000 },
  },
  media: [{ link: 'https://media.example/rose.jpg' }],
  category: 'marketing',
  accepts: {},
  refuses: {
    'no header': [{ 0: { type: 'body' } }, 132012, 'header'],
    'a video in its place': [
      { '0.parameters.0': { type: 'video', video: { link: 'https://media.example/a.mp4' } } },
      132012,
      "components'][0]",
    ],
    'a text in its place': [{ '0.parameters.0': text('rose') }, 132012, "components'][0]"],
    'two pictures': [{ '0.parameters.1': image }, 132000, "components'][0]"],
    'a picture from nowhere': [{ '0.parameters.0.image': {} }, 100, "['image']['id']"],
    'no end of the offer': [{ 1: { type: 'body' } }, 131008, 'limited_time_offer'],
    'an end of the offer that is over': [{ '1': offer(1_000_000_000_000) }, 131009, "components'][1]"],
    'no code': [{ 2: { type: 'body' } }, 131008, 'coupon_code'],
    'a code of 21 characters': [{ '2.parameters.0.coupon_code': characters(21) }, 100, "['coupon_code']"],
    'a value for a fixed URL': [
      { 3: { type: 'button', sub_type: 'url', index: 1, parameters: [text('x')] } },
      132018,
      "components'][3]",
    ],
  },
};

const flower = (card_index: number, name: string) => ({
  card_index,
  components: [
    { type: 'header', parameters: [{ type: 'image', image: { id: String(1_000_000_000 + card_index) } }] },
    { type: 'button', sub_type: 'quick_reply', index: '0', parameters: [{ type: 'payload', payload: `more-${name}` }] },
    { type: 'button', sub_type: 'url', index: '1', parameters: [text(name)] },
  ],
});

const shownFlower = (attachment: number, name: string) => ({
  header: { type: 'image', image: { attachment } },
  body: { text: `The ${name}` },
  buttons: [
    { type: 'quick_reply', payload: `more-${name}`, text: 'More of this' },
    { type: 'url', url: `https://shop.example/${name}`, text: 'Buy' },
  ],
});

const carousel: SendingSuite = {
  definition: definitions['carousel']?.valid ?? {},
  components: [{ type: 'carousel', cards: [flower(0, 'rose'), flower(1, 'lily')] }],
  shows: {
    body: { text: 'Look at our flowers.' },
    cards: [shownFlower(0, 'rose'), shownFlower(1, 'lily')],
  },
  media: [{ id: '1000000000' }, { id: '1000000001' }],
  category: 'marketing',
  accepts: {},
  refuses: {
    'no cards': [{ 0: { type: 'body' } }, 131008, 'carousel'],
    'a card too few': [{ '0.cards': [flower(0, 'rose')] }, 132018, "components'][0]"],
    'a card too many': [
      { '0.cards': [flower(0, 'rose'), flower(1, 'lily'), flower(2, 'iris')] },
      132018,
      "components'][0]",
    ],
    'cards that do not count from 0': [{ '0.cards.0.card_index': 5 }, 132018, "['cards']"],
    'two cards of one place': [{ '0.cards.1.card_index': 0 }, 131009, "['cards']"],
    'a card without its picture': [
      { '0.cards.1.components': flower(1, 'lily').components.slice(1) },
      132012,
      "['cards'][1]",
    ],
    'a card with text in it that it has not': [
      { '0.cards.1.components.3': { type: 'body', parameters: [text('x')] } },
      132000,
      "['cards'][1]",
    ],
  },
};

const code = (digits: string) => [
  { type: 'body', parameters: [text(digits)] },
  { type: 'button', sub_type: 'url', index: '0', parameters: [text(digits)] },
];

const authentication: SendingSuite = {
  definition: definitions['authentication']?.valid ?? {},
  components: code('J$FpnYnP'),
  shows: {
    body: { text: '*J$FpnYnP* is your verification code. For your security, do not share this code.' },
    footer: { text: 'This code expires in 10 minutes.' },
    buttons: [
      {
        type: 'otp',
        otp_type: 'one_tap',
        code: 'J$FpnYnP',
        autofill_text: 'Fill',
        supported_apps: [{ package_name: 'com.example.shop', signature_hash: 'K8a/AINcGX7' }],
        text: 'Copy',
      },
    ],
  },
  category: 'authentication',
  ttlMs: 600_000,
  accepts: {},
  refuses: {
    'a code that differs': [{ '1.parameters.0.text': '654321' }, 132018, "components'][1]"],
    'no code for the button': [{ 1: { type: 'header' } }, 131008, 'button'],
    'no code': [{ '0.parameters': [] }, 132000, "components'][0]"],
    'a code of 16 characters': [{ '0.parameters.0.text': characters(16) }, 132018, "components'][0]"],
    'a link': [{ '0.parameters.0.text': 'www.bad.example' }, 132018, "components'][0]"],
    'an emoji': [{ '0.parameters.0.text': '123😀' }, 132018, "components'][0]"],
  },
};

const flow: SendingSuite = {
  definition: { ...definitions['buttons']?.valid, message_send_ttl_seconds: 60 },
  components: [
    {
      type: 'button',
      sub_type: 'flow',
      index: '0',
      parameters: [{ type: 'action', action: { flow_token: 'token-1', flow_action_data: { day: 'Monday' } } }],
    },
  ],
  shows: {
    body: { text: 'Choose.' },
    buttons: [
      {
        type: 'flow',
        flow_name: 'booking',
        flow_action: 'navigate',
        navigate_screen: 'FIRST',
        flow_token: 'token-1',
        flow_action_data: { day: 'Monday' },
        text: 'Book',
      },
    ],
  },
  category: 'utility',
  ttlMs: 60_000,
  accepts: {
    'nothing for the flow': [
      { 0: { type: 'body' } },
      { 'buttons.0.flow_token': 'unused', 'buttons.0.flow_action_data': gone },
    ],
  },
  refuses: { 'a catalogue in its place': [{ '0.sub_type': 'catalog' }, 132018, "components'][0]"] },
};

const products: SendingSuite = {
  definition: {
    ...definitions['buttons']?.valid,
    components: [
      { type: 'BODY', text: 'Choose.' },
      { type: 'BUTTONS', buttons: [{ type: 'MPM', text: 'View items' }] },
    ],
  },
  components: [
    {
      type: 'button',
      sub_type: 'mpm',
      index: 0,
      parameters: [
        {
          type: 'action',
          action: {
            thumbnail_product_retailer_id: 'rose',
            sections: [{ title: 'Flowers', product_items: [{ product_retailer_id: 'rose' }] }],
          },
        },
      ],
    },
  ],
  shows: {
    body: { text: 'Choose.' },
    buttons: [
      {
        type: 'mpm',
        thumbnail_product_retailer_id: 'rose',
        sections: [{ title: 'Flowers', product_items: [{ product_retailer_id: 'rose' }] }],
        text: 'View items',
      },
    ],
  },
  category: 'utility',
  accepts: {},
  refuses: { 'no products': [{ 0: { type: 'body' } }, 131008, 'action'] },
};

const place: SendingSuite = {
  definition: {
    ...definitions['buttons']?.valid,
    components: [
      { type: 'HEADER', format: 'LOCATION' },
      { type: 'BODY', text: 'We are here.' },
      {
        type: 'BUTTONS',
        buttons: [
          { type: 'VOICE_CALL', text: 'Call', ttl_minutes: 60 },
          { type: 'CATALOG', text: 'View' },
        ],
      },
    ],
  },
  components: [
    {
      type: 'header',
      parameters: [
        { type: 'location', location: { latitude: 52.5, longitude: '13.4', name: 'Shop', address: 'Berlin' } },
      ],
    },
  ],
  shows: {
    header: { type: 'location', location: { latitude: 52.5, longitude: 13.4, name: 'Shop', address: 'Berlin' } },
    body: { text: 'We are here.' },
    buttons: [
      { type: 'voice_call', ttl_minutes: 60, text: 'Call' },
      { type: 'catalog', text: 'View' },
    ],
  },
  category: 'utility',
  accepts: {
    'a payload for the call': [
      { 1: { type: 'button', sub_type: 'voice_call', index: 0, parameters: [{ type: 'payload', payload: 'p' }] } },
      { 'buttons.0.payload': 'p' },
    ],
  },
  refuses: { 'no place': [{ 0: { type: 'body' } }, 132012, 'header'] },
};

export const sendings: Readonly<Record<string, SendingSuite>> = {
  numbered,
  named,
  media,
  carousel,
  authentication,
  flow,
  products,
  place,
};
