import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { refused, said } from './people-cases.ts';
import { Rig, temporaryFolder, until, type Answer, type InboxMessage } from './rig.ts';

const wamidPattern = /^wamid\./;

type Shown = Record<string, { id: string; filename?: string } | undefined>;

async function upload(
  { ready }: Rig,
  waId: string,
  { bytes, type, filename = '' }: { bytes: Buffer; type: string; filename?: string },
): Promise<Answer> {
  const url = `${ready.sandbox}/people/${waId}/media?filename=${encodeURIComponent(filename)}`;
  const headers = { authorization: `Bearer ${ready.sandboxToken}`, 'content-type': type };
  const response = await fetch(url, { method: 'POST', headers, body: new Uint8Array(bytes) });
  return { status: response.status, body: await response.json() };
}

async function download({ ready }: Rig, waId: string, mediaId: string) {
  const headers = { authorization: `Bearer ${ready.sandboxToken}` };
  const response = await fetch(`${ready.sandbox}/people/${waId}/media/${mediaId}`, { headers });
  const type = response.headers.get('content-type');
  return { status: response.status, type, bytes: Buffer.from(await response.arrayBuffer()) };
}

/** The first page of an Ogg file with Opus in it: one channel. */
function opusHead(): Buffer {
  const page = Buffer.alloc(28);
  page.write('OggS\0\x02');
  page.set([1, 19], 26);
  return Buffer.concat([page, Buffer.from('OpusHead\x01\x01'), Buffer.alloc(9)]);
}

const text = { type: 'text', text: { body: 'x' } };

