import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { assertError, startRig, type Answer, type Business, type Rig } from './http-rig.ts';
import {
  animatedWebp,
  encodeParts,
  fileOf,
  heads,
  multipartType,
  product,
  upload,
  uploadParts,
  type Part,
} from './media-rig.ts';

interface Described {
  messaging_product: string;
  url: string;
  mime_type: string;
  sha256: string;
  file_size: number;
  id: string;
}

let rig: Rig;
let other: Business;
before(async () => {
  rig = await startRig();
  await rig.register(rig.bank);
  other = await rig.createBusiness('Bakery');
});
after(() => rig.stop());

const kib = 1024;
const mib = 1024 * kib;

/** Lets time go by. */
function pass(ms: number): void {
  rig.clock.setOffset(rig.clock.offsetMs + ms);
}

function filesOf({ phoneNumberId }: Business): string[] {
  const folder = join(rig.config.mediaFolder, phoneNumberId);
  return existsSync(folder) ? readdirSync(folder) : [];
}

async function describe(id: string, query = ''): Promise<Described> {
  const answer = await rig.graph('GET', `/v25.0/${id}${query}`);
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  return answer.body as unknown as Described;
}

function get(url: string, token: string | null = rig.bank.token): Promise<Response> {
  return fetch(url, { headers: token === null ? {} : { authorization: `Bearer ${token}` } });
}

async function asAnswer(response: Response): Promise<Answer> {
  return { status: response.status, headers: response.headers, body: (await response.json()) as Answer['body'] };
}

async function uploadPicture(): Promise<{ id: string; file: Buffer }> {
  const file = fileOf('image/jpeg', 20_000);
  const { body } = await upload(rig, file, 'image/jpeg', { filename: 'a picture.jpg' });
  return { id: body.id, file };
}

test('what is uploaded is described, downloaded and removed', async () => {
  const file = fileOf('application/pdf', 200_000);
  const uploaded = await upload(rig, file, 'application/pdf', { filename: 'Rechnung (Mai) für Zoë.pdf' });
  assert.deepEqual([uploaded.status, Object.keys(uploaded.body)], [200, ['id']]);
  const { id } = uploaded.body;
  assert.match(id, /^[1-9][0-9]{15}$/);

  const { url, ...told } = await describe(id);
  const sha256 = createHash('sha256').update(file).digest('hex');
  assert.deepEqual(told, {
    messaging_product: 'whatsapp',
    mime_type: 'application/pdf',
    sha256,
    file_size: 200_000,
    id,
  });
  assert.equal(new URL(url).origin, new URL(rig.url).origin);

  const download = await get(url);
  assert.deepEqual(Buffer.from(await download.arrayBuffer()), file);
  const headers = ['content-type', 'content-length', 'content-disposition', 'x-content-type-options'];
  assert.deepEqual(
    headers.map((name) => download.headers.get(name)),
    [
      'application/pdf',
      '200000',
      `attachment; filename="Rechnung (Mai) f_r Zo_.pdf"; filename*=UTF-8''Rechnung%20%28Mai%29%20f%C3%BCr%20Zo%C3%AB.pdf`,
      'nosniff',
    ],
  );

  assert.deepEqual((await rig.graph('DELETE', `/${id}`)).body, { success: true });
  assertError(await rig.graph('GET', `/${id}`), 400, 100);
  assertError(await asAnswer(await get(url)), 404, 100);
  assert.ok(!filesOf(rig.bank).includes(id));
});

