import { characters, gone, times, type Changes, type Refusal, type Suite } from '../suite.ts';

/** A suite of one kind of interactive message: paths begin inside `interactive`. */
export function interactiveSuite(
  interactive: Readonly<Record<string, unknown>>,
  { accepts, refuses }: Pick<Suite, 'accepts' | 'refuses'>,
): Suite {
  return {
    valid: { type: 'interactive', interactive },
    accepts: Object.fromEntries(
      Object.entries(accepts).map(([name, accepted]) => [
        name,
        isPair(accepted) ? ([inside(accepted[0]), inside(accepted[1])] as const) : inside(accepted),
      ]),
    ),
    refuses: Object.fromEntries(Object.entries(refuses).map(([name, refused]) => [name, refusalInside(refused)])),
  };
}

function isPair(accepted: Suite['accepts'][string]): accepted is readonly [Changes, Changes] {
  return Array.isArray(accepted);
}

function refusalInside(refused: Refusal): Refusal {
  if (!Array.isArray(refused)) return inside(refused as Changes);
  const [changes, ...rest] = refused as readonly [Changes, number, string?];
  return [inside(changes), ...rest];
}

function inside(changes: Changes): Changes {
  return Object.fromEntries(Object.entries(changes).map(([path, value]) => [`interactive.${path}`, value]));
}

const body = { text: 'How was it?' };
const button = (index: number) => ({ type: 'reply', reply: { id: `b${index}`, title: `Button ${index}` } });
const row = (index: number) => ({ id: `r${index}`, title: `Row ${index}` });
const link = 'https://shop.example/orders/1';
/** A link of so many characters. */
const linkOf = (length: number) => `https://shop.example/${characters(length - 21)}`;
const item = (index: number) => ({ product_retailer_id: `p${index}` });

const bodyOf1024: Suite['accepts'] = { 'a body of 1,024 characters': { 'body.text': characters(1_024) } };
const footerOf60: Suite['accepts'] = { 'a footer of 60 characters': { footer: { text: characters(60) } } };
const headerOf60: Suite['accepts'] = {
  'a header of 60 characters': { header: { type: 'text', text: characters(60) } },
};
const longBody: Suite['refuses'] = { 'a body of 1,025 characters': { 'body.text': characters(1_025) } };
const noBody: Suite['refuses'] = {
  'no body': { body: gone },
  'a body without text': { 'body.text': gone },
  'an empty body': { 'body.text': '' },
};
const longFooter: Suite['refuses'] = {
  'a footer of 61 characters': [{ footer: { text: characters(61) } }, 100, "interactive['footer']['text']"],
};
const badHeaders: Suite['refuses'] = {
  'a header of 61 characters': [
    { header: { type: 'text', text: characters(61) } },
    100,
    "interactive['header']['text']",
  ],
  'a header without a type': [{ header: { text: 'Hello' } }, 100, "interactive['header']['type']"],
  'a header without its text': [{ header: { type: 'text' } }, 100, "interactive['header']['text']"],
  'a header that is a sticker': [
    { header: { type: 'sticker', sticker: { id: '1' } } },
    100,
    "interactive['header']['type']",
  ],
};
const noHeader: Suite['refuses'] = { 'a header': { header: { type: 'text', text: 'Hello' } } };
const noAction: Suite['refuses'] = { 'no action': { action: gone }, 'an action that is a list': { action: [] } };
const otherName: Suite['refuses'] = {
  'no name of the action': { 'action.name': gone },
  'another action': { 'action.name': 'another' },
};
const mediaHeaders: Suite['accepts'] = {
  'an image above': { header: { type: 'image', image: { id: '$image' } } },
  'a film above': { header: { type: 'video', video: { link: 'https://media.example/a.mp4' } } },
  'a document above': { header: { type: 'document', document: { id: '$document', filename: 'a.pdf' } } },
  'a document above that its link names': [
    { header: { type: 'document', document: { link: 'https://media.example/a.pdf' } } },
    { header: { type: 'document', document: { link: 'https://media.example/a.pdf', filename: 'a.pdf' } } },
  ],
};
const noMedia: Suite['refuses'] = {
  'a header without its medium': [{ header: { type: 'image' } }, 100, "interactive['header']['image']"],
  'a header of no medium': [{ header: { type: 'image', image: {} } }, 100, "interactive['header']['image']['id']"],
};

