import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Phone } from '@postern/client';
import { MediaKind } from '@postern/protocol';
import { killAt, patchedEnvironment } from '../../../test/patches/patch.ts';
import { numberOf } from '../../../test/rigs/real-transport.ts';
import { assertError, type Answer } from './http-rig.ts';
import { lookAt, startConversation, until, type Conversation } from './media-conversation-rig.ts';
import { fileOf, upload } from './media-rig.ts';

let talk: Conversation;
let ana: Phone;
let ben: Phone;
before(async () => {
  talk = await startConversation();
  await talk.startWorker();
  ana = await talk.openPhone('Ana', '15550107001');
  ben = await talk.openPhone('Ben', '15550107002');
});
after(() => talk.stop());

async function uploaded(file: Buffer, type: string, filename = 'a file'): Promise<string> {
  return (await upload(talk.rig, file, type, { filename })).body.id;
}

function filesUnder(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap((entry) =>
    entry.isFile() ? [join(entry.parentPath, entry.name)] : [],
  );
}

const blobs = () => filesUnder(talk.rig.blobsFolder);

test('what a business uploads arrives as it was, once in the blob store for all who get it', async () => {
  const file = fileOf('application/pdf', 200_000);
  const id = await uploaded(file, 'application/pdf', 'Vertrag.pdf');
  const stored = blobs().length;
  for (const phone of [ana, ben]) {
    const item = await talk.shown(
      phone,
      await talk.send(phone, { type: 'document', document: { id, caption: 'Hier' } }),
    );
    assert.equal((item['document'] as { caption: string }).caption, 'Hier');
    assert.deepEqual(await lookAt(phone, item), { bytes: file, filename: 'Vertrag.pdf', mimeType: 'application/pdf' });
  }
  assert.equal(blobs().length, stored + 1);
  for (const path of blobs()) assert.ok(!readFileSync(path).includes('%PDF'));
});

test('every kind of media arrives, and buttons with a picture too', async () => {
  const cases: [string, Buffer, string][] = [
    ['image', fileOf('image/png'), 'image/png'],
    ['video', fileOf('video/mp4'), 'video/mp4'],
    ['audio', fileOf('audio/ogg'), 'audio/ogg'],
    ['sticker', fileOf('image/webp'), 'image/webp'],
  ];
  for (const [type, file, mimeType] of cases) {
    const id = await uploaded(file, mimeType);
    const item = await talk.shown(ana, await talk.send(ana, { type, [type]: { id } }));
    assert.deepEqual([item.type, (await lookAt(ana, item)).bytes], [type, file]);
  }
  const image = { id: await uploaded(fileOf('image/jpeg'), 'image/jpeg') };
  const action = { buttons: [{ type: 'reply', reply: { id: 'yes', title: 'Yes' } }] };
  const interactive = { type: 'button', header: { type: 'image', image }, body: { text: 'This one?' }, action };
  const item = await talk.shown(ana, await talk.send(ana, { type: 'interactive', interactive }));
  const { header } = item['interactive'] as { header: { type: string; image: { id: string } } };
  assert.equal((await ana.media.open(header.image.id))?.attachment.mimeType, 'image/jpeg');
});

test('what a message links to is fetched once in ten minutes, with the name that the link has', async () => {
  const file = fileOf('application/pdf', 50_000);
  const { url, requests } = await talk.serve((_request, response) =>
    response.writeHead(200, { 'content-type': 'application/pdf' }).end(file),
  );
  const document = { link: `${url}/files/menu.pdf?day=1` };
  for (const phone of [ana, ben]) {
    const item = await talk.shown(phone, await talk.send(phone, { type: 'document', document }));
    assert.deepEqual(await lookAt(phone, item), { bytes: file, filename: 'menu.pdf', mimeType: 'application/pdf' });
  }
  assert.equal(requests.length, 1);
  const { clock } = talk.rig;
  clock.setOffset(clock.offsetMs + 10 * 60_000 - 2_000);
  await talk.shown(ana, await talk.send(ana, { type: 'document', document }));
  assert.equal(requests.length, 1);
  clock.setOffset(clock.offsetMs + 2_000);
  await talk.shown(ana, await talk.send(ana, { type: 'document', document }));
  assert.equal(requests.length, 2);
});

