import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, test } from 'node:test';
import {
  ContentSchema,
  decodeWamid,
  encode,
  encodeWamid,
  Forwarding,
  limits,
  MediaKind,
  type MessageId,
} from '@postern/protocol';
import type { InboxItem, Phone, Said } from '../src/index.ts';
import { listTaps } from '../src/index.ts';
import { startRig, untilShown } from './rig.ts';

let rig: Awaited<ReturnType<typeof startRig>>;
let ana: Phone;
let ben: Phone;
before(async () => {
  rig = await startRig();
  [ana, ben] = [await rig.open('Ana', '15550100201'), await rig.open('Ben', '15550100202')];
});
after(() => rig.stop());

const file = { blobId: new Uint8Array(16), key: new Uint8Array(32), size: 3n, sha256: Buffer.from('abc') };
const about = { mime_type: 'image/png', sha256: 'YWJj' };

const media = (kind: MediaKind, fields: object = {}): Said => ({
  case: 'media',
  value: { kind, attachment: { ...file, mimeType: 'image/png' }, ...fields },
});
const reply = (said: object): Said => ({ case: 'reply', value: { reply: said as never } });

/** What is said, and what the other phone shows of it. */
const kinds: readonly { said: Said; shown: object }[] = [
  { said: { case: 'text', value: { body: 'Hi' } }, shown: { type: 'text', text: { body: 'Hi' } } },
  {
    said: media(MediaKind.IMAGE, { caption: 'Look' }),
    shown: { type: 'image', image: { caption: 'Look', ...about, id: '0' } },
  },
  { said: media(MediaKind.VIDEO), shown: { type: 'video', video: { ...about, id: '0' } } },
  {
    said: media(MediaKind.AUDIO, { voice: true }),
    shown: { type: 'audio', audio: { ...about, id: '0', voice: true } },
  },
  {
    said: media(MediaKind.DOCUMENT, { filename: 'a.pdf' }),
    shown: { type: 'document', document: { filename: 'a.pdf', ...about, id: '0' } },
  },
  { said: media(MediaKind.STICKER), shown: { type: 'sticker', sticker: { ...about, id: '0', animated: false } } },
  {
    said: { case: 'location', value: { latitude: 1.5, longitude: 2, name: 'Here' } },
    shown: { type: 'location', location: { latitude: 1.5, longitude: 2, name: 'Here' } },
  },
  {
    said: { case: 'contacts', value: { contacts: [{ name: { formattedName: 'J. Doe', firstName: 'J' } }] } },
    shown: { type: 'contacts', contacts: [{ name: { formatted_name: 'J. Doe', first_name: 'J' } }] },
  },
  {
    said: reply({ case: 'button', value: { id: 'a', title: 'A' } }),
    shown: { type: 'interactive', interactive: { type: 'button_reply', button_reply: { id: 'a', title: 'A' } } },
  },
  {
    said: reply({ case: 'quick', value: { payload: 'p', text: 'P' } }),
    shown: { type: 'button', button: { payload: 'p', text: 'P' } },
  },
  {
    said: { case: 'order', value: { catalogId: '7', items: [{ productRetailerId: 'tea', quantity: 1 }] } },
    shown: {
      type: 'order',
      order: {
        catalog_id: '7',
        text: '',
        product_items: [{ product_retailer_id: 'tea', quantity: 1, item_price: 0, currency: '' }],
      },
    },
  },
  {
    said: { case: 'unsupported', value: { type: 'poll_creation' } },
    shown: { type: 'unsupported', unsupported: { type: 'poll_creation' } },
  },
];

const around = ['id', 'direction', 'from', 'to', 'timestamp', 'sender_name', 'state', 'context'];

/** An item without what stands around its words; of a medium's id only its place in the message. */
function wordsOf(item: InboxItem): object {
  const words = Object.fromEntries(Object.entries(item).filter(([name]) => !around.includes(name)));
  return JSON.parse(JSON.stringify(words).replaceAll(/"id":"\d+-(\d+)"/g, '"id":"$1"')) as object;
}

function wamidOf(owner: Phone, messageId: MessageId, sentByBusiness = false): string {
  return encodeWamid({ phoneNumber: owner.phoneNumber, sentByBusiness, messageId });
}