// All of contract section 2.4.

export const replyButtons: Suite = interactiveSuite(
  { type: 'button', body, action: { buttons: [button(0)] } },
  {
    accepts: {
      ...bodyOf1024,
      ...footerOf60,
      ...headerOf60,
      ...mediaHeaders,
      'three buttons': { 'action.buttons': times(3, button) },
      'an id of 256 characters': { 'action.buttons.0.reply.id': characters(256) },
      'a title of 20 characters': { 'action.buttons.0.reply.title': characters(20) },
      'a title of 20 emoji': { 'action.buttons.0.reply.title': characters(20, '🙂') },
      'a type in capitals': [{ type: 'BUTTON' }, {}],
      'an unknown member': [{ 'action.something': 1, something: 1 }, {}],
    },
    refuses: {
      ...noBody,
      ...longBody,
      ...longFooter,
      ...badHeaders,
      ...noMedia,
      ...noAction,
      'no type': { type: gone },
      'an unknown type': { type: 'wheel' },
      'no buttons': { 'action.buttons': gone },
      'an empty list of buttons': { 'action.buttons': [] },
      'four buttons': { 'action.buttons': times(4, button) },
      'a button of another type': { 'action.buttons.0.type': 'cta_url' },
      'a button without a reply': { 'action.buttons.0.reply': gone },
      'no id': { 'action.buttons.0.reply.id': gone },
      'an id of 257 characters': { 'action.buttons.0.reply.id': characters(257) },
      'no title': { 'action.buttons.0.reply.title': gone },
      'an empty title': { 'action.buttons.0.reply.title': '' },
      'a title of 21 characters': { 'action.buttons.0.reply.title': characters(21) },
      'two buttons with one id': [
        { 'action.buttons.1': { type: 'reply', reply: { id: 'b0', title: 'Another' } } },
        131009,
        "interactive['action']['buttons']",
      ],
      'two buttons with one title': [
        { 'action.buttons.1': { type: 'reply', reply: { id: 'b1', title: 'Button 0' } } },
        131009,
        "interactive['action']['buttons']",
      ],
      'a button that is a string': { 'action.buttons.0': 'Yes' },
      'a header of a gif': [{ header: { type: 'gif', gif: { id: '$gif' } } }, 100, "interactive['header']['type']"],
    },
  },
);

export const noInteractive: Suite = {
  valid: { type: 'interactive', interactive: { type: 'button', body, action: { buttons: [button(0)] } } },
  accepts: {},
  refuses: {
    'no interactive': { interactive: gone },
    'a string': { interactive: 'button' },
    'a list': { interactive: [] },
  },
};

