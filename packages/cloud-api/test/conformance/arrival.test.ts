import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Phone, type InboxItem } from '@postern/client';
import type { Running } from '@postern/service';
import { silent, untilShown } from '../../../../test/rigs/real-transport.ts';
import { startCloudApiWorker } from '../../src/cloud-api-worker.ts';
import { person, startMessageRig, type MessageRig } from './message-rig.ts';
import { said } from './said.ts';
import { makeTemplates } from './template-requests.ts';
import { suites } from './suites.ts';

let messages: MessageRig;
let worker: Running;
let phone: Phone;
const dir = mkdtempSync(join(tmpdir(), 'postern-arrival-'));
before(async () => {
  messages = await startMessageRig({ serviceWindow: false });
  const { config, clock, codes } = messages.rig;
  phone = await Phone.open({
    dir,
    name: 'Ana',
    phoneNumber: person,
    transportUrl: config.transportUrl,
    clock,
    log: silent,
    receiveCode: async (phoneNumber) => codes.get(phoneNumber) ?? '',
  });
  worker = await startCloudApiWorker({ config, clock, logger: silent });
});
after(async () => {
  await worker.stop();
  await phone.close();
  await messages.stop();
  rmSync(dir, { recursive: true });
});

// What it leads to is outside of this test.
const mediaLink = /"(image|video|audio|document|sticker|gif)":\{[^}]*"link":/;

/** The words without what names the bytes of media, on either side. */
function withoutBytes(words: object): unknown {
  const { uploaded } = messages;
  return JSON.parse(JSON.stringify(words), (_name, value: unknown) => {
    if (value === null || typeof value !== 'object') return value;
    const { mime_type: type, sha256, id, ...rest } = value as Record<string, unknown>;
    // A file that the message gives no name goes by the one that it was uploaded under.
    const isFile = uploaded.get(id as string) === '$document';
    if (type === undefined)
      return uploaded.has(id as string) ? { ...(isFile && { filename: 'a file' }), ...rest } : value;
    assert.match(sha256 as string, /^[A-Za-z0-9+/]{43}=$/);
    return rest;
  });
}

test('every kind of message is shown on the phone of the person as it was sent', async () => {
  const sent = Object.entries(suites).flatMap(([name, suite]) =>
    suite.answer || name === 'read receipt'
      ? []
      : Object.entries(suite.accepts).map(([what, accepted]) => ({
          what: `${name}: ${what}`,
          ...said(messages, suite, accepted),
        })),
  );
  // The identity in the cases is nobody's, so that this message fails, as it should.
  const plain = sent.filter(
    ({ request }) =>
      !mediaLink.test(JSON.stringify(request)) && typeof request['recipient_identity_key_hash'] !== 'string',
  );
  assert.ok(plain.length > 120);
  const ids: string[] = [];
  for (const { request, what } of plain) {
    const answer = await messages.post(request);
    assert.equal(answer.status, 200, what);
    ids.push(answer.body.messages[0].id);
  }
  const isShown = (shown: readonly InboxItem[]) => {
    const there = new Set(shown.map(({ id }) => id));
    return ids.every((id) => there.has(id));
  };
  const items = await untilShown(phone, isShown);
  const byId = new Map(items.map((item) => [item.id, item]));
  for (const [index, { what, words }] of plain.entries()) {
    const item = byId.get(ids[index] ?? '');
    assert.ok(item, what);
    assert.deepEqual(withoutBytes({ type: item.type, [item.type]: item[item.type] }), withoutBytes(words), what);
  }
});

test('every template without media is shown filled in', async () => {
  const templates = (await makeTemplates(messages)).filter(({ suite }) => suite.media === undefined);
  assert.ok(templates.length > 3);
  for (const { name, language, suite, request } of templates) {
    const answer = await messages.post(request);
    assert.equal(answer.status, 200, name);
    const isIt = ({ id }: InboxItem) => id === answer.body.messages[0].id;
    const items = await untilShown(phone, (shown) => shown.some(isIt));
    const shown = { name, language: { code: language }, ...suite.shows };
    assert.deepEqual(items.find(isIt)?.['template'], shown);
  }
});

test('the person sees that their message was read, and that the business is writing', async () => {
  const { phoneNumber } = messages.rig.bank;
  const messageId = phone.say({ to: phoneNumber as never, text: { body: 'Are you there?' } });
  const mine = () => phone.inbox().find(({ direction }) => direction === 'out');
  await untilShown(phone, () => mine()?.state === 'delivered');
  const request = { messaging_product: 'whatsapp', status: 'read', message_id: mine()?.id };
  const answer = await messages.post({ ...request, typing_indicator: { type: 'text' } });
  assert.deepEqual([answer.status, answer.body, messageId.length], [200, { success: true }, 20]);
  await untilShown(phone, () => mine()?.state === 'read' && phone.typing().length > 0);
  assert.deepEqual(phone.typing(), [phoneNumber]);
});
