import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  encodeWamid,
  Forwarding,
  limits,
  MediaKind,
  type MessageInitShape,
  type MessageSchema,
} from '@postern/protocol';
import { person, startWebhookRig, until, type Receiver, type WebhookRig } from './webhooks-rig.ts';

type MessageInit = MessageInitShape<typeof MessageSchema>;
type Body = NonNullable<Exclude<MessageInit, { $typeName: string }>['body']>;

let rig: WebhookRig;
let receiver: Receiver;
let wake: () => void;

before(async () => {
  rig = await startWebhookRig();
  await rig.addNumber('501', '15550001111');
  receiver = await rig.startReceiver();
  await rig.addApp('700', receiver.url);
  ({ wake } = await rig.startDelivery());
});
after(() => rig.stop());

type Told = Record<string, unknown> & { type: string; id: string };

/** What the app is told of inbound messages, one for each. */
async function tell(
  messages: readonly { body?: Body; extra?: object; media?: readonly { id: string }[] }[],
): Promise<Told[]> {
  const events = [];
  for (const { body, extra = {}, media = [] } of messages) {
    const message = { ...extra, ...(body && { body }) } as MessageInit;
    events.push(rig.eventOf('message', await rig.storeMessage('', { message, record: { media } })));
  }
  await rig.queue(events);
  wake();
  await until(async () => (await rig.countRows('webhook_events')) === 0);
  return receiver.posts.splice(0).flatMap(({ changes }) => changes.flatMap(({ value }) => value.messages as Told[]));
}

const sha256 = Buffer.alloc(32, 7);
const attachment = (mimeType: string) => ({
  blobId: Buffer.alloc(16),
  key: Buffer.alloc(32),
  size: 9n,
  sha256,
  mimeType,
});
const media = (kind: MediaKind, mimeType: string, more: object = {}): Body => ({
  case: 'media',
  value: { kind, attachment: attachment(mimeType), ...more },
});
const told = (mimeType: string, id: string) => ({ mime_type: mimeType, sha256: sha256.toString('base64'), id });

test('media are told with the id under which they can be fetched, and with nothing that opens them', async () => {
  const messages = await tell([
    { body: media(MediaKind.IMAGE, 'image/jpeg', { caption: 'a/b' }), media: [{ id: '9001' }] },
    { body: media(MediaKind.VIDEO, 'video/mp4'), media: [{ id: '9002' }] },
    { body: media(MediaKind.AUDIO, 'audio/ogg; codecs=opus', { voice: true }), media: [{ id: '9003' }] },
    { body: media(MediaKind.DOCUMENT, 'application/pdf', { filename: 'bill.pdf' }), media: [{ id: '9004' }] },
    { body: media(MediaKind.STICKER, 'image/webp', { animated: true }), media: [{ id: '9005' }] },
  ]);
  assert.deepEqual(
    messages.map((message) => [message.type, message[message.type]]),
    [
      ['image', { ...told('image/jpeg', '9001'), caption: 'a/b' }],
      ['video', told('video/mp4', '9002')],
      ['audio', { ...told('audio/ogg; codecs=opus', '9003'), voice: true }],
      ['document', { ...told('application/pdf', '9004'), filename: 'bill.pdf' }],
      ['sticker', { ...told('image/webp', '9005'), animated: true }],
    ],
  );
});

