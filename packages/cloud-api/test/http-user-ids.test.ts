import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { decodeWamid, parseUserId, type PhoneNumber, type UserId } from '@postern/protocol';
import type { SealedStorage } from '../src/sealed-storage.ts';
import type { KnownUser } from '../src/user-ids/user-id.ts';
import { assertError, startRig, type Answer, type Rig } from './http-rig.ts';
import { openTestStorage } from './storage-rig.ts';

let rig: Rig;
let storage: SealedStorage;
before(async () => {
  rig = await startRig();
  await rig.register(rig.bank);
  storage = await openTestStorage(rig);
});
after(async () => {
  await storage.close();
  await rig.stop();
});

const [ana, ben, cleo] = ['16505552001', '16505552002', '16505552003'] as [PhoneNumber, PhoneNumber, PhoneNumber];

/** As if the person had written just now, from an account whose number is hidden or not. */
async function wrote(person: PhoneNumber, { showsNumber = true } = {}): Promise<KnownUser> {
  const { phoneNumberId } = rig.bank;
  const nowMs = storage.clock.now();
  const subject = (await storage.subjects.resolve(phoneNumberId, [person], nowMs)).get(person);
  assert.ok(subject);
  await rig.db.query('INSERT INTO conversations VALUES ($1, $2, $3) ON CONFLICT DO NOTHING', [
    phoneNumberId,
    subject.id,
    nowMs,
  ]);
  const met = { person, subject, accountId: null, showsNumber };
  const user = (await storage.userIds.resolve(phoneNumberId, [met], nowMs)).get(person);
  assert.ok(user);
  return user;
}

function say(to: object, more: object = {}): Promise<Answer> {
  const body = { messaging_product: 'whatsapp', type: 'text', text: { body: 'Hello' }, ...to, ...more };
  return rig.graph('POST', `/${rig.bank.phoneNumberId}/messages`, { body });
}

const contactsOf = ({ body }: Answer) => (body as unknown as { contacts: object[] }).contacts;

test('a message goes to a user id, and its answer tells no number', async () => {
  const { id } = await wrote(ana);
  const answer = await say({ recipient: id });
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  assert.deepEqual(contactsOf(answer), [{ input: id, user_id: id }]);
  const [row] = await rig.db.query<{ message_id: string }>(
    'SELECT message_id FROM outbox ORDER BY outbox_id DESC LIMIT 1',
  );
  const wamid = decodeWamid(answer.body.messages[0].id);
  assert.deepEqual([wamid?.messageId, wamid?.phoneNumber], [row?.message_id, ana]);
});

test('to wins where both are there; the user id is told when it is that person’s', async () => {
  const [hers, his] = [await wrote(ana), await wrote(ben)];
  assert.deepEqual(contactsOf(await say({ to: `+${ana}`, recipient: hers.id })), [
    { input: `+${ana}`, wa_id: ana, user_id: hers.id },
  ]);
  assert.deepEqual(contactsOf(await say({ to: ana, recipient: his.id })), [{ input: ana, wa_id: ana }]);
  assert.deepEqual(contactsOf(await say({ to: ana, recipient: 'US.1' })), [{ input: ana, wa_id: ana }]);
  assert.deepEqual(contactsOf(await say({ to: ana })), [{ input: ana, wa_id: ana }]);
});

test('whose number is hidden is named by the user id in ids of messages, also when the number is known later', async () => {
  const { id } = await wrote(cleo, { showsNumber: false });
  const answer = await say({ recipient: id });
  assert.equal(decodeWamid(answer.body.messages[0].id)?.phoneNumber, id);
  const reaction = (messageId: string) =>
    say({ recipient: id }, { type: 'reaction', reaction: { message_id: messageId, emoji: '👍' } });
  assert.equal((await reaction(answer.body.messages[0].id)).status, 200);
  const guessed = Buffer.from(answer.body.messages[0].id.slice(6), 'base64').toString('latin1');
  const wamid = `wamid.${Buffer.from(
    guessed.replace(String.fromCodePoint(id.length) + id, String.fromCodePoint(cleo.length) + cleo),
    'latin1',
  ).toString('base64')}`;
  assert.equal(decodeWamid(wamid)?.phoneNumber, cleo);
  assertError(await reaction(wamid), 400, 131009);
  assert.equal(decodeWamid((await say({ to: cleo })).body.messages[0].id)?.phoneNumber, id);
});