test('a link that says nothing holds up no other message', async () => {
  const { url, requests, close } = await talk.serve(() => undefined);
  for (let sent = 0; sent < 3; sent += 1) await talk.send(ana, { type: 'image', image: { link: `${url}/${sent}` } });
  await until(() => requests.length === 3);
  const id = await uploaded(fileOf('image/jpeg'), 'image/jpeg');
  await talk.shown(ana, await talk.send(ana, { type: 'text', text: { body: 'meanwhile' } }));
  await talk.shown(ben, await talk.send(ben, { type: 'image', image: { id } }));
  close();
  assert.deepEqual(await talk.failures(3), [131053, 131053, 131053]);
});

test('a message whose media cannot be had fails with 131053, whatever it is', async () => {
  const { url } = await talk.serve((request, response) => {
    if (request.url === '/gone') return void response.writeHead(404).end();
    if (request.url === '/page') return void response.writeHead(200, { 'content-type': 'text/html' }).end('<html>');
    if (request.url === '/liar')
      return void response.writeHead(200, { 'content-type': 'image/jpeg' }).end('no picture');
    if (request.url === '/large')
      return void response.writeHead(200, { 'content-type': 'image/jpeg' }).end(fileOf('image/jpeg', 5_242_881));
    if (request.url === '/inside') return void response.writeHead(302, { location: 'http://169.254.169.254/' }).end();
    return void response.destroy();
  });
  const pdf = await uploaded(fileOf('application/pdf'), 'application/pdf');
  const removed = await uploaded(fileOf('image/jpeg'), 'image/jpeg');
  const images = ['/gone', '/page', '/liar', '/large', '/inside', '/broken'].map((path) => ({ link: url + path }));
  const heard = (await talk.failures(0)).length;
  for (const image of [...images, { link: 'http://10.0.0.1/a.jpg' }, { id: pdf }])
    await talk.send(ana, { type: 'image', image });
  await talk.stopWorker();
  await talk.send(ana, { type: 'image', image: { id: removed } });
  await talk.rig.graph('DELETE', `/${removed}`);
  await talk.startWorker();
  const codes = await talk.failures(heard + 9);
  assert.deepEqual(
    codes.slice(heard),
    Array.from({ length: 9 }, () => 131053),
  );
  assert.deepEqual(await talk.rig.db.query('SELECT FROM outbox WHERE waits_for_media'), []);
});

test('a message that waited for too long fails as any other', async () => {
  await talk.stopWorker();
  const heard = (await talk.failures(0)).length;
  await talk.send(ana, { type: 'image', image: { id: await uploaded(fileOf('image/jpeg'), 'image/jpeg') } });
  await talk.rig.db.execute('UPDATE outbox SET expires_at_ms = 0');
  await talk.startWorker();
  assert.deepEqual((await talk.failures(heard + 1)).slice(heard), [131026]);
});

test('media of others, of nobody and what was deleted cannot be sent', async () => {
  const other = await talk.rig.createBusiness('Bakery');
  const { bank, graph } = talk.rig;
  const gone = await uploaded(fileOf('image/jpeg'), 'image/jpeg');
  await graph('DELETE', `/${gone}`);
  await talk.rig.db.execute('UPDATE media SET waba_id = $1 WHERE media_id = $2', [
    other.wabaId,
    await uploaded(fileOf('image/jpeg'), 'image/jpeg'),
  ]);
  const [theirs] = await talk.rig.db.query<{ media_id: string }>('SELECT media_id FROM media WHERE waba_id = $1', [
    other.wabaId,
  ]);
  for (const id of [gone, theirs?.media_id, '1234567890123456']) {
    const body = { messaging_product: 'whatsapp', to: ana.phoneNumber, type: 'image', image: { id } };
    const answer = await graph('POST', `/${bank.phoneNumberId}/messages`, { body });
    assertError(answer, 400, 131009);
    assert.match(answer.body.error.error_data?.details ?? '', /image\['id'\]/);
  }
});

