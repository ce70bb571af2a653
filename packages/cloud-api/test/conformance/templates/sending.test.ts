import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { decodeWamid } from '@postern/protocol';
import { MessageReader } from '../../../src/messages/message-reader.ts';
import type { SealedStorage } from '../../../src/sealed-storage.ts';
import { assertError, startRig, type Answer, type Rig } from '../../http-rig.ts';
import { fileOf, upload } from '../../media-rig.ts';
import { openTestStorage } from '../../storage-rig.ts';
import { changed, type Changes } from '../suite.ts';
import { uploadExamples } from './handles.ts';
import { sendings, type SendingSuite } from './sending.ts';

let rig: Rig;
let storage: SealedStorage;
const uploaded: string[] = [];
const to = '16505551234';
const keptAtLeastMs = 29 * 24 * 3_600_000;
before(async () => {
  rig = await startRig();
  await rig.register(rig.bank);
  storage = await openTestStorage(rig);
  for (let count = 0; count < 2; count += 1)
    uploaded.push((await upload(rig, fileOf('image/jpeg'), 'image/jpeg')).body.id);
  const withHandles = await uploadExamples(rig);
  for (const [name, { definition }] of Object.entries(sendings)) {
    const answer = await rig.graph('POST', `/v25.0/${rig.bank.wabaId}/message_templates`, {
      body: withHandles({ ...definition, name }),
    });
    assert.equal(answer.status, 200, `${name}: ${JSON.stringify(answer.body)}`);
  }
});
after(async () => {
  await storage.close();
  await rig.stop();
});

function send(template: object, edge = 'messages'): Promise<Answer> {
  const body = { messaging_product: 'whatsapp', to, type: 'template', template };
  return rig.graph('POST', `/v25.0/${rig.bank.phoneNumberId}/${edge}`, { body });
}

function sendSuite(name: string, changes: Changes = {}, edge?: string): Promise<Answer> {
  const { components = [], definition } = sendings[name] ?? {};
  const parts = withUploaded(changed({ components }, atComponents(changes))['components']);
  return send({ name, language: { code: definition?.['language'] }, components: parts }, edge);
}

/** Media that were uploaded, in the place of the ids that the suites call them by. */
function withUploaded(parts: unknown): unknown {
  const text = uploaded.reduce(
    (json, id, at) => json.replaceAll(`"${1_000_000_000 + at}"`, `"${id}"`),
    JSON.stringify(parts),
  );
  return JSON.parse(text) as unknown;
}

function atComponents(changes: Changes): Changes {
  return Object.fromEntries(Object.entries(changes).map(([path, value]) => [`components.${path}`, value]));
}

/** What was stored of a template that was answered with 200, on which terms, and until when it is sent. */
async function stored(answer: Answer) {
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  const messageId = decodeWamid(answer.body.messages[0].id)?.messageId;
  assert.ok(messageId);
  const acceptedS = parseInt(messageId.slice(0, 8), 16);
  const reader = new MessageReader({ db: rig.db, stored: storage.stored });
  const [opened] = await reader.openAll(rig.bank.phoneNumberId, [{ messageId, sentByBusiness: true, acceptedS }]);
  const body = opened?.message.body;
  assert.ok(opened && body?.case === 'template');
  const [row] = await rig.db.query<{ category: string; waits: boolean; ttl: number }>(
    `SELECT category, waits_for_media AS waits, expires_at_ms - accepted_s * 1000 AS ttl
     FROM outbox WHERE message_id = $1`,
    [messageId],
  );
  return { ...body.value, shows: JSON.parse(body.value.json) as object, ...row };
}