test('a user id that leads to nobody is refused, whatever its form; another business’s leads to nobody', async () => {
  const unknown = 'US.00000000000000000000';
  const { id } = await wrote(ana);
  for (const recipient of [unknown, 'US.ENT.118', 'nobody', '', ana])
    assertError(await say({ recipient }), 400, recipient === '' ? 100 : 131009);
  const other = await rig.createBusiness('Other');
  await rig.register(other);
  const { token } = other;
  const body = { messaging_product: 'whatsapp', type: 'text', text: { body: 'x' }, recipient: id };
  const foreign = await rig.graph('POST', `/${other.phoneNumberId}/messages`, { body, token });
  const nobody = await rig.graph('POST', `/${other.phoneNumberId}/messages`, {
    body: { ...body, recipient: unknown },
    token,
  });
  assertError(foreign, 400, 131009);
  assert.deepEqual(
    { ...foreign.body.error, fbtrace_id: '' },
    { ...nobody.body.error, fbtrace_id: '' },
    'nothing tells it from one that never was',
  );
});

test('one-time codes go to phone numbers alone', async () => {
  const { id } = await wrote(ana);
  const definition = {
    name: 'code',
    language: 'en_US',
    category: 'AUTHENTICATION',
    components: [{ type: 'BODY' }, { type: 'BUTTONS', buttons: [{ type: 'OTP', otp_type: 'COPY_CODE' }] }],
  };
  const made = await rig.graph('POST', `/${rig.bank.wabaId}/message_templates`, { body: definition });
  assert.equal(made.status, 200, JSON.stringify(made.body));
  const parameters = [{ type: 'text', text: '123456' }];
  const components = [
    { type: 'body', parameters },
    { type: 'button', sub_type: 'url', index: 0, parameters },
  ];
  const template = { name: 'code', language: { code: 'en_US' }, components };
  assertError(await say({ recipient: id }, { type: 'template', template }), 400, 131062);
  assert.equal((await say({ to: ana, recipient: id }, { type: 'template', template })).status, 200);
});

test('people are blocked by user id, and listed without a number that is hidden', async () => {
  const [hidden, shown] = [
    await wrote(cleo.replace('3', '4') as PhoneNumber, { showsNumber: false }),
    await wrote(ben),
  ];
  const ask = (method: string, users: object[]) =>
    rig.graph(method, `/${rig.bank.phoneNumberId}/block_users`, {
      body: { messaging_product: 'whatsapp', block_users: users },
    });
  const named = [{ user_id: hidden.id }, { user_id: shown.id }];
  const added = await ask('POST', named);
  assert.deepEqual((added.body as unknown as { block_users: object }).block_users, {
    added_users: [
      { input: hidden.id, user_id: hidden.id },
      { input: shown.id, wa_id: ben, user_id: shown.id },
    ],
  });
  const listed = await rig.graph('GET', `/${rig.bank.phoneNumberId}/block_users`);
  const data = (listed.body.data as unknown as { wa_id?: string; user_id?: UserId }[]).map(
    ({ wa_id: waId, user_id: id }) => waId ?? id ?? '',
  );
  assert.deepEqual(new Set<string>(data), new Set<string>([ben, hidden.id]));
  const failed = await ask('POST', [{ user_id: 'US.1' }]);
  assertError(failed, 400, 139100);
  assert.equal((await ask('DELETE', named)).status, 200);
});

test('what is kept of a person is given and erased by their user id, without the number that it hides', async () => {
  const person = '16505552009' as PhoneNumber;
  const { id } = await wrote(person, { showsNumber: false });
  assert.equal((await say({ recipient: id })).status, 200);
  const path = `/${rig.bank.wabaId}/person_data`;
  const told = await rig.graph('GET', `${path}?user_id=${id}`);
  const items = told.body.data as unknown as { kind: string; user_id?: string; to?: string }[];
  assert.equal(items.find(({ kind }) => kind === 'conversation')?.user_id, id);
  assert.equal(items.find(({ kind }) => kind === 'message')?.to, id);
  assert.doesNotMatch(JSON.stringify(told.body), new RegExp(person));
  assert.equal((await rig.graph('DELETE', `${path}?user_id=${id}`)).status, 200);
  assertError(await rig.graph('GET', `${path}?user_id=${id}`), 400, 131009);
  assertError(await say({ recipient: id }), 400, 131009);
  assert.ok(parseUserId(id));
});
