import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import {
  decryptAttachment,
  encryptAttachment,
  encryptedAttachmentBytes,
  generateDeviceKeys,
  newAttachmentKey,
} from '@postern/signal';
import { numberOf, startRealTransport } from '../../../test/rigs/real-transport.ts';
import {
  BlobClient,
  BlobSizeError,
  draftRegistration,
  Registrar,
  TransportRefusedError,
  TransportUnavailableError,
  type BlobCredential,
} from '../src/index.ts';

let transport: Awaited<ReturnType<typeof startRealTransport>>;
let blobs: BlobClient;
let credential: BlobCredential;
before(async () => {
  transport = await startRealTransport();
  blobs = new BlobClient({ url: transport.url });
  credential = await register('491700000001');
});
after(() => transport.stop());

async function register(digits: string): Promise<BlobCredential> {
  const registrar = new Registrar(transport.url);
  const draft = draftRegistration(generateDeviceKeys(), transport.clock.now());
  const id = await registrar.requestCode(numberOf(digits));
  await registrar.verifyCode(id, transport.codeOf(numberOf(digits)));
  return { ...(await registrar.createAccount(id, draft)), secret: draft.secret };
}

async function* sourceOf(...pieces: Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* pieces;
}

async function collect(stream: AsyncIterable<Uint8Array> | null): Promise<Buffer> {
  assert.ok(stream);
  const pieces = [];
  for await (const piece of stream) pieces.push(piece);
  return Buffer.concat(pieces);
}

const newId = () => randomBytes(16);