function find(phone: Phone, messageId: MessageId): InboxItem | undefined {
  return phone.inbox().find(({ id }) => decodeWamid(id)?.messageId === messageId);
}

async function untilState(phone: Phone, messageId: MessageId, state: string): Promise<void> {
  await untilShown(phone, () => find(phone, messageId)?.state === state);
}

test('whatever a person says, the other phone shows in the words of the contract, and so does their own', async () => {
  const ids = kinds.map(({ said }) => ana.say({ to: ben.phoneNumber, body: said }));
  await untilState(ana, ids.at(-1)!, 'delivered');
  for (const [index, { shown }] of kinds.entries()) {
    assert.deepEqual(wordsOf(find(ben, ids[index]!)!), shown);
    assert.deepEqual(wordsOf(find(ana, ids[index]!)!), shown);
  }
});

test('a reaction names the message that it is on, seen from either side; quotes and forwards are told as a context', async () => {
  const target = ana.say({ to: ben.phoneNumber, text: { body: 'react to me' } });
  await untilShown(ben, () => find(ben, target) !== undefined);
  const reaction = ben.say({
    to: ana.phoneNumber,
    body: { case: 'reaction', value: { messageId: target, emoji: '👍' } },
  });
  const product = { catalogId: '7', productRetailerId: 'tea' };
  const quote = ben.say({
    to: ana.phoneNumber,
    text: { body: 'this?' },
    quote: { messageId: target, fromMe: false, product },
  });
  const forward = ben.say({ to: ana.phoneNumber, text: { body: 'news' }, forwarding: Forwarding.FREQUENTLY });
  await untilShown(ana, () => find(ana, forward) !== undefined);
  const emoji = '👍';
  assert.deepEqual(find(ana, reaction)?.['reaction'], { message_id: wamidOf(ana, target), emoji });
  assert.deepEqual(find(ben, reaction)?.['reaction'], { message_id: wamidOf(ben, target, true), emoji });
  assert.deepEqual(find(ana, quote)?.context, {
    from: ana.phoneNumber,
    id: wamidOf(ana, target),
    referred_product: { catalog_id: '7', product_retailer_id: 'tea' },
  });
  assert.deepEqual(find(ben, quote)?.context?.from, ana.phoneNumber);
  assert.deepEqual(find(ana, forward)?.context, { frequently_forwarded: true });
});

test('whoever reads a message has read what they got before it', async () => {
  const [first, second, third] = ['one', 'two', 'three'].map((body) =>
    ana.say({ to: ben.phoneNumber, text: { body } }),
  );
  await untilState(ana, third!, 'delivered');
  ben.markRead([second!]);
  await untilState(ana, first!, 'read');
  assert.deepEqual(
    [second, third].map((id) => find(ana, id!)?.state),
    ['read', 'delivered'],
  );
  assert.deepEqual(
    [first, second, third].map((id) => find(ben, id!)?.state),
    ['received', 'seen', 'received'],
  );
});

test('a voice note is played once to its sender, and nothing else can be played', async () => {
  const note = ana.say({ to: ben.phoneNumber, body: media(MediaKind.AUDIO, { voice: true }) });
  const song = ana.say({ to: ben.phoneNumber, body: media(MediaKind.AUDIO) });
  await untilState(ana, song, 'delivered');
  assert.deepEqual([ben.play(song), ben.play(note), ben.play(note)], [false, true, true]);
  await untilState(ana, note, 'played');
  assert.equal(find(ben, note)?.state, 'played');
  assert.equal(find(ana, song)?.state, 'delivered');
});

test('somebody is seen to be writing for 25 seconds, or until their message is there', async () => {
  ana.type(ben.phoneNumber);
  await untilShown(ben, () => ben.typing().length > 0);
  assert.deepEqual(ben.typing(), [ana.phoneNumber]);
  rig.clock.setOffset(limits.typingShownMs);
  assert.deepEqual(ben.typing(), []);
  ana.type(ben.phoneNumber);
  await untilShown(ben, () => ben.typing().length > 0);
  const said = ana.say({ to: ben.phoneNumber, text: { body: 'written' } });
  await untilShown(ben, () => find(ben, said) !== undefined);
  assert.deepEqual(ben.typing(), []);
});