for (const [name, suite] of Object.entries<SendingSuite>(sendings)) {
  test(`the template “${name}” is filled in as a person sees it`, async () => {
    const answer = await sendSuite(name);
    const { shows, attachments, category, waits, language, ttl = 0 } = await stored(answer);
    assert.deepEqual(answer.body.messages, [{ id: answer.body.messages[0].id, message_status: 'accepted' }]);
    assert.deepEqual(shows, suite.shows);
    assert.deepEqual([category, language], [suite.category, suite.definition['language']]);
    assert.deepEqual([attachments.length, waits], [suite.media?.length ?? 0, suite.media !== undefined]);
    if (suite.ttlMs === undefined) assert.ok(ttl > keptAtLeastMs);
    else assert.equal(ttl, suite.ttlMs);
    for (const [what, [changes, shown]] of Object.entries(suite.accepts)) {
      const found = await stored(await sendSuite(name, changes));
      assert.deepEqual(found.shows, changed(suite.shows, shown), what);
    }
  });

  test(`the template “${name}” is refused when it is not filled in exactly, and nothing is stored`, async () => {
    const rows = await rig.countRows();
    for (const [what, [changes, code, names]] of Object.entries(suite.refuses)) {
      const answer = await sendSuite(name, changes);
      assert.equal(answer.body.error?.code, code, `${what}: ${JSON.stringify(answer.body)}`);
      assertError(answer, 400, code);
      const details = answer.body.error.error_data?.details ?? '';
      assert.ok(details.includes(names), `${what}: ${details}`);
    }
    assert.deepEqual(await rig.countRows(), rows);
  });
}

test('every account has hello_world, and sends it without a parameter', async () => {
  const found = await stored(await send({ name: 'hello_world', language: { code: 'en_US' } }));
  assert.deepEqual(Object.keys(found.shows), ['header', 'body', 'footer']);
  assert.equal(found.category, 'utility');
  const policy = { name: 'hello_world', language: { code: 'en_US', policy: 'deterministic' }, components: [] };
  await stored(await send(policy));
});

test('a template is found by exactly its name and language', async () => {
  for (const [name, code] of [
    ['hello_world', 'en'],
    ['hello_world', 'en_us'],
    ['hello', 'en_US'],
    ['Hello_World', 'en_US'],
  ])
    assertError(await send({ name, language: { code } }), 404, 132001);
  assertError(await send({ name: 'hello_world' }), 400, 100);
  assertError(await send({ language: { code: 'en_US' } }), 400, 100);
  assertError(await send({ name: 'hello_world', language: { code: 'en_US', policy: 'fallback' } }), 400, 100);
});

test('a template that is not approved says in which state it is', async () => {
  const states = [
    ['PENDING', 404, 132001],
    ['REJECTED', 404, 132001],
    ['ARCHIVED', 404, 132001],
    ['PAUSED', 400, 132015],
    ['DISABLED', 400, 132016],
  ] as const;
  for (const [state, status, code] of states) {
    await rig.db.execute("UPDATE message_templates SET status = $1 WHERE name = 'flow'", [state]);
    assertError(await sendSuite('flow'), status, code);
  }
  await rig.db.execute("UPDATE message_templates SET status = 'APPROVED' WHERE name = 'flow'");
  await stored(await sendSuite('flow'));
});

test('marketing messages are templates of the category marketing, and priced as such', async () => {
  const found = await stored(await sendSuite('media', {}, 'marketing_messages'));
  assert.equal(found.category, 'marketing_lite');
  assertError(await sendSuite('numbered', {}, 'marketing_messages'), 400, 134100);
  const post = (body: object) =>
    rig.graph('POST', `/${rig.bank.phoneNumberId}/marketing_messages`, {
      body: { messaging_product: 'whatsapp', to, ...body },
    });
  const other = await post({ type: 'text', text: { body: 'Hello' } });
  assertError(other, 400, 100);
  assert.match(other.body.error.message, /Message must be a template/);
  const template = { name: 'hello_world', language: { code: 'en_US' } };
  assertError(await post({ type: 'template', template, product_policy: 'LOOSE' }), 400, 100);
  assertError(await post({ type: 'template', template, message_activity_sharing: 'maybe' }), 400, 100);
});
