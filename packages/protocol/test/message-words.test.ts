import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  contactFromWords,
  contextWords,
  decode,
  encode,
  Forwarding,
  inboundWords,
  MediaKind,
  MessageSchema,
  messageWords,
  type Message,
  type MessageInitShape,
  type PhoneNumber,
} from '../src/index.ts';

type Fields = MessageInitShape<typeof MessageSchema>;
type Body = NonNullable<Fields['body']>;

const id = '5F425A74F13033492A';
const file = (mimeType: string) => ({ blobId: new Uint8Array(16), size: 3n, sha256: Buffer.from('abc'), mimeType });
const bytes = { mime_type: 'image/png', sha256: 'YWJj', id: 'media-0' };

const options = {
  attachment: (_: unknown, index: number) => ({ id: `media-${index}` }),
  wamid: ({ messageId, fromMe }: { messageId: string; fromMe: boolean }) =>
    `${fromMe ? 'mine' : 'theirs'}:${messageId}`,
};

/** As it comes out of an envelope. */
function messageOf(fields: Fields): Message {
  const message = decode(MessageSchema, encode(MessageSchema, fields));
  assert.ok(message);
  return message;
}

const media = (kind: MediaKind, mimeType: string, fields: object = {}): Body => ({
  case: 'media',
  value: { kind, attachment: file(mimeType), ...fields },
});

const reply = (value: object): Body => ({ case: 'reply', value: { reply: value } as never });