test('a blocked number is not heard and not told, until it is unblocked', async () => {
  ben.block(ana.phoneNumber);
  const unheard = ana.say({ to: ben.phoneNumber, text: { body: 'can you hear me?' } });
  ana.type(ben.phoneNumber);
  await untilState(ana, unheard, 'sent');
  // Somebody else's message comes after those of the blocked number, so what they did is done.
  const carl = await rig.open('Carl', '15550100203');
  const heard = carl.say({ to: ben.phoneNumber, text: { body: 'you hear me' } });
  await untilShown(ben, () => find(ben, heard) !== undefined);
  assert.deepEqual([find(ben, unheard), ben.typing(), ben.blocked()], [undefined, [], [ana.phoneNumber]]);
  ben.unblock(ana.phoneNumber);
  const again = ana.say({ to: ben.phoneNumber, text: { body: 'and now?' } });
  await untilState(ana, again, 'delivered');
  assert.equal(find(ana, unheard)?.state, 'sent');
  assert.equal(find(ben, unheard), undefined);
});

test('what can be tapped on is found in buttons, rows, quick replies and cards', async () => {
  const button = (id: string) => ({ type: 'reply', reply: { id, title: `Button ${id}` } });
  const buttons = { type: 'button', action: { buttons: [button('a'), button('b')] } };
  const list = {
    type: 'list',
    action: {
      sections: [{ rows: [{ id: 'r', title: 'Row', description: 'first' }] }, { rows: [{ id: 's', title: 'S' }] }],
    },
  };
  const quickReply = { type: 'quick_reply', quick_reply: { id: 'c', title: 'Card' } };
  const carousel = { type: 'carousel', action: { cards: [{ action: { buttons: [quickReply] } }] } };
  const template = {
    buttons: [
      { type: 'url', url: 'https://a.b', text: 'Go' },
      { type: 'quick_reply', payload: 'p', text: 'Stop' },
    ],
    cards: [{ buttons: [{ type: 'quick_reply', payload: 'q', text: 'More' }] }],
  };
  const tapsOf = (said: Said) => {
    const messageId = ana.say({ to: ben.phoneNumber, body: said });
    return listTaps(ana.findMessage({ messageId, fromMe: true })!.message).map(({ id, title, description }) => [
      id,
      title,
      description,
    ]);
  };
  const interactive = (json: object): Said => ({ case: 'interactive', value: { json: JSON.stringify(json) } });
  assert.deepEqual(tapsOf(interactive(buttons)), [
    ['a', 'Button a', undefined],
    ['b', 'Button b', undefined],
  ]);
  assert.deepEqual(tapsOf(interactive(list)), [
    ['r', 'Row', 'first'],
    ['s', 'S', undefined],
  ]);
  assert.deepEqual(tapsOf(interactive(carousel)), [['c', 'Card', undefined]]);
  const value = { name: 'n', language: 'en', json: JSON.stringify(template) };
  assert.deepEqual(tapsOf({ case: 'template', value }), [
    ['p', 'Stop', undefined],
    ['q', 'More', undefined],
  ]);
  assert.deepEqual(tapsOf({ case: 'text', value: { body: 'a' } }), []);
  assert.deepEqual(tapsOf({ case: 'interactive', value: { json: 'null' } }), []);
});

test('a receipt for a message that went to somebody else changes nothing', async () => {
  const note = ana.say({ to: ben.phoneNumber, body: media(MediaKind.AUDIO, { voice: true }) });
  await untilState(ana, note, 'delivered');
  const dora = await rig.open('Dora', '15550100204');
  await dora.goOffline();
  const db = new DatabaseSync(join(rig.dir, '15550100204', 'phone.sqlite'));
  const value = { messageIds: [note], playedMessageIds: [note], readAtMs: 1n };
  db.prepare('INSERT INTO outbox (to_phone_number, content, attempt, expires_at_ms) VALUES (?, ?, 0, ?)').run(
    ana.phoneNumber,
    encode(ContentSchema, { body: { case: 'readReceipt', value } }),
    2 ** 52,
  );
  db.close();
  dora.goOnline();
  const heard = dora.say({ to: ana.phoneNumber, text: { body: 'after the receipt' } });
  await untilShown(ana, () => find(ana, heard) !== undefined);
  assert.equal(find(ana, note)?.state, 'delivered');
});