test('the URL of media is at the host that the caller asked', async () => {
  const { id } = await uploadPicture();
  const { hostname, port } = new URL(rig.url);
  const answer = await new Promise<string>((resolve) => {
    let text = '';
    const socket = connect(Number(port), hostname);
    socket.on('data', (bytes) => (text += bytes.toString()));
    socket.on('close', () => resolve(text));
    socket.write(
      `GET /${id} HTTP/1.1\r\nhost: api.bank.example:8443\r\nauthorization: Bearer ${rig.bank.token}\r\nconnection: close\r\n\r\n`,
    );
  });
  assert.match(answer, /"url":"http:\/\/api\.bank\.example:8443\/whatsapp_business\/attachments\/\?mid=/);
});

test('media lie in files that hold nothing of them, and the database does not say what they are', async () => {
  const secret = 'canary-of-the-media-test';
  const file = Buffer.concat([fileOf('text/plain', 100), Buffer.from(secret)]);
  const { body } = await upload(rig, file, 'text/plain', { filename: `${secret}.txt` });
  const stored = readFileSync(join(rig.config.mediaFolder, rig.bank.phoneNumberId, body.id));
  assert.ok(stored.length > file.length && !stored.includes(secret));
  const [row] = await rig.db.query<{ text: string }>('SELECT m::text AS text FROM media m WHERE media_id = $1', [
    body.id,
  ]);
  const words = [secret, 'text/plain', createHash('sha256').update(file).digest('hex')];
  for (const word of words)
    assert.ok(row && !row.text.includes(word) && !row.text.includes(Buffer.from(word).toString('hex')));
});

test('a URL is valid for five minutes and no longer', async () => {
  const { id, file } = await uploadPicture();
  const { url } = await describe(id);
  pass(299_000);
  assert.deepEqual(Buffer.from(await (await get(url)).arrayBuffer()), file);
  pass(1_000);
  const expired = await asAnswer(await get(url));
  assertError(expired, 404, 100);
  assert.equal((await get((await describe(id)).url)).status, 200);
});

test('a URL works only with a token of the business, and is of no use for other media', async () => {
  const [{ id }, second] = [await uploadPicture(), await uploadPicture()];
  const { url } = await describe(id);
  const missing = await asAnswer(await get(url, null));
  assertError(missing, 401, 104);
  assertError(await asAnswer(await get(url, other.token)), 404, 100);
  assertError(await asAnswer(await get(url, 'EAAno-token')), 404, 100);
  assertError(await asAnswer(await get(url.replace(id, second.id))), 404, 100);
  const later = new URL(url);
  later.searchParams.set('ext', String(Number(later.searchParams.get('ext')) + 1));
  assertError(await asAnswer(await get(later.href)), 404, 100);
  assert.equal((await get(`${url}&access_token=${rig.bank.token}`, null)).status, 200);
  const { token } = await rig.issueToken({ scopes: ['whatsapp_business_management'] });
  assertError(await asAnswer(await get(url, token)), 403, 10);
});

test('to others media do not exist, whatever they ask', async () => {
  const { id } = await uploadPicture();
  const unknown = '1234567890123456';
  for (const method of ['GET', 'DELETE', 'POST']) {
    const [theirs, none] = [
      await rig.graph(method, `/${id}`, { token: other.token }),
      await rig.graph(method, `/${unknown}`, { token: other.token }),
    ];
    assertError(theirs, 400, 100);
    assert.equal(theirs.body.error.error_subcode, 33);
    assert.equal(theirs.body.error.message.replace(id, unknown), none.body.error.message);
  }
  const app = await rig.graph('GET', `/${id}`, { token: `${rig.bank.appId}|${rig.bank.appSecret}` });
  assertError(app, 400, 100);
  await describe(id);
});

test('phone_number_id restricts the look-up to media of that number', async () => {
  const { id } = await uploadPicture();
  await describe(id, `?phone_number_id=${rig.bank.phoneNumberId}`);
  for (const method of ['GET', 'DELETE']) {
    const answer = await rig.graph(method, `/${id}?phone_number_id=${other.phoneNumberId}`);
    assertError(answer, 400, 100);
    assert.equal(answer.body.error.error_subcode, 33);
  }
});

test('an upload needs the right token, and nothing is kept of what is refused', async () => {
  const files = filesOf(rig.bank).length;
  const body = encodeParts([
    product,
    { name: 'file', filename: 'a', type: 'image/jpeg', value: fileOf('image/jpeg', 2 * mib) },
  ]);
  assertError(await uploadParts(rig, body, { token: null }), 401, 104);
  assertError(await uploadParts(rig, body, { token: other.token }), 400, 100);
  const { token } = await rig.issueToken({ scopes: ['whatsapp_business_management'] });
  assertError(await uploadParts(rig, body, { token }), 403, 10);
  assertError(await uploadParts(rig, body, { token: other.token, phoneNumberId: other.phoneNumberId }), 400, 133010);
  assert.equal(filesOf(rig.bank).length, files);
});

const jpeg: Part = { name: 'file', filename: 'a.jpg', type: 'image/jpeg', value: fileOf('image/jpeg') };

/** What is taken. */
const taken: readonly { name: string; parts: Part[]; query?: string; type?: string }[] = [
  { name: 'the file before all else', parts: [jpeg, { name: 'type', value: 'image/jpeg' }, product] },
  { name: 'no type beside the part', parts: [product, jpeg] },
  { name: 'a kind in the place of the type', parts: [product, { name: 'type', value: 'image' }, jpeg] },
  {
    name: 'a kind, and a part that is only said to be bytes',
    parts: [product, { name: 'type', value: 'image' }, { ...jpeg, type: 'application/octet-stream' }],
  },
  { name: 'the product in the query', parts: [jpeg], query: '?messaging_product=whatsapp' },
  { name: 'image/jpg', parts: [product, { ...jpeg, type: 'image/jpg' }], type: 'image/jpeg' },
  { name: 'an empty file name', parts: [product, { ...jpeg, filename: '' }] },
  { name: 'a file name that is a path', parts: [product, { ...jpeg, filename: '../../etc/passwd' }] },
  { name: 'a file name of other letters', parts: [product, { ...jpeg, filename: 'Überraschung 🎂.jpg' }] },
  { name: 'a second file, which is passed over', parts: [product, jpeg, { ...jpeg, name: 'thumb' }] },
  { name: 'an unknown field', parts: [product, { name: 'upload_strategy', value: 'default' }, jpeg] },
  {
    name: 'a charset',
    parts: [product, { name: 'file', filename: 'a', type: 'text/plain; charset=utf-8', value: 'Grüße' }],
    type: 'text/plain',
  },
  { name: 'png', parts: [product, { ...jpeg, type: 'image/png', value: fileOf('image/png') }], type: 'image/png' },
  { name: 'mp4', parts: [product, { ...jpeg, type: 'video/mp4', value: fileOf('video/mp4') }], type: 'video/mp4' },
  {
    name: 'mp4 with sound alone',
    parts: [product, { ...jpeg, type: 'audio/mp4', value: fileOf('video/mp4') }],
    type: 'audio/mp4',
  },
  {
    name: 'ogg with opus',
    parts: [product, { ...jpeg, type: 'audio/ogg; codecs=opus', value: fileOf('audio/ogg') }],
    type: 'audio/ogg',
  },
  {
    name: 'word',
    parts: [product, { ...jpeg, type: 'application/msword', value: fileOf('application/msword') }],
    type: 'application/msword',
  },
  {
    name: 'a still sticker of 100 KB',
    parts: [product, { ...jpeg, type: 'image/webp', value: fileOf('image/webp', 100 * kib) }],
    type: 'image/webp',
  },
  {
    name: 'a moving sticker of 500 KB',
    parts: [product, { ...jpeg, type: 'image/webp', value: fileOf('image/webp', 500 * kib, animatedWebp) }],
    type: 'image/webp',
  },
  { name: 'a picture of 5 MB', parts: [product, { ...jpeg, value: fileOf('image/jpeg', 5 * mib) }] },
  { name: 'a time to live', parts: [product, jpeg, { name: 'ttl_minutes', value: '60' }] },
];
for (const { name, parts, query = '', type = 'image/jpeg' } of taken)
  test(`an upload is taken with ${name}`, async () => {
    const answer = await uploadParts(rig, encodeParts(parts), { query });
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    assert.equal((await describe(answer.body.id)).mime_type, type);
  });

/** What is refused, by which code, and what the answer names. */
const refused: readonly { name: string; body: Buffer; code: number; names: RegExp; query?: string }[] = [
  { name: 'no file', body: encodeParts([product]), code: 100, names: /file is required/ },
  { name: 'no product', body: encodeParts([jpeg]), code: 100, names: /messaging_product/ },
  {
    name: 'another product',
    body: encodeParts([{ ...product, value: 'smoke' }, jpeg]),
    code: 100,
    names: /messaging_product/,
  },
  {
    name: 'no type',
    body: encodeParts([product, { ...jpeg, type: 'application/octet-stream' }]),
    code: 100,
    names: /one of the following types: audio\/aac,/,
  },
  {
    name: 'an unknown type',
    body: encodeParts([product, { ...jpeg, type: 'image/gif' }]),
    code: 100,
    names: /one of the following types/,
  },
  {
    name: 'a picture that is none',
    body: encodeParts([product, { ...jpeg, value: fileOf('application/pdf') }]),
    code: 100,
    names: /of the type that it is said to be/,
  },
  {
    name: 'text that is none',
    body: encodeParts([product, { ...jpeg, type: 'text/plain', value: Buffer.from([1, 2, 0, 3]) }]),
    code: 100,
    names: /of the type/,
  },
  { name: 'an empty file', body: encodeParts([product, { ...jpeg, value: '' }]), code: 100, names: /of the type/ },
  {
    name: 'a picture as a sticker',
    body: encodeParts([product, { ...jpeg, type: 'image/webp' }]),
    code: 100,
    names: /of the type/,
  },
  {
    name: 'a picture that is too large',
    body: encodeParts([product, { ...jpeg, value: fileOf('image/jpeg', 5 * mib + 1) }]),
    code: 131053,
    names: /at most 5 MB large for media of the kind image/,
  },
  {
    name: 'a still sticker that is too large',
    body: encodeParts([product, { ...jpeg, type: 'image/webp', value: fileOf('image/webp', 100 * kib + 1) }]),
    code: 131053,
    names: /at most 100 KB/,
  },
  {
    name: 'a moving sticker that is too large',
    body: encodeParts([
      product,
      { ...jpeg, type: 'image/webp', value: fileOf('image/webp', 500 * kib + 1, animatedWebp) },
    ]),
    code: 131053,
    names: /at most 500 KB/,
  },
  { name: 'a body without an end', body: encodeParts([product, jpeg], ''), code: 100, names: /broken or incomplete/ },
  {
    name: 'a body that ends in the file',
    body: encodeParts([product, jpeg]).subarray(0, -200),
    code: 100,
    names: /broken or incomplete/,
  },
  { name: 'a body of no parts', body: Buffer.from('nothing'), code: 100, names: /broken or incomplete/ },
  {
    name: 'a field without an end',
    body: encodeParts([product, { name: 'type', value: 'a'.repeat(1024 * 1024 + 1) }, jpeg]),
    code: 100,
    names: /too long/,
  },
  {
    name: 'parts without an end',
    body: encodeParts([...Array.from({ length: 60 }, () => product), jpeg]),
    code: 100,
    names: /too many parts/,
  },
  {
    name: 'too short a time to live',
    body: encodeParts([product, jpeg, { name: 'ttl_minutes', value: '59' }]),
    code: 100,
    names: /ttl_minutes/,
  },
  {
    name: 'too long a time to live',
    body: encodeParts([product, jpeg, { name: 'ttl_minutes', value: '43201' }]),
    code: 100,
    names: /ttl_minutes/,
  },
];
for (const { name, body, code, names } of refused)
  test(`an upload is refused with ${name}, and nothing of it is kept`, async () => {
    const files = filesOf(rig.bank);
    const answer = await uploadParts(rig, body);
    assertError(answer, 400, code);
    const { message, error_data: data } = answer.body.error;
    assert.match(`${message} ${data?.details}`, names);
    assert.deepEqual(filesOf(rig.bank), files);
  });

test('an upload that is no form of several parts is refused', async () => {
  const answer = await rig.graph('POST', `/${rig.bank.phoneNumberId}/media`, {
    body: { messaging_product: 'whatsapp' },
  });
  assertError(answer, 400, 100);
  assert.match(answer.body.error.message, /multipart\/form-data/);
});

test('the token and the parameters of an upload may stand in its form, before the file', async () => {
  const parts = [{ name: 'access_token', value: rig.bank.token }, product, jpeg];
  const { status, body } = await uploadParts(rig, encodeParts(parts), { token: null });
  assert.deepEqual([status, Object.keys(body)], [200, ['id']]);
  assertError(await uploadParts(rig, encodeParts([product, jpeg, parts[0] as Part]), { token: null }), 401, 104);
});

test('a file is refused by what takes none, wherever in the form it stands', async () => {
  const { phoneNumberId } = rig.bank;
  const to = { name: 'to', value: '16505551234' };
  const text = { name: 'text', value: '{"body":"Hello"}' };
  const files = [jpeg, { ...jpeg, name: 'picture' }, { ...jpeg, value: fileOf('image/jpeg', 3 * mib) }];
  for (const file of files)
    for (const parts of [
      [product, to, text, file],
      [file, product, to, text],
    ]) {
      const answer = await uploadParts(rig, encodeParts(parts), { edge: 'messages' });
      assertError(answer, 400, 100);
      assert.match(answer.body.error.message, /No file can be sent here/);
    }
  const { body } = await uploadParts(rig, encodeParts([product, to, text]), { edge: 'messages', phoneNumberId });
  assert.match(body.messages[0].id, /^wamid\./);
});

test('a file without an end is cut off, and nothing of it is kept', async () => {
  const files = filesOf(rig.bank);
  const head = encodeParts(
    [product, { ...jpeg, type: 'application/pdf', value: heads['application/pdf'] }],
    '',
  ).subarray(0, -2);
  const { hostname, port } = new URL(rig.url);
  const socket = connect(Number(port), hostname);
  let answer = '';
  const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()));
  socket.on('error', () => undefined);
  socket.on('data', (bytes) => (answer += bytes.toString()));
  socket.write(
    `POST /${rig.bank.phoneNumberId}/media HTTP/1.1\r\nhost: a\r\nauthorization: Bearer ${rig.bank.token}\r\n` +
      `content-type: ${multipartType}\r\ntransfer-encoding: chunked\r\n\r\n${head.length.toString(16)}\r\n`,
  );
  socket.write(Buffer.concat([head, Buffer.from('\r\n')]));
  const piece = Buffer.concat([Buffer.from('100000\r\n'), Buffer.alloc(mib, 'a'), Buffer.from('\r\n')]);
  const write = () => {
    while (!socket.destroyed && socket.write(piece));
  };
  socket.on('drain', write);
  write();
  await closed;
  assert.match(answer, /^HTTP\/1\.1 400 /);
  assert.match(answer, /131053/);
  assert.deepEqual(filesOf(rig.bank), files);
});