test('what people say, tap, choose, fill in and order is told in the words of the contract', async () => {
  const asked = await rig.storeMessage('Which?', { sentByBusiness: true });
  const quote = { messageId: asked.messageId, fromMe: false };
  const reply = (value: object) => ({ body: { case: 'reply', value: { reply: value } } as Body, extra: { quote } });
  const messages = await tell([
    { body: { case: 'location', value: { latitude: 52.5, longitude: 13.4, name: 'Here' } } },
    {
      body: {
        case: 'contacts',
        value: { contacts: [{ phones: [{ phone: '+1' }], vcard: 'BEGIN' }], wasRequested: true },
      },
    },
    { body: { case: 'reaction', value: { messageId: asked.messageId, fromMe: false, emoji: '👍' } } },
    reply({ case: 'button', value: { id: 'yes', title: 'Yes' } }),
    reply({ case: 'list', value: { id: 'row', title: 'Row', description: 'One' } }),
    reply({ case: 'quick', value: { payload: 'STOP', text: 'Stop' } }),
    reply({ case: 'form', value: { name: 'flow', body: 'Sent', responseJson: '{"flow_token":"t"}' } }),
    {
      body: {
        case: 'order',
        value: {
          catalogId: 'c',
          text: '',
          items: [{ productRetailerId: 'p', quantity: 2, itemPrice: 1.5, currency: 'EUR' }],
        },
      },
    },
  ]);
  const item = { product_retailer_id: 'p', quantity: 2, item_price: 1.5, currency: 'EUR' };
  assert.deepEqual(
    messages.map((message) => message[message.type]),
    [
      { latitude: 52.5, longitude: 13.4, name: 'Here' },
      messages[1]?.['contacts'],
      { message_id: asked.wamid, emoji: '👍' },
      { type: 'button_reply', button_reply: { id: 'yes', title: 'Yes' } },
      { type: 'list_reply', list_reply: { id: 'row', title: 'Row', description: 'One' } },
      { payload: 'STOP', text: 'Stop' },
      { type: 'nfm_reply', nfm_reply: { name: 'flow', body: 'Sent', response_json: '{"flow_token":"t"}' } },
      { catalog_id: 'c', text: '', product_items: [item] },
    ],
  );
  assert.equal(messages[1]?.['origin'], 'contact_request');
  for (const tapped of messages.slice(3, 7))
    assert.deepEqual(tapped['context'], { from: '15550001111', id: asked.wamid });
});

test('forwarded messages, product enquiries and what there are no words for say so', async () => {
  const asked = await rig.storeMessage('Which?', { sentByBusiness: true });
  const product = { catalogId: 'c', productRetailerId: 'p' };
  const text: Body = { case: 'text', value: { body: 'x' } };
  const messages = await tell([
    { body: text, extra: { forwarding: Forwarding.FORWARDED } },
    { body: text, extra: { forwarding: Forwarding.FREQUENTLY } },
    { body: text, extra: { quote: { messageId: asked.messageId, fromMe: false, product } } },
    { body: { case: 'unsupported', value: { type: 'poll_creation' } } },
    { body: { case: 'interactive', value: { type: 'button', json: '{}' } } },
  ]);
  assert.deepEqual(
    messages.slice(0, 3).map(({ context }) => context),
    [
      { forwarded: true },
      { frequently_forwarded: true },
      {
        from: '15550001111',
        id: encodeWamid({ phoneNumber: person, sentByBusiness: true, messageId: asked.messageId }),
        referred_product: { catalog_id: 'c', product_retailer_id: 'p' },
      },
    ],
  );
  for (const [index, type] of [
    [3, 'poll_creation'],
    [4, 'interactive'],
  ] as const) {
    const { errors, ...message } = messages[index] as Told & { errors: { code: number }[] };
    assert.deepEqual([message.type, message['unsupported']], ['unsupported', { type }]);
    assert.deepEqual(
      errors.map(({ code }) => code),
      [131051],
    );
  }
});

test('batches end before the limit of bytes, whatever the messages are made of', async () => {
  // Each of these characters takes six bytes; a document's name, a form and an order count as a text does.
  const long = '€'.repeat(25_000);
  const bodies: Body[] = [
    media(MediaKind.DOCUMENT, 'application/pdf', { filename: long }),
    { case: 'reply', value: { reply: { case: 'form', value: { responseJson: long } } } },
    { case: 'order', value: { text: long } },
    { case: 'contacts', value: { contacts: [{ vcard: long }] } },
  ];
  const events = [];
  for (let index = 0; index < 60; index += 1) {
    const message = await rig.storeMessage('', { message: { body: bodies[index % bodies.length]! } });
    events.push(rig.eventOf('message', message));
  }
  await rig.queue(events);
  wake();
  await until(async () => (await rig.countRows('webhook_events')) === 0);
  const posts = receiver.posts.splice(0);
  assert.equal(posts.flatMap(({ changes }) => changes).length, 60);
  assert.ok(posts.every(({ raw }) => raw.length <= limits.maxWebhookBytes));
  // The few that are left at the end go one by one.
  const batches = posts.filter(({ changes }) => changes.length > 1);
  assert.ok(batches.length <= 5 && posts.length <= batches.length + limits.maxWebhooksSentSingly, `${posts.length}`);
});
