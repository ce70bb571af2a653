import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  decode,
  ContentSchema,
  decodeWamid,
  encode,
  encodeWamid,
  newAccountId,
  parseMessageId,
  type Message,
} from '@postern/protocol';
import { MessageReader } from '../src/messages/message-reader.ts';
import { ensurePartitions } from '../src/messages/partitions.ts';
import type { StoredReceipt } from '../src/messages/stored-messages.ts';
import type { SealedStorage } from '../src/sealed-storage.ts';
import { assertError, startRig, type Answer, type Rig } from './http-rig.ts';
import { atAnyTime, openTestStorage, storeSealed } from './storage-rig.ts';

let rig: Rig;
let storage: SealedStorage;
const person = '16505551234';
const textOf = ({ body }: Message) => (body.case === 'text' ? body.value : null);
before(async () => {
  rig = await startRig();
  await rig.register(rig.bank);
  storage = await openTestStorage(rig);
});
after(async () => {
  await storage.close();
  await rig.stop();
});

const hello = { messaging_product: 'whatsapp', to: person, type: 'text', text: { body: 'Hello' } };

function post(body: unknown): Promise<Answer> {
  return rig.graph('POST', `/v25.0/${rig.bank.phoneNumberId}/messages`, { body });
}

/** Opens what was stored of a message that was answered with 200. */
async function openStored(answer: Answer) {
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  const wamid = decodeWamid(answer.body.messages[0].id);
  assert.ok(wamid?.sentByBusiness);
  const reader = new MessageReader({ db: rig.db, stored: storage.stored });
  const acceptedS = parseInt(wamid.messageId.slice(0, 8), 16);
  const [opened] = await reader.openAll(rig.bank.phoneNumberId, [
    { messageId: wamid.messageId, sentByBusiness: true, acceptedS },
  ]);
  assert.ok(opened);
  return opened;
}

test('a text is answered exactly as the contract says, and is stored to be sent', async () => {
  const rows = await rig.countRows();
  const answer = await post({ ...hello, to: `+${person}`, biz_opaque_callback_data: 'order 1' });
  const id = answer.body.messages[0].id;
  assert.deepEqual(answer.body, {
    messaging_product: 'whatsapp',
    contacts: [{ input: `+${person}`, wa_id: person }],
    messages: [{ id }],
  });
  assert.match(decodeWamid(id)?.messageId ?? '', /^[0-9A-F]{18}$/);
  const opened = await openStored(answer);
  assert.equal(opened.person, person);
  assert.equal(opened.callbackData, 'order 1');
  assert.equal(opened.message.senderName, 'Bank desk');
  assert.equal(opened.message.messageId, decodeWamid(id)?.messageId);
  assert.deepEqual(
    [opened.message.body.case, textOf(opened.message)?.body, textOf(opened.message)?.previewUrl],
    ['text', 'Hello', false],
  );
  assert.deepEqual(await rig.countRows(), { messages: rows.messages + 1, outbox: rows.outbox + 1 });
});

test('the recipient may be written in every form that people use', async () => {
  for (const to of [person, `+${person}`, '+1 (650) 555-1234', '1-650-555-1234', Number(person)]) {
    const { status, body } = await post({ ...hello, to });
    assert.equal(status, 200, String(to));
    assert.deepEqual(body.contacts, [{ input: String(to), wa_id: person }]);
  }
});

test('explicit nulls count as absent, and the type is text unless told', async () => {
  const nulls = { recipient_type: null, type: null, context: null, biz_opaque_callback_data: null, status: null };
  const text = { body: 'Hello', preview_url: null };
  assert.equal((await post({ messaging_product: 'whatsapp', to: person, ...nulls, text })).status, 200);
  assert.equal((await post({ ...hello, type: 'TEXT', recipient_type: 'individual' })).status, 200);
});

test('parameters may come as a form and in the query, with objects as JSON text', async () => {
  const path = `/${rig.bank.phoneNumberId}/messages?messaging_product=whatsapp`;
  const form = { to: person, text: '{"body":"Hello from a form","preview_url":"true"}' };
  for (const contentType of ['application/x-www-form-urlencoded', 'application/x-www-form-urlencoded; charset=UTF-8']) {
    const headers = { 'content-type': contentType };
    const answer = await rig.graph('POST', path, { headers, body: new URLSearchParams(form).toString() });
    const { message } = await openStored(answer);
    assert.equal(textOf(message)?.body, 'Hello from a form');
    assert.equal(textOf(message)?.previewUrl, true);
  }
  assert.equal((await rig.graph('POST', `${path}&${new URLSearchParams(form).toString()}`)).status, 200);
});