describe('the people of the sandbox', () => {
  const folder = temporaryFolder();
  let rig: Rig;
  let ana = '';
  let ben = '';

  before(async () => {
    rig = await Rig.start(folder.dir);
    [ana, ben] = rig.ready.people.map(({ waId }) => waId) as [string, string];
  });
  after(async () => {
    await rig?.stop();
    folder.remove();
  });

  const post = (waId: string, path: string, body?: object): Promise<Answer> =>
    rig.sandbox('POST', `/people/${waId}/${path}`, body);

  /** Says something as Ana to Ben. */
  const say = (body: object): Promise<Answer> => post(ana, 'messages', { to: ben, ...body });

  const newest = async (waId: string) => (await rig.inbox(waId)).at(-1) as InboxMessage & Record<string, unknown>;

  /** A message on a phone, once there are so many. */
  const untilShown = (waId: string, count: number) =>
    until(`message ${count} is on the phone of ${waId}`, async () => (await rig.inbox(waId))[count - 1]);

  for (const { name, says, shows = says } of said)
    it(`says ${name}, and the other phone shows it`, async () => {
      const count = (await rig.inbox(ben)).length;
      const answer = await say(says);
      assert.equal(answer.status, 200, JSON.stringify(answer.body));
      assert.match(answer.body.messages[0].id, wamidPattern);
      const shown = { ...(await untilShown(ben, count + 1)) } as Record<string, unknown>;
      for (const [member, value] of Object.entries(shows)) assert.deepEqual(shown[member], value, member);
    });

  for (const { name, says, shows = says } of said)
    it(`says ${name} to the business, which hears the same by webhook`, async () => {
      const { body } = await say({ ...says, to: rig.ready.displayPhoneNumber });
      const heard = { ...(await rig.untilInbound(body.messages[0].id)) } as Record<string, unknown>;
      assert.equal(heard['from'], ana);
      for (const [member, value] of Object.entries(shows)) assert.deepEqual(heard[member], value, member);
    });

  for (const { name, says, names } of refused)
    it(`refuses to say ${name}, and names what is wrong`, async () => {
      const { status, body } = await say(says);
      assert.equal(status, 400);
      assert.match(body.error.message, names);
    });

  it('sees that the business writes', async () => {
    const asked = await rig.say(ana, 'Are you there?');
    await rig.untilInbound(asked);
    const read = { status: 'read', message_id: asked, typing_indicator: { type: 'text' } };
    await rig.cloudApi('POST', `${rig.ready.phoneNumberId}/messages`, { messaging_product: 'whatsapp', ...read });
    await rig.untilOnPhone(ana, asked, 'read');
    const typing = await until('Ana sees that the business writes', async () => {
      const { body } = await rig.sandbox('GET', `/people/${ana}/inbox?limit=1`);
      return body.typing.length > 0 && (body.typing as object[]);
    });
    assert.deepEqual(typing, [{ from: rig.ready.displayPhoneNumber.replace('+', '') }]);
  });

  it('says everything to a business too, and reactions and quotes name what the business knows', async () => {
    const to = rig.ready.displayPhoneNumber;
    const asked = await rig.sendText(ana, 'Shall we?');
    await rig.untilOnPhone(ana, asked, 'received');
    const reaction = { message_id: asked, emoji: '👍' };
    const reacted = await post(ana, 'messages', { to, type: 'reaction', reaction });
    assert.deepEqual((await newest(ana))['reaction'], reaction);
    await rig.untilInbound(reacted.body.messages[0].id);
    const referred = { catalog_id: '7', product_retailer_id: 'tea' };
    const context = { message_id: asked, referred_product: referred };
    await post(ana, 'messages', { to, type: 'text', text: { body: 'This one?' }, context });
    const from = to.replace('+', '');
    assert.deepEqual((await newest(ana)).context, { from, id: asked, referred_product: referred });
  });

  it('taps on a button of a message by its id', async () => {
    const buttons = ['yes', 'no'].map((id) => ({ type: 'reply', reply: { id, title: `Say ${id}` } }));
    const answer = await rig.cloudApi('POST', `${rig.ready.phoneNumberId}/messages`, {
      messaging_product: 'whatsapp',
      to: ana,
      type: 'interactive',
      interactive: { type: 'button', body: { text: 'Well?' }, action: { buttons } },
    });
    const asked = answer.body.messages[0].id as string;
    await rig.untilOnPhone(ana, asked, 'received');
    const tapped = await post(ana, 'taps', { message_id: asked, id: 'no' });
    assert.deepEqual([tapped.status, tapped.body.id, tapped.body.title], [200, 'no', 'Say no']);
    const shown = await newest(ana);
    assert.deepEqual(shown['interactive'], { type: 'button_reply', button_reply: { id: 'no', title: 'Say no' } });
    assert.equal(shown.context?.id, asked);
    await rig.untilInbound(tapped.body.messages[0].id);
    assert.equal((await post(ana, 'taps', { message_id: asked, id: 'maybe' })).status, 404);
    assert.equal((await post(ana, 'taps', { message_id: shown.id, id: 'no' })).status, 404);
    assert.equal((await post(ben, 'taps', { message_id: asked, id: 'no' })).status, 400);
  });

  it('reads a template and taps on its quick reply, and the business sees that in its analytics', async () => {
    const { businessAccountId, phoneNumberId } = rig.ready;
    const buttons = ['Yes', 'No'].map((words) => ({ type: 'QUICK_REPLY', text: words }));
    const components = [
      { type: 'BODY', text: 'Shall we?' },
      { type: 'BUTTONS', buttons },
    ];
    const definition = { name: 'question', language: 'en', category: 'UTILITY', components };
    const template = await rig.cloudApi('POST', `${businessAccountId}/message_templates`, definition);
    await rig.cloudApi('POST', businessAccountId, { is_enabled_for_insights: true });
    const sent = await rig.cloudApi('POST', `${phoneNumberId}/messages`, {
      messaging_product: 'whatsapp',
      to: ana,
      type: 'template',
      template: { name: 'question', language: { code: 'en' } },
    });
    const asked = sent.body.messages[0].id as string;
    await rig.untilOnPhone(ana, asked, 'received');
    await post(ana, 'read', { message_ids: [asked] });
    const tapped = await post(ana, 'taps', { message_id: asked, id: 'No' });
    assert.equal(tapped.status, 200, JSON.stringify(tapped.body));
    // What webhooks tell was counted before.
    await rig.untilStatus(asked, 'read');
    await rig.untilInbound(tapped.body.messages[0].id);
    const today = new Date().toISOString().slice(0, 10);
    const days = `start=${today}&end=${today}&granularity=DAILY`;
    const path = `${businessAccountId}/template_analytics?${days}&template_ids=${template.body.id}`;
    const { body } = await rig.cloudApi('GET', path);
    const [point] = body.data[0].data_points;
    const taps = point.clicked.map((each: { button_content: string; count: number }) => [
      each.button_content,
      each.count,
    ]);
    assert.deepEqual([point.sent, point.delivered, point.read], [1, 1, 1]);
    assert.deepEqual(taps, [
      ['Yes', 0],
      ['No', 1],
    ]);
  });

  it('scans a code of the business, and says what it holds ready', async () => {
    const made = await rig.cloudApi('POST', `${rig.ready.phoneNumberId}/message_qrdls`, {
      prefilled_message: 'A table?',
    });
    const scanned = await post(ana, 'scans', { url: made.body.deep_link_url });
    assert.deepEqual([scanned.status, scanned.body.text], [200, { body: 'A table?' }]);
    const sent = await post(ana, 'messages', scanned.body);
    const got = await rig.untilInbound(sent.body.messages[0].id);
    assert.equal(got.text?.body, 'A table?');
    for (const url of ['http://127.0.0.1/message/AAAAAAAAAAAAAA', 'https://example.com/other', 'no link'])
      assert.equal((await post(ana, 'scans', { url })).status, 404);
  });

  it('says media from its phone, and the other phone shows the same bytes', async () => {
    const bytes = randomBytes(200_000);
    const uploaded = await upload(rig, ana, { bytes, type: 'image/png', filename: 'ä.png' });
    assert.equal(uploaded.status, 200);
    const { id } = uploaded.body;
    const count = (await rig.inbox(ben)).length;
    assert.equal((await say({ type: 'image', image: { id, caption: 'Look' } })).status, 200);
    assert.equal((await say({ type: 'document', document: { id } })).status, 200);
    await untilShown(ben, count + 2);
    const [image, document] = (await rig.inbox(ben)).slice(-2) as unknown as [Shown, Shown];
    const about = { mime_type: 'image/png', sha256: createHash('sha256').update(bytes).digest('base64') };
    assert.deepEqual(image['image'], { id: image['image']?.id, caption: 'Look', ...about });
    assert.equal(document['document']?.filename, 'ä.png');
    const mine = (await rig.inbox(ana)).at(-1) as unknown as Shown;
    const places = [ben, image['image']?.id, ana, mine['document']?.id, ana, id] as string[];
    for (let index = 0; index < places.length; index += 2) {
      const got = await download(rig, places[index]!, places[index + 1]!);
      assert.deepEqual([got.status, got.type, got.bytes.equals(bytes)], [200, 'image/png', true]);
    }
  });

  it('refuses media that it does not have, of the wrong type or too large, and names what is wrong', async () => {
    const { id } = (await upload(rig, ana, { bytes: Buffer.from('text'), type: 'text/plain' })).body;
    const wrong = [
      [{ type: 'image', image: { id } }, /image\.id/],
      [{ type: 'audio', audio: { id: 'none' } }, /audio\.id/],
      [{ type: 'image', image: { link: 'https://a.b/c.png' } }, /image/],
    ] as const;
    for (const [message, names] of wrong) {
      const { status, body } = await say(message);
      assert.deepEqual([status, names.test(body.error.message)], [400, true], body.error.message);
    }
    const typeless = await upload(rig, ana, { bytes: Buffer.from('x'), type: 'nonsense' });
    assert.equal(typeless.status, 415);
    const tooLarge = await upload(rig, ana, { bytes: Buffer.alloc(100 * 1024 * 1024 + 1), type: 'text/plain' });
    assert.equal(tooLarge.status, 413);
    assert.equal((await download(rig, ana, '7777777-0')).status, 404);
    await rig.sandbox('POST', '/faults', { person: ana, offline: true });
    assert.equal((await upload(rig, ana, { bytes: Buffer.from('x'), type: 'text/plain' })).status, 503);
    await rig.sandbox('POST', '/faults', { person: ana, offline: false });
  });

  it('plays a voice note of the business, which hears of it', async () => {
    const form = new FormData();
    form.set('messaging_product', 'whatsapp');
    form.set('file', new Blob([new Uint8Array(opusHead())], { type: 'audio/ogg' }), 'note.ogg');
    const { cloudApi, accessToken, phoneNumberId } = rig.ready;
    const headers = { authorization: `Bearer ${accessToken}` };
    const uploaded = await fetch(`${cloudApi}/v23.0/${phoneNumberId}/media`, { method: 'POST', headers, body: form });
    const audio = { ...((await uploaded.json()) as { id: string }), voice: true };
    const note = { messaging_product: 'whatsapp', to: ana, type: 'audio', audio };
    const noted = await rig.cloudApi('POST', `${phoneNumberId}/messages`, note);
    const id = noted.body.messages[0].id as string;
    const shown = (await rig.untilOnPhone(ana, id, 'received')) as unknown as Shown;
    assert.deepEqual((await download(rig, ana, shown['audio']!.id)).bytes, opusHead());
    assert.equal((await post(ana, 'played', { message_id: id })).status, 200);
    await rig.untilStatus(id, 'played');
    await rig.untilOnPhone(ana, id, 'played');
  });

  it('reads only what it is told to, and whoever writes is seen to', async () => {
    const count = (await rig.inbox(ben)).length;
    await say({ ...text, text: { body: 'one' } });
    await say({ ...text, text: { body: 'two' } });
    await untilShown(ben, count + 2);
    const [one, two] = (await rig.inbox(ben)).slice(-2) as [InboxMessage, InboxMessage];
    assert.equal((await post(ben, 'read', { message_ids: [two.id] })).status, 200);
    const states = (await rig.inbox(ben)).slice(-2).map(({ state }) => state);
    assert.deepEqual(states, ['received', 'seen']);
    assert.equal((await post(ben, 'read', { message_ids: ['wamid.x'] })).status, 400);
    assert.equal((await post(ben, 'read')).status, 200);
    assert.equal((await rig.inbox(ben)).find(({ id }) => id === one.id)?.state, 'seen');
    assert.equal((await post(ana, 'typing', { to: ben })).status, 200);
    const typing = await until('Ben sees that Ana writes', async () => {
      const { body } = await rig.sandbox('GET', `/people/${ben}/inbox?limit=1`);
      return body.typing.length > 0 && (body.typing as object[]);
    });
    assert.deepEqual(typing, [{ from: ana }]);
    assert.equal((await post(ana, 'played', { message_id: two.id.replace('wamid', 'x') })).status, 400);
    assert.equal((await post(ben, 'played', { message_id: two.id })).status, 404);
    assert.equal((await post(ana, 'marketing', { stopped: true })).status, 200);
    assert.equal((await post(ana, 'marketing', { stopped: 'yes' })).status, 400);
  });

  it('hears nothing of a number that it blocked', async () => {
    assert.deepEqual((await post(ana, 'blocks', {})).body.blocked, [rig.ready.displayPhoneNumber.replace('+', '')]);
    const unheard = await rig.sendText(ana, 'Can you hear me?');
    await rig.untilStatus(unheard, 'sent');
    // What comes to the phone after it says that it was dealt with.
    const count = (await rig.inbox(ana)).length;
    await post(ben, 'messages', { to: ana, ...text });
    await untilShown(ana, count + 1);
    const path = `/people/${ana}/blocks/${rig.ready.displayPhoneNumber}`;
    assert.deepEqual((await rig.sandbox('DELETE', path)).body.blocked, []);
    const heard = await rig.sendText(ana, 'And now?');
    await rig.untilOnPhone(ana, heard, 'received');
    await rig.untilStatus(heard, 'delivered');
    assert.ok(!(await rig.inbox(ana)).some(({ id }) => id === unheard));
    assert.ok(!rig.statuses().some(({ id, status }) => id === unheard && status === 'delivered'));
  });

  it('takes a username that nobody else has, is shown by it to the business, and gives it up', async () => {
    assert.deepEqual((await rig.sandbox('GET', `/people/${ben}/username`)).body, { username: null });
    assert.deepEqual((await post(ben, 'username', { username: 'Ben.B' })).body, { username: 'ben.b' });
    assert.equal((await post(ana, 'username', { username: 'ben.b' })).status, 409);
    for (const username of ['b', 'ben b', 'www.ben', 7])
      assert.equal((await post(ana, 'username', { username })).status, 400, String(username));
    const { body } = await post(ben, 'messages', { to: rig.ready.displayPhoneNumber, ...text });
    await rig.untilInbound(body.messages[0].id);
    assert.match(JSON.stringify(rig.events), /"username":"@ben\.b"/);
    assert.deepEqual((await post(ben, 'username', { username: null })).body, { username: null });
  });
});