/** Something that is not the transport, behind the same URL. */
async function behind(
  answer: RequestListener,
  work: (client: BlobClient, url: string) => Promise<void>,
): Promise<void> {
  const server = createServer(answer).on('checkContinue', answer);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    await work(new BlobClient({ url, silenceMs: 200 }), url);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

test('what one device stores another fetches; the same again asks for no bytes', async () => {
  const other = await register('491700000002');
  const [blobId, pieces] = [newId(), [randomBytes(10), randomBytes(100_000), randomBytes(1)]];
  const bytes = Buffer.concat(pieces);
  await blobs.upload(credential, { blobId, bytes: bytes.length, source: sourceOf(...pieces) });
  assert.deepEqual(await collect(await blobs.download(other, blobId)), bytes);
  async function* unwanted(): AsyncGenerator<Uint8Array> {
    yield await Promise.reject(new Error('nobody needs these bytes'));
  }
  await blobs.upload(credential, { blobId, bytes: bytes.length, source: unwanted() });
  const file = createReadStream(fileURLToPath(import.meta.url));
  await blobs.upload(credential, { blobId, bytes: bytes.length, source: file });
  assert.ok(file.destroyed, 'a file that nobody reads is closed');
  assert.equal(await blobs.download(other, newId()), null);
});

test('a refusal names its reason and says whether trying again helps', async () => {
  const blobId = newId();
  await blobs.upload(credential, { blobId, bytes: 3, source: sourceOf(randomBytes(3)) });
  const refusedWith = (code: string, retryable: boolean) => (error: unknown) =>
    error instanceof TransportRefusedError && error.code === code && error.retryable === retryable;
  const upload = { blobId, bytes: 4, source: sourceOf(randomBytes(4)) };
  await assert.rejects(blobs.upload(credential, upload), refusedWith('blob_id_taken', false));
  const stranger = { ...credential, secret: randomBytes(32) };
  await assert.rejects(blobs.upload(stranger, upload), refusedWith('not_authenticated', false));
  await assert.rejects(blobs.download(stranger, blobId), refusedWith('not_authenticated', false));
  await behind(
    (_request, response) => response.writeHead(503, { 'retry-after': '7' }).end('{"error":{"code":"unavailable"}}'),
    async (client) => {
      const isUnavailable = (error: unknown) =>
        refusedWith('unavailable', true)(error) && (error as TransportRefusedError).retryAfterMs === 7_000;
      await assert.rejects(client.upload(credential, upload), isUnavailable);
      await assert.rejects(client.download(credential, blobId), isUnavailable);
    },
  );
});

test('an upload that its source, its caller or the connection breaks stores nothing, and can be done again', async () => {
  const blobId = newId();
  async function* failing(): AsyncGenerator<Uint8Array> {
    yield randomBytes(50_000);
    throw new RangeError('the source broke');
  }
  await assert.rejects(blobs.upload(credential, { blobId, bytes: 100_000, source: failing() }), RangeError);
  const abort = new AbortController();
  async function* aborting(): AsyncGenerator<Uint8Array> {
    yield randomBytes(50_000);
    abort.abort(new RangeError('enough'));
    yield randomBytes(50_000);
  }
  const aborted = { blobId, bytes: 100_000, source: aborting(), signal: abort.signal };
  await assert.rejects(blobs.upload(credential, aborted), RangeError);
  await behind(
    (request) => request.once('data', () => request.destroy()),
    async (client) => {
      const upload = { blobId, bytes: 100_000, source: sourceOf(randomBytes(50_000), randomBytes(50_000)) };
      await assert.rejects(client.upload(credential, upload), TransportUnavailableError);
    },
  );
  for (const size of [1, 3])
    await assert.rejects(
      blobs.upload(credential, { blobId, bytes: 2, source: sourceOf(randomBytes(size)) }),
      BlobSizeError,
    );
  assert.equal(await blobs.download(credential, blobId), null);
  const bytes = randomBytes(100_000);
  await blobs.upload(credential, { blobId, bytes: bytes.length, source: sourceOf(bytes) });
  assert.deepEqual(await collect(await blobs.download(credential, blobId)), bytes);
});

test('a server that falls silent or stops in the middle is given up, and that is no end of a blob', async () => {
  await behind(
    () => undefined,
    async (client) => {
      const upload = { blobId: newId(), bytes: 1, source: sourceOf(randomBytes(1)) };
      await assert.rejects(client.upload(credential, upload), TransportUnavailableError);
      await assert.rejects(client.download(credential, newId()), TransportUnavailableError);
    },
  );
  for (const end of ['silence', 'close'] as const) {
    await behind(
      (_request, response) => {
        response.writeHead(200, { 'content-length': 100 }).write(randomBytes(50));
        if (end === 'close') response.socket?.end();
      },
      async (client) => {
        await assert.rejects(collect(await client.download(credential, newId())), TransportUnavailableError, end);
      },
    );
  }
  await behind(
    (_request, response) => void response.writeHead(200, { 'content-length': 100 }).write(randomBytes(50)),
    async (client) => {
      const abort = new AbortController();
      const stream = await client.download(credential, newId(), abort.signal);
      abort.abort(new RangeError('enough'));
      await assert.rejects(collect(stream), RangeError);
    },
  );
});

test('a proxy that knows nothing of waiting gets the bytes all the same', async () => {
  await behind(
    (request, response) => {
      let bytes = 0;
      request.on('data', (piece: Buffer) => (bytes += piece.length));
      request.on('end', () => response.writeHead(bytes === 5 ? 204 : 500).end());
    },
    async (_client, url) => {
      await new BlobClient({ url }).upload(credential, { blobId: newId(), bytes: 5, source: sourceOf(randomBytes(5)) });
    },
  );
});

test('100 MB go out and come in encrypted, with memory flat on both sides', async () => {
  const size = 100 * 1024 * 1024;
  const [key, blobId, piece] = [newAttachmentKey(), newId(), randomBytes(64 * 1024)];
  const before_ = await heldBytes();
  const held: number[] = [];
  const watched = async function* (source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    let bytes = 0;
    for await (const each of source) {
      yield each;
      const nextLook = Math.floor(bytes / 25_000_000);
      bytes += each.length;
      if (Math.floor(bytes / 25_000_000) > nextLook) held.push((await heldBytes()) - before_);
    }
  };
  const sent = createHash('sha256');
  async function* content(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < size; at += piece.length) {
      piece.writeUInt32BE(at, 0);
      sent.update(piece);
      yield Uint8Array.from(piece);
    }
  }
  const source = watched(encryptAttachment(key, content()));
  await blobs.upload(credential, { blobId, bytes: encryptedAttachmentBytes(size), source });
  const downloaded = await blobs.download(credential, blobId);
  assert.ok(downloaded);
  const received = createHash('sha256');
  for await (const opened of decryptAttachment(key, watched(downloaded))) received.update(opened);
  assert.equal(received.digest('hex'), sent.digest('hex'));
  assert.ok(held.length >= 8 && Math.max(...held) < 16 * 1024 * 1024, `held at most ${Math.max(...held)} bytes more`);
});

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** What is held in memory when garbage is taken away. */
async function heldBytes(): Promise<number> {
  collectGarbage();
  await setImmediate();
  collectGarbage();
  const { arrayBuffers, heapUsed } = process.memoryUsage();
  return arrayBuffers + heapUsed;
}