const cases: readonly { name: string; body: Body; words: object }[] = [
  {
    name: 'text',
    body: { case: 'text', value: { body: 'Hi', previewUrl: true } },
    words: { type: 'text', text: { body: 'Hi', preview_url: true } },
  },
  {
    name: 'an image with its caption',
    body: media(MediaKind.IMAGE, 'image/png', { caption: 'Look' }),
    words: { type: 'image', image: { caption: 'Look', ...bytes } },
  },
  {
    name: 'a video without one',
    body: media(MediaKind.VIDEO, 'video/mp4'),
    words: { type: 'video', video: { ...bytes, mime_type: 'video/mp4' } },
  },
  {
    name: 'a voice note',
    body: media(MediaKind.AUDIO, 'audio/ogg; codecs=opus', { voice: true }),
    words: { type: 'audio', audio: { ...bytes, mime_type: 'audio/ogg; codecs=opus', voice: true } },
  },
  {
    name: 'a document',
    body: media(MediaKind.DOCUMENT, 'application/pdf', { caption: 'Bill', filename: 'bill.pdf' }),
    words: {
      type: 'document',
      document: { caption: 'Bill', filename: 'bill.pdf', ...bytes, mime_type: 'application/pdf' },
    },
  },
  {
    name: 'a sticker',
    body: media(MediaKind.STICKER, 'image/webp', { animated: true }),
    words: { type: 'sticker', sticker: { ...bytes, mime_type: 'image/webp', animated: true } },
  },
  {
    name: 'media that are not made yet',
    body: { case: 'media', value: { kind: MediaKind.IMAGE, attachment: {} } },
    words: { type: 'image', image: { id: 'media-0' } },
  },
  {
    name: 'a location, at zero too',
    body: { case: 'location', value: { latitude: 0, longitude: -122.4, name: 'HQ', address: 'Road 1' } },
    words: { type: 'location', location: { latitude: 0, longitude: -122.4, name: 'HQ', address: 'Road 1' } },
  },
  {
    name: 'contacts, whole and short',
    body: {
      case: 'contacts',
      value: {
        contacts: [
          {
            name: { formattedName: 'J. Doe', firstName: 'J', lastName: 'Doe' },
            birthday: '1999-01-23',
            org: { company: 'Shop' },
            addresses: [{ street: 'Road 1', countryCode: 'us', type: 'HOME' }],
            emails: [{ email: 'a@b.c', type: 'WORK' }],
            urls: [{ url: 'https://b.c', type: 'WORK' }],
            phones: [{ phone: '+1 650', waId: '1650', type: 'CELL' }],
          },
          { vcard: 'BEGIN:VCARD', phones: [{ phone: '+1 651' }] },
        ],
        wasRequested: true,
      },
    },
    words: {
      type: 'contacts',
      contacts: [
        {
          name: { formatted_name: 'J. Doe', first_name: 'J', last_name: 'Doe' },
          birthday: '1999-01-23',
          org: { company: 'Shop' },
          addresses: [{ street: 'Road 1', country_code: 'us', type: 'HOME' }],
          emails: [{ email: 'a@b.c', type: 'WORK' }],
          urls: [{ url: 'https://b.c', type: 'WORK' }],
          phones: [{ phone: '+1 650', wa_id: '1650', type: 'CELL' }],
        },
        { phones: [{ phone: '+1 651' }], vcard: 'BEGIN:VCARD' },
      ],
      origin: 'contact_request',
    },
  },
  {
    name: 'a reaction, and one that is taken back',
    body: { case: 'reaction', value: { messageId: id, fromMe: true, emoji: '' } },
    words: { type: 'reaction', reaction: { message_id: `mine:${id}`, emoji: '' } },
  },
  {
    name: 'a tap on a button',
    body: reply({ case: 'button', value: { id: 'yes', title: 'Yes' } }),
    words: { type: 'interactive', interactive: { type: 'button_reply', button_reply: { id: 'yes', title: 'Yes' } } },
  },
  {
    name: 'a row of a list',
    body: reply({ case: 'list', value: { id: 'a', title: 'A', description: 'first' } }),
    words: {
      type: 'interactive',
      interactive: { type: 'list_reply', list_reply: { id: 'a', title: 'A', description: 'first' } },
    },
  },
  {
    name: 'a quick reply of a template',
    body: reply({ case: 'quick', value: { payload: 'STOP', text: 'Stop' } }),
    words: { type: 'button', button: { payload: 'STOP', text: 'Stop' } },
  },
  {
    name: 'a form',
    body: reply({ case: 'form', value: { name: 'flow', body: 'Sent', responseJson: '{"a":1}' } }),
    words: {
      type: 'interactive',
      interactive: { type: 'nfm_reply', nfm_reply: { name: 'flow', body: 'Sent', response_json: '{"a":1}' } },
    },
  },
  {
    name: 'a permission to call',
    body: reply({ case: 'callPermission', value: { isAccepted: true, expiresAtMs: 1_750_000_000_000n } }),
    words: {
      type: 'interactive',
      interactive: {
        type: 'call_permission_reply',
        call_permission_reply: {
          response: 'accept',
          is_permanent: false,
          expiration_timestamp: 1_750_000_000,
          response_source: 'user_action',
        },
      },
    },
  },
  {
    name: 'an order',
    body: {
      case: 'order',
      value: {
        catalogId: '7',
        text: 'please',
        items: [{ productRetailerId: 'tea', quantity: 2, itemPrice: 1.5, currency: 'EUR' }],
      },
    },
    words: {
      type: 'order',
      order: {
        catalog_id: '7',
        text: 'please',
        product_items: [{ product_retailer_id: 'tea', quantity: 2, item_price: 1.5, currency: 'EUR' }],
      },
    },
  },
  {
    name: 'an interactive message with media in its header and its cards, and none in its data',
    body: {
      case: 'interactive',
      value: {
        type: 'carousel',
        json: JSON.stringify({
          type: 'carousel',
          header: { type: 'document', document: { filename: 'a.pdf', attachment: 0 } },
          body: { text: 'Choose', image: { attachment: 0 } },
          action: { cards: [{ header: { type: 'image', image: { attachment: 1 } }, data: { attachment: 0 } }] },
        }),
        attachments: [file('application/pdf'), file('image/png')],
      },
    },
    words: {
      type: 'interactive',
      interactive: {
        type: 'carousel',
        header: { type: 'document', document: { filename: 'a.pdf', ...bytes, mime_type: 'application/pdf' } },
        body: { text: 'Choose', image: { attachment: 0 } },
        action: {
          cards: [{ header: { type: 'image', image: { ...bytes, id: 'media-1' } }, data: { attachment: 0 } }],
        },
      },
    },
  },
  {
    name: 'a template',
    body: {
      case: 'template',
      value: {
        name: 'offer',
        language: 'en_US',
        json: JSON.stringify({
          header: { type: 'image', image: { attachment: 0 } },
          body: { text: 'Now' },
          cards: [{ header: { type: 'video', video: { attachment: 1 } } }],
        }),
        attachments: [file('image/png'), file('video/mp4')],
      },
    },
    words: {
      type: 'template',
      template: {
        name: 'offer',
        language: { code: 'en_US' },
        header: { type: 'image', image: bytes },
        body: { text: 'Now' },
        cards: [{ header: { type: 'video', video: { ...bytes, id: 'media-1', mime_type: 'video/mp4' } } }],
      },
    },
  },
  {
    name: 'something else',
    body: { case: 'unsupported', value: { type: 'poll_creation' } },
    words: { type: 'unsupported', unsupported: { type: 'poll_creation' } },
  },
  { name: 'nothing at all', body: { case: undefined }, words: { type: 'unsupported' } },
  {
    name: 'interactive JSON that is none',
    body: { case: 'interactive', value: { json: '[' } },
    words: { type: 'unsupported', unsupported: { type: 'interactive' } },
  },
  {
    name: 'a reaction to what can be no message',
    body: { case: 'reaction', value: { messageId: 'nonsense', emoji: '👍' } },
    words: { type: 'unsupported', unsupported: { type: 'reaction' } },
  },
  {
    name: 'media of no kind',
    body: media(MediaKind.UNSPECIFIED, 'image/png'),
    words: { type: 'unsupported', unsupported: { type: 'media_placeholder' } },
  },
];