export const list: Suite = interactiveSuite(
  { type: 'list', body, action: { button: 'Choose', sections: [{ rows: [row(0)] }] } },
  {
    accepts: {
      ...footerOf60,
      ...headerOf60,
      'a body of 4,096 characters': { 'body.text': characters(4_096) },
      'a button of 20 characters': { 'action.button': characters(20) },
      'a row with everything at its longest': {
        'action.sections.0.title': characters(24),
        'action.sections.0.rows.0': { id: characters(200), title: characters(24), description: characters(72) },
      },
      'ten rows': { 'action.sections.0.rows': times(10, row) },
      'ten sections': { 'action.sections': times(10, (index) => ({ title: `S${index}`, rows: [row(index)] })) },
    },
    refuses: {
      ...noBody,
      ...longFooter,
      ...badHeaders,
      ...noAction,
      'a body of 4,097 characters': { 'body.text': characters(4_097) },
      'an image above': [{ header: { type: 'image', image: { id: '$image' } } }, 100, "interactive['header']['type']"],
      'no button': { 'action.button': gone },
      'a button of 21 characters': { 'action.button': characters(21) },
      'no sections': { 'action.sections': gone },
      'an empty list of sections': { 'action.sections': [] },
      '11 sections': { 'action.sections': times(11, (index) => ({ title: 'S', rows: [row(index)] })) },
      'two sections, one without a title': [
        { 'action.sections': [{ title: 'One', rows: [row(0)] }, { rows: [row(1)] }] },
        100,
        "interactive['action']['sections'][1]['title']",
      ],
      'a section title of 25 characters': { 'action.sections.0.title': characters(25) },
      'a section without rows': { 'action.sections.0.rows': gone },
      'a section with no rows': { 'action.sections.0.rows': [] },
      '11 rows in one section': { 'action.sections.0.rows': times(11, row) },
      '11 rows in two sections': {
        'action.sections': times(2, (index) => ({ title: `S${index}`, rows: times(5 + index, row) })),
      },
      'a row without an id': { 'action.sections.0.rows.0.id': gone },
      'a row id of 201 characters': { 'action.sections.0.rows.0.id': characters(201) },
      'a row without a title': { 'action.sections.0.rows.0.title': gone },
      'a row title of 25 characters': { 'action.sections.0.rows.0.title': characters(25) },
      'a description of 73 characters': { 'action.sections.0.rows.0.description': characters(73) },
    },
  },
);

export const ctaUrl: Suite = interactiveSuite(
  { type: 'cta_url', body, action: { name: 'cta_url', parameters: { display_text: 'See it', url: link } } },
  {
    accepts: {
      ...bodyOf1024,
      ...footerOf60,
      ...headerOf60,
      ...mediaHeaders,
      'a button of 20 characters': { 'action.parameters.display_text': characters(20) },
      'an http address of 2,000 characters': { 'action.parameters.url': linkOf(2_000) },
    },
    refuses: {
      ...noBody,
      ...longBody,
      ...longFooter,
      ...badHeaders,
      ...noMedia,
      ...noAction,
      ...otherName,
      'no parameters': { 'action.parameters': gone },
      'no button': { 'action.parameters.display_text': gone },
      'a button of 21 characters': { 'action.parameters.display_text': characters(21) },
      'no address': { 'action.parameters.url': gone },
      'an address that is none': [{ 'action.parameters.url': 'shop.example' }, 131009],
      'an address that is a script': [{ 'action.parameters.url': 'javascript:alert(1)' }, 131009],
      'an address of 2,001 characters': { 'action.parameters.url': linkOf(2_001) },
    },
  },
);

export const locationRequest: Suite = interactiveSuite(
  { type: 'location_request_message', body, action: { name: 'send_location' } },
  { accepts: { ...bodyOf1024 }, refuses: { ...noBody, ...longBody, ...noHeader, ...noAction, ...otherName } },
);

export const contactRequest: Suite = interactiveSuite(
  { type: 'request_contact_info', body, action: { name: 'request_contact_info' } },
  { accepts: { ...bodyOf1024 }, refuses: { ...noBody, ...longBody, ...noHeader, ...noAction, ...otherName } },
);

export const product: Suite = interactiveSuite(
  { type: 'product', action: { catalog_id: '367025965434465', product_retailer_id: 'shoe-1' } },
  {
    accepts: {
      'no body': {},
      'a body of 1,024 characters': { body: { text: characters(1_024) } },
      ...footerOf60,
    },
    refuses: {
      ...noHeader,
      ...noAction,
      ...longFooter,
      'a body of 1,025 characters': [{ body: { text: characters(1_025) } }, 100, "interactive['body']['text']"],
      'no catalogue': { 'action.catalog_id': gone },
      'no product': { 'action.product_retailer_id': gone },
    },
  },
);