test('text of every kind comes through as it was sent, up to 4,096 characters', async () => {
  for (const body of ['Grüße, 你好 🇩🇪 \u0000 "\\/', 'x'.repeat(4_096), '🙂'.repeat(4_096)]) {
    const { message } = await openStored(await post({ ...hello, text: { body } }));
    assert.equal(textOf(message)?.body, body);
  }
});

test('a reply quotes the message it answers; one that is unknown, gone or of another chat is sent unquoted', async () => {
  const inbound = await storeInbound('3A4A6599AEE038101440');
  const outbound = (await post(hello)).body.messages[0].id;
  for (const [message_id, fromMe] of [
    [inbound.wamid, false],
    [outbound, true],
  ] as const) {
    const { message } = await openStored(await post({ ...hello, context: { message_id } }));
    assert.deepEqual([message.quote?.messageId, message.quote?.fromMe], [decodeWamid(message_id)?.messageId, fromMe]);
  }
  const { messageId } = decodeWamid(inbound.wamid)!;
  const other = encodeWamid({ phoneNumber: '16505550000' as never, sentByBusiness: false, messageId });
  const flipped = encodeWamid({ phoneNumber: person as never, sentByBusiness: true, messageId });
  for (const message_id of [other, flipped, 'wamid.nonsense', 'nonsense']) {
    const { message } = await openStored(await post({ ...hello, context: { message_id } }));
    assert.equal(message.quote, undefined);
  }
});

test('the message of a missing parameter is worded as the contract words it', async () => {
  const { error } = (await post({})).body;
  assert.equal(error.message, '(#100) The parameter messaging_product is required.');
  const long = await post({ ...hello, text: { body: 'x'.repeat(5_000) } });
  assert.equal(long.body.error.message, "(#100) Param text['body'] must be at most 4096 characters long.");
});

test('a number that is not registered sends nothing', async () => {
  const rows = await rig.countRows();
  const { id } = await rig.addPhoneNumber(rig.bank.wabaId, 'second desk');
  assertError(await rig.graph('POST', `/${id}/messages`, { body: hello }), 400, 133010);
  assert.deepEqual(await rig.countRows(), rows);
});

test('a token without the messaging permission sends nothing', async () => {
  const rows = await rig.countRows();
  const { token } = await rig.issueToken({ scopes: ['whatsapp_business_management'] });
  assertError(await rig.graph('POST', `/${rig.bank.phoneNumberId}/messages`, { token, body: hello }), 403, 10);
  assert.deepEqual(await rig.countRows(), rows);
});

/** Stores a message from the person, as the pump does. */
async function storeInbound(messageId: string): Promise<{ wamid: string; accountId: string }> {
  const accountId = newAccountId();
  const id = parseMessageId(messageId)!;
  const { phoneNumberId } = rig.bank;
  const acceptedS = Math.floor(rig.clock.now() / 1000);
  await ensurePartitions(rig.db, rig.clock.now());
  const content = encode(ContentSchema, {
    body: { case: 'message', value: { messageId, body: { case: 'text', value: { body: 'Hi' } } } },
  });
  const record = { person: person as never, accountId, ...atAnyTime, content };
  await storeSealed(rig.db, storage, { phoneNumberId, messageId: id, sentByBusiness: false, acceptedS, record });
  return { wamid: encodeWamid({ phoneNumber: person as never, sentByBusiness: false, messageId: id }), accountId };
}

test('a read receipt for a message that came in is stored for the person it came from', async () => {
  const messageId = '3A4A6599AEE038101499';
  const { wamid, accountId } = await storeInbound(messageId);
  const receipt = { messaging_product: 'whatsapp', status: 'read', message_id: wamid };
  for (const typing of [{}, { typing_indicator: null }]) {
    const rows = await rig.countRows();
    const answer = await post({ ...receipt, ...typing });
    assert.deepEqual([answer.status, answer.body], [200, { success: true }]);
    assert.deepEqual(await rig.countRows(), { messages: rows.messages, outbox: rows.outbox + 1 });
  }
  const [row] = await rig.db.query<StoredReceipt>(
    `SELECT account_id, accepted_s, retention_hours, subject_id, sealed
     FROM outbox WHERE message_id IS NULL ORDER BY outbox_id DESC LIMIT 1`,
  );
  assert.ok(row);
  assert.equal(row.account_id, accountId);
  const [opened] = await storage.stored.openReceipts(rig.bank.phoneNumberId, [row], 'sending');
  const content = opened && decode(ContentSchema, opened);
  assert.deepEqual(content?.body.case === 'readReceipt' && content.body.value.messageIds, [messageId]);
});