describe("a message in the contract's words", () => {
  for (const { name, body, words } of cases)
    test(name, () => assert.deepEqual(messageWords(messageOf({ body }), options), words));
});

test('of what a person says, a webhook has no members that only outbound messages have', () => {
  const words = (body: Body) => inboundWords(messageOf({ body }), options);
  assert.deepEqual(words({ case: 'text', value: { body: 'Hi', previewUrl: true } }), {
    type: 'text',
    text: { body: 'Hi' },
  });
  assert.equal(words({ case: 'interactive', value: { json: '{}' } }).type, 'unsupported');
  assert.equal(words({ case: 'template', value: { json: '{}' } }).type, 'unsupported');
  assert.equal(words({ case: 'location', value: {} }).type, 'location');
});

test('a context says what is answered, of which product, or that the message was forwarded', () => {
  const numberOf = (fromMe: boolean) => (fromMe ? '15550100001' : '15550109999') as PhoneNumber;
  const context = (fields: Fields) => contextWords(messageOf(fields), { ...options, numberOf });
  const product = { catalogId: '7', productRetailerId: 'tea' };
  assert.deepEqual(context({ quote: { messageId: id, product } }), {
    from: '15550109999',
    id: `theirs:${id}`,
    referred_product: { catalog_id: '7', product_retailer_id: 'tea' },
  });
  assert.deepEqual(context({ quote: { messageId: id, fromMe: true } }), { from: '15550100001', id: `mine:${id}` });
  assert.deepEqual(context({ forwarding: Forwarding.FORWARDED }), { forwarded: true });
  assert.deepEqual(context({ forwarding: Forwarding.FREQUENTLY }), { frequently_forwarded: true });
  assert.equal(context({ quote: { messageId: 'nonsense' } }), null);
  assert.equal(context({}), null);
});

test("a contact that is read from the contract's words has the same words again", () => {
  const contacts = cases.find(({ name }) => name.startsWith('contacts'))?.words as { contacts: object[] };
  const again = messageOf({
    body: { case: 'contacts', value: { contacts: contacts.contacts.map(contactFromWords), wasRequested: true } },
  });
  assert.deepEqual(messageWords(again, options), contacts);
});