export const productList: Suite = interactiveSuite(
  {
    type: 'product_list',
    header: { type: 'text', text: 'Shoes' },
    body,
    action: { catalog_id: '367025965434465', sections: [{ product_items: [item(0)] }] },
  },
  {
    accepts: {
      ...bodyOf1024,
      ...footerOf60,
      ...headerOf60,
      '30 products': { 'action.sections.0.product_items': times(30, item) },
      'ten sections': {
        'action.sections': times(10, (index) => ({ title: characters(24), product_items: [item(index)] })),
      },
    },
    refuses: {
      ...noBody,
      ...longBody,
      ...longFooter,
      ...badHeaders,
      ...noAction,
      'no header': { header: gone },
      'an image above': [{ header: { type: 'image', image: { id: '$image' } } }, 100, "interactive['header']['type']"],
      'no catalogue': { 'action.catalog_id': gone },
      'no sections': { 'action.sections': gone },
      '11 sections': { 'action.sections': times(11, () => ({ title: 'S', product_items: [item(0)] })) },
      'two sections without titles': [
        { 'action.sections': times(2, () => ({ product_items: [item(0)] })) },
        100,
        "interactive['action']['sections'][0]['title']",
      ],
      'a title of 25 characters': { 'action.sections.0.title': characters(25) },
      'no products': { 'action.sections.0.product_items': [] },
      '31 products': { 'action.sections.0.product_items': times(31, item) },
      '31 products in two sections': {
        'action.sections': times(2, (index) => ({ title: 'S', product_items: times(15 + index, item) })),
      },
      'a product without an id': [
        { 'action.sections.0.product_items': [{}] },
        100,
        "interactive['action']['sections'][0]['product_items'][0]['product_retailer_id']",
      ],
    },
  },
);

export const catalogMessage: Suite = interactiveSuite(
  { type: 'catalog_message', body, action: { name: 'catalog_message' } },
  {
    accepts: {
      ...bodyOf1024,
      ...footerOf60,
      'a picture of a product': { 'action.parameters': { thumbnail_product_retailer_id: 'shoe-1' } },
    },
    refuses: { ...noBody, ...longBody, ...noHeader, ...noAction, ...otherName },
  },
);

const flowParameters = {
  flow_message_version: '3',
  flow_id: '1',
  flow_cta: 'Book',
  mode: 'published',
  flow_token: 'booking-1',
  flow_action: 'navigate',
  flow_action_payload: { screen: 'FIRST', data: { name: 'Ana', list: [1, null, { deep: true }] } },
};
/** An object within an object, so many. */
function nested(levels: number): object {
  return levels === 1 ? {} : { a: nested(levels - 1) };
}

export const flow: Suite = interactiveSuite(
  { type: 'flow', body, action: { name: 'flow', parameters: flowParameters } },
  {
    accepts: {
      ...bodyOf1024,
      ...footerOf60,
      ...headerOf60,
      ...mediaHeaders,
      'a gif above': { header: { type: 'gif', gif: { id: '$gif' } } },
      'a name instead of an id': { 'action.parameters.flow_id': gone, 'action.parameters.flow_name': 'booking' },
      'a version that is a number': [{ 'action.parameters.flow_message_version': 3 }, {}],
      'a button of 30 characters': { 'action.parameters.flow_cta': characters(30) },
      'a draft': { 'action.parameters.mode': 'draft' },
      'an exchange of data': {
        'action.parameters.flow_action': 'data_exchange',
        'action.parameters.flow_action_payload': gone,
      },
      'data of 32 levels': { 'action.parameters.flow_action_payload.data': nested(32) },
      'no more than needed': [
        { 'action.parameters': { flow_id: '1', flow_cta: 'Book' } },
        { 'action.parameters.flow_token': 'unused', 'action.parameters.flow_action_payload': gone },
      ],
    },
    refuses: {
      ...noBody,
      ...longBody,
      ...longFooter,
      ...badHeaders,
      ...noMedia,
      ...noAction,
      ...otherName,
      'no parameters': { 'action.parameters': gone },
      'another version': { 'action.parameters.flow_message_version': '4' },
      'neither id nor name': [{ 'action.parameters.flow_id': gone }, 100, "['flow_id'] and "],
      'both id and name': [{ 'action.parameters.flow_name': 'booking' }, 100, "['flow_id'] and "],
      'no button': { 'action.parameters.flow_cta': gone },
      'a button of 31 characters': { 'action.parameters.flow_cta': characters(31) },
      'a button with an emoji': [{ 'action.parameters.flow_cta': 'Book 🙂' }, 131009],
      'another mode': { 'action.parameters.mode': 'secret' },
      'another action of the flow': { 'action.parameters.flow_action': 'stay' },
      'data that is a list': { 'action.parameters.flow_action_payload.data': [1] },
      'data of 33 levels': { 'action.parameters.flow_action_payload.data': nested(33) },
      'data of 1,000 levels': { 'action.parameters.flow_action_payload.data': nested(1_000) },
    },
  },
);