test('a business that is writing says so together with its receipt, for as long as that is shown', async () => {
  const { wamid, accountId } = await storeInbound('3A4A6599AEE038101488');
  const rows = await rig.countRows();
  const receipt = { messaging_product: 'whatsapp', status: 'read', message_id: wamid };
  const answer = await post({ ...receipt, typing_indicator: { type: 'TEXT' } });
  assert.deepEqual([answer.status, answer.body], [200, { success: true }]);
  assert.deepEqual(await rig.countRows(), { messages: rows.messages, outbox: rows.outbox + 2 });
  const stored = await rig.db.query<StoredReceipt & { expires_at_ms: number }>(
    `SELECT account_id, accepted_s, retention_hours, subject_id, sealed, expires_at_ms
     FROM outbox WHERE account_id = $1 ORDER BY outbox_id`,
    [accountId],
  );
  const opened = await storage.stored.openReceipts(rig.bank.phoneNumberId, stored, 'sending');
  const kinds = opened.map((content) => content && decode(ContentSchema, content)?.body.case);
  assert.deepEqual(kinds, ['readReceipt', 'typing']);
  const typing = stored[1]!;
  assert.equal(typing.expires_at_ms, typing.accepted_s * 1000 + 26_000);
});

test('a read receipt for a message that is unknown, our own, or another person’s is refused', async () => {
  const messageId = parseMessageId('3A4A6599AEE038101477')!;
  await storeInbound(messageId);
  const rows = await rig.countRows();
  const sent = (await post(hello)).body.messages[0].id;
  const wrong = [
    encodeWamid({ phoneNumber: person as never, sentByBusiness: false, messageId: parseMessageId('AB'.repeat(10))! }),
    encodeWamid({ phoneNumber: '16505550000' as never, sentByBusiness: false, messageId }),
    sent,
    'wamid.nonsense',
    'nonsense',
  ];
  for (const message_id of wrong)
    assertError(await post({ messaging_product: 'whatsapp', status: 'read', message_id }), 400, 131009);
  const read = { messaging_product: 'whatsapp', status: 'read' };
  assertError(await post(read), 400, 100);
  assertError(await post({ ...read, status: 'seen', message_id: wrong[0] }), 400, 100);
  assertError(await post({ ...read, message_id: wrong[0], typing_indicator: { type: 'voice' } }), 400, 100);
  assert.deepEqual(await rig.countRows(), { messages: rows.messages + 1, outbox: rows.outbox + 1 });
});

test('many requests at once are all answered and all stored', async () => {
  const rows = await rig.countRows();
  const answers = await Promise.all(Array.from({ length: 300 }, () => post(hello)));
  assert.ok(answers.every(({ status }) => status === 200));
  assert.equal(new Set(answers.map(({ body }) => body.messages[0].id)).size, 300);
  assert.equal((await rig.countRows()).messages, rows.messages + 300);
});

test('messages of one batch wait to be sent in the order in which the batch has them', async () => {
  const batch = Array.from({ length: 20 }, (_each, index) => ({
    method: 'POST',
    relative_url: `v25.0/${rig.bank.phoneNumberId}/messages`,
    body: JSON.stringify({ ...hello, text: { body: `${index}` } }),
  }));
  const { status, body } = await rig.graph('POST', '/', { body: { batch } });
  assert.equal(status, 200);
  const answers = body as unknown as { code: number; body: string }[];
  const ids = answers.map((each) => decodeWamid((JSON.parse(each.body) as Answer['body']).messages[0].id)?.messageId);
  const rows = await rig.db.query<{ message_id: string }>(
    'SELECT message_id FROM outbox WHERE message_id = ANY($1) ORDER BY outbox_id',
    [ids],
  );
  assert.deepEqual(
    rows.map(({ message_id: id }) => id),
    ids,
  );
});