test('who goes away in the middle of an upload leaves nothing behind', async () => {
  const files = filesOf(rig.bank);
  const { hostname, port } = new URL(rig.url);
  const socket = connect(Number(port), hostname);
  socket.write(
    `POST /${rig.bank.phoneNumberId}/media HTTP/1.1\r\nhost: a\r\nauthorization: Bearer ${rig.bank.token}\r\n` +
      `content-type: ${multipartType}\r\ncontent-length: 1000000\r\n\r\n`,
  );
  socket.write(encodeParts([product, jpeg], '').subarray(0, -2));
  while (filesOf(rig.bank).length === files.length) await new Promise((resolve) => setTimeout(resolve, 5));
  socket.destroy();
  while (filesOf(rig.bank).length > files.length) await new Promise((resolve) => setTimeout(resolve, 5));
});

test('many upload at once, each gets its own', async () => {
  const files = Array.from({ length: 20 }, (_, at) => fileOf('image/jpeg', 50_000 + at));
  const answers = await Promise.all(files.map((file) => upload(rig, file, 'image/jpeg')));
  for (const [at, { body }] of answers.entries()) {
    const response = await get((await describe(body.id)).url);
    assert.deepEqual(Buffer.from(await response.arrayBuffer()), files[at]);
  }
});

test('a file that was changed on the disk is not given out whole', async () => {
  const change = async (size: number) => {
    const { body } = await upload(rig, fileOf('image/jpeg', size), 'image/jpeg');
    const path = join(rig.config.mediaFolder, rig.bank.phoneNumberId, body.id);
    const bytes = readFileSync(path);
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    writeFileSync(path, bytes);
    return get((await describe(body.id)).url);
  };
  assert.equal((await change(20_000)).status, 500);
  await assert.rejects((await change(200_000)).arrayBuffer());
});

test('media are gone after the time that was set for them, to the second', async () => {
  const parts = [product, jpeg, { name: 'ttl_minutes', value: '60' }];
  const { body } = await uploadParts(rig, encodeParts(parts));
  pass(3_599_000);
  const { url } = await describe(body.id);
  pass(2_000);
  assertError(await rig.graph('GET', `/${body.id}`), 400, 100);
  assertError(await asAnswer(await get(url)), 404, 100);
  assertError(await rig.graph('DELETE', `/${body.id}`), 400, 100);
});

test('media live for as long as the messages of their number', async () => {
  const { id } = await uploadPicture();
  const dayMs = 24 * 3_600_000;
  pass(30 * dayMs - 2 * 3_600_000);
  await describe(id);
  pass(2 * 3_600_000);
  assertError(await rig.graph('GET', `/${id}`), 400, 100);
});