const address = { name: 'Asha', in_pin_code: '400063', house_number: '12', city: 'Mumbai', state: 'Maharashtra' };

export const addressMessage: Suite = interactiveSuite(
  { type: 'address_message', body, action: { name: 'address_message', parameters: { country: 'IN' } } },
  {
    accepts: {
      ...bodyOf1024,
      ...headerOf60,
      'a country in small letters': [{ 'action.parameters.country': 'in' }, {}],
      'what is known already': { 'action.parameters.values': address },
      'saved addresses': { 'action.parameters.saved_addresses': [{ id: 'home', value: address }] },
      'what was wrong': { 'action.parameters.validation_errors': { in_pin_code: 'We could not find this one.' } },
      'fields that nobody knows': [
        { 'action.parameters.values': { city: 'Mumbai', planet: 'Earth' } },
        { 'action.parameters.values': { city: 'Mumbai' } },
      ],
    },
    refuses: {
      ...noBody,
      ...longBody,
      ...noAction,
      ...otherName,
      'no country': { 'action.parameters.country': gone },
      'another country': { 'action.parameters.country': 'DE' },
      'values that are a list': { 'action.parameters.values': [] },
      'a value that is an object': [
        { 'action.parameters.values': { city: {} } },
        100,
        "interactive['action']['parameters']['values']['city']",
      ],
      'a saved address without an id': [
        { 'action.parameters.saved_addresses': [{ value: address }] },
        100,
        "interactive['action']['parameters']['saved_addresses'][0]['id']",
      ],
    },
  },
);

export const voiceCall: Suite = interactiveSuite(
  {
    type: 'voice_call',
    body,
    action: { name: 'voice_call', parameters: { display_text: 'Call us', ttl_minutes: 60, payload: 'order-1' } },
  },
  {
    accepts: {
      ...bodyOf1024,
      ...headerOf60,
      'nothing told': [
        { 'action.parameters': gone },
        { 'action.parameters': { display_text: 'Call Now', ttl_minutes: 10_080 } },
      ],
      'a button of 20 characters': { 'action.parameters.display_text': characters(20) },
      'one minute': { 'action.parameters.ttl_minutes': 1 },
      '30 days': { 'action.parameters.ttl_minutes': 43_200 },
      'a payload of 512 characters': { 'action.parameters.payload': characters(512) },
    },
    refuses: {
      ...noBody,
      ...longBody,
      ...noAction,
      ...otherName,
      'a footer': { footer: { text: 'Small print' } },
      'an image above': [{ header: { type: 'image', image: { id: '$image' } } }, 100, "interactive['header']['type']"],
      'a button of 21 characters': { 'action.parameters.display_text': characters(21) },
      'no time': { 'action.parameters.ttl_minutes': 0 },
      'more than 30 days': { 'action.parameters.ttl_minutes': 43_201 },
      'half a minute': { 'action.parameters.ttl_minutes': 0.5 },
      'a payload of 513 characters': { 'action.parameters.payload': characters(513) },
    },
  },
);

export const callPermission: Suite = interactiveSuite(
  { type: 'call_permission_request', action: { name: 'call_permission_request' } },
  {
    accepts: { 'no body': {}, 'a body of 1,024 characters': { body: { text: characters(1_024) } } },
    refuses: {
      ...noHeader,
      ...noAction,
      ...otherName,
      'a body of 1,025 characters': [{ body: { text: characters(1_025) } }, 100, "interactive['body']['text']"],
    },
  },
);