for (const point of ['courier.before-fill', 'courier.filled'])
  test(`a worker that is killed at ${point} leaves a message that arrives, once`, async () => {
    await talk.stopWorker();
    const id = await uploaded(fileOf('image/jpeg', 100_000), 'image/jpeg');
    const wamid = await talk.send(ana, { type: 'image', image: { id } });
    const armedDir = mkdtempSync(join(tmpdir(), 'postern-armed-'));
    writeFileSync(join(armedDir, `program:${point}`), '');
    const child = talk.spawnWorker(patchedEnvironment([killAt(point, armedDir)]));
    const [, signal] = (await once(child, 'exit')) as [number | null, string | null];
    assert.equal(signal, 'SIGKILL');
    await talk.startWorker();
    await lookAt(ana, await talk.shown(ana, wamid));
    const last = await talk.send(ana, { type: 'text', text: { body: 'the end' } });
    await talk.shown(ana, last);
    assert.equal(ana.inbox().filter((item) => item.id === wamid).length, 1);
  });

/** Sends a file as a person; gives the id under which the business can fetch it. */
async function sendFile(phone: Phone, file: Buffer, mimeType: string): Promise<string> {
  const known = new Set((await mediaOfPeople()).map(({ media_id: id }) => id));
  const source = async function* () {
    for (let at = 0; at < file.length; at += 50_000) yield file.subarray(at, at + 50_000);
  };
  const attachment = phone.media.find(await phone.media.add(source(), { mimeType, filename: 'Brief.pdf' }))?.attachment;
  assert.ok(attachment);
  const value = { kind: MediaKind.DOCUMENT, attachment, filename: 'Brief.pdf' };
  phone.say({ to: numberOf(talk.rig.bank.phoneNumber), body: { case: 'media', value } });
  const fresh = async () => (await mediaOfPeople()).filter(({ media_id: id }) => !known.has(id));
  await until(async () => (await fresh()).length === 1);
  return (await fresh())[0]?.media_id ?? '';
}

function mediaOfPeople() {
  return talk.rig.db.query<{ media_id: string }>("SELECT media_id FROM media WHERE origin = 'person'");
}

async function download(id: string): Promise<Response> {
  const { body } = await talk.rig.graph('GET', `/${id}`);
  const { url } = body as unknown as { url: string };
  return fetch(url, { headers: { authorization: `Bearer ${talk.rig.bank.token}` } });
}

test('what a person sends can be fetched for a week, and nothing of it lies here', async () => {
  const file = fileOf('application/pdf', 300_000);
  const id = await sendFile(ana, file, 'application/pdf');
  const { body } = await talk.rig.graph('GET', `/${id}`);
  const told = body as unknown as Record<string, unknown>;
  assert.deepEqual(
    [told['mime_type'], told['file_size'], told['sha256']],
    ['application/pdf', 300_000, createHash('sha256').update(file).digest('hex')],
  );
  const response = await download(id);
  assert.deepEqual(Buffer.from(await response.arrayBuffer()), file);
  assert.match(response.headers.get('content-disposition') ?? '', /filename="Brief\.pdf"/);
  assert.ok(!filesUnder(talk.rig.config.mediaFolder).some((path) => path.endsWith(id)));
});

test('what a person sent that is damaged at the transport is not given out whole', async () => {
  const known = new Set(blobs());
  const id = await sendFile(ana, fileOf('application/pdf', 300_000), 'application/pdf');
  const [path = ''] = blobs().filter((each) => !known.has(each));
  const bytes = readFileSync(path);
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
  writeFileSync(path, bytes);
  await assert.rejects(async () => (await download(id)).arrayBuffer());
});

test('what the transport has no more is gone, and that is said', async () => {
  const id = await sendFile(ana, fileOf('application/pdf'), 'application/pdf');
  await talk.rig.transportDb.execute('DELETE FROM blobs');
  const response = await download(id);
  const answer = {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as Answer['body'],
  };
  assertError(answer, 404, 131052);
});

test('the id of what a person sent is valid for seven days, and is of no use in a message', async () => {
  const id = await sendFile(ana, fileOf('application/pdf'), 'application/pdf');
  const { clock, graph, bank } = talk.rig;
  const body = { messaging_product: 'whatsapp', to: ana.phoneNumber, type: 'document', document: { id } };
  assertError(await graph('POST', `/${bank.phoneNumberId}/messages`, { body }), 400, 131009);
  clock.setOffset(clock.offsetMs + 7 * 86_400_000 - 60_000);
  assert.equal((await graph('GET', `/${id}`)).status, 200);
  clock.setOffset(clock.offsetMs + 60_000);
  assertError(await graph('GET', `/${id}`), 400, 100);
});
