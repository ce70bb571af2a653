import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, LookupFunction } from 'node:net';
import { after, before, test } from 'node:test';
import { LinkFailedError, LinkFetcher, type LinkFetcherOptions } from '../src/media/link-fetcher.ts';
import { ForbiddenUrlError } from '../src/outside/address-guard.ts';
import { fileOf } from './media-rig.ts';

const closes: (() => void)[] = [];
/** What reached the server that stands for everything internal. */
let internalRequests = 0;
let internalPort = 0;
let publicUrl = '';
const picture = fileOf('image/jpeg', 100_000);

async function serve(listener: RequestListener): Promise<Server> {
  const server = createServer(listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closes.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return server;
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

before(async () => {
  const internal = await serve((_request, response) => void response.end('internal'));
  // Also what only connects is seen.
  internal.on('connection', () => (internalRequests += 1));
  internalPort = portOf(internal);
  // A name that an operator allows stands for the internet.
  publicUrl = `http://public.test:${portOf(await serve(publicServer))}`;
});
after(() => closes.forEach((close) => close()));

const publicServer: RequestListener = ({ url = '' }, response) => {
  const { pathname, searchParams } = new URL(url, 'http://public.test');
  const location = searchParams.get('to');
  if (location !== null) {
    response.writeHead(302, { location }).end();
    return;
  }
  const answers: Readonly<Record<string, () => unknown>> = {
    '/a%20picture.jpg': () => response.writeHead(200, { 'content-type': 'image/jpeg' }).end(picture),
    '/long': () => response.writeHead(200, { 'content-length': 10_000_000 }).write(picture),
    '/endless': () => writeForEver(response),
    '/silent': () => response.writeHead(200).write(picture),
    '/slow': () => {
      const timer = setInterval(() => response.write('a'), 20);
      response.on('close', () => clearInterval(timer));
    },
    '/mute': () => undefined,
    '/broken': () => {
      response.writeHead(200, { 'content-length': 200_000 }).write(picture, () => response.destroy());
    },
  };
  (answers[pathname] ?? (() => response.writeHead(404).end('<html>')))();
};

function writeForEver(response: ServerResponse): void {
  while (!response.destroyed && response.write(picture));
  if (!response.destroyed) response.once('drain', () => writeForEver(response));
}

const names: Readonly<Record<string, string>> = {
  'public.test': '127.0.0.1',
  'internal.test': '127.0.0.1',
  'metadata.test': '169.254.169.254',
  'private.test': '10.0.0.1',
  'mapped.test': '::ffff:127.0.0.1',
};
const lookup: LookupFunction = (hostname, _options, callback) => {
  const address = names[hostname];
  if (address === undefined) return callback(Object.assign(new Error('unknown'), { code: 'ENOTFOUND' }), []);
  callback(null, [{ address, family: address.includes(':') ? 6 : 4 }]);
};

async function fetchLink(link: string, options: Partial<LinkFetcherOptions> = {}) {
  const fetcher = new LinkFetcher({
    allowLoopback: false,
    allowedInternal: ['public.test'],
    lookup,
    timeoutMs: 1_500,
    silenceMs: 300,
    ...options,
  });
  const { bytes, ...told } = await fetcher.fetch(link, { maxBytes: 5_000_000, signal: new AbortController().signal });
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of bytes) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > 5_000_000) throw new Error('too large');
  }
  return { ...told, bytes: Buffer.concat(chunks) };
}

test('what a link leads to is fetched, with its type and its name', async () => {
  const { contentType, filename, bytes } = await fetchLink(`${publicUrl}/a%20picture.jpg`);
  assert.deepEqual([contentType, filename], ['image/jpeg', 'a picture.jpg']);
  assert.deepEqual(bytes, picture);
});

test('a redirect is followed, three times at most', async () => {
  const redirect = (times: number): string =>
    times === 0 ? `${publicUrl}/a%20picture.jpg` : `${publicUrl}/?to=${encodeURIComponent(redirect(times - 1))}`;
  assert.deepEqual((await fetchLink(redirect(3))).bytes, picture);
  await assert.rejects(fetchLink(redirect(4)), LinkFailedError);
});

/** Where no request may go, in every form in which that can be written. */
const forbidden: readonly string[] = [
  'http://127.0.0.1:PORT/',
  'http://localhost.:PORT/',
  'http://127.1:PORT/',
  'http://2130706433:PORT/',
  'http://0x7f000001:PORT/',
  'http://0177.0.0.1:PORT/',
  'http://0.0.0.0:PORT/',
  'http://[::1]:PORT/',
  'http://[::ffff:127.0.0.1]:PORT/',
  'http://[::ffff:7f00:1]:PORT/',
  'http://[64:ff9b::7f00:1]:PORT/',
  'http://10.0.0.1/',
  'http://172.16.0.1/',
  'http://192.168.1.1/',
  'http://100.64.0.1/',
  'http://169.254.169.254/latest/meta-data/',
  'http://[fd00::1]/',
  'http://[fe80::1]/',
  'http://internal.test:PORT/',
  'http://metadata.test/',
  'http://private.test/',
  'http://mapped.test:PORT/',
  'http://user:secret@public.test/',
  'ftp://127.0.0.1:PORT/',
  'file:///etc/passwd',
  'data:image/jpeg;base64,AAAA',
  'gopher://127.0.0.1:PORT/',
  'nothing',
];
for (const form of forbidden) {
  test(`nothing is fetched from ${form}, and nothing is seen there`, async () => {
    const link = form.replace('PORT', String(internalPort));
    const refusal = form.includes('localhost') ? LinkFailedError : ForbiddenUrlError;
    await assert.rejects(fetchLink(link), refusal);
    assert.equal(internalRequests, 0);
  });
  test(`no redirect leads to ${form}`, async () => {
    const to = encodeURIComponent(form.replace('PORT', String(internalPort)));
    await assert.rejects(fetchLink(`${publicUrl}/?to=${to}`), { retryable: false });
    assert.equal(internalRequests, 0);
  });
}

for (const [name, path] of [
  ['is not there', '/missing'],
  ['announces too much', '/long'],
  ['falls silent', '/silent'],
  ['says nothing', '/mute'],
  ['comes too slowly', '/slow'],
  ['breaks off', '/broken'],
] as const)
  test(`a file that ${name} is not fetched`, async () => {
    await assert.rejects(fetchLink(publicUrl + path), LinkFailedError);
  });

test('a body without an end is left where it is too large', async () => {
  await assert.rejects(fetchLink(`${publicUrl}/endless`), /too large/);
});

test('what nobody answers for is not fetched', async () => {
  await assert.rejects(fetchLink('http://unknown.test/'), LinkFailedError);
  await assert.rejects(fetchLink('http://127.0.0.1:1/', { allowLoopback: true }), LinkFailedError);
});

test('a sandbox may fetch from itself, and an operator may allow networks', async () => {
  const link = `${publicUrl.replace('public.test', '127.0.0.1')}/a%20picture.jpg`;
  await assert.rejects(fetchLink(link), ForbiddenUrlError);
  for (const allowed of [
    { allowLoopback: true },
    { allowedInternal: ['127.0.0.0/8'] },
    { allowedInternal: ['127.0.0.1'] },
  ])
    assert.deepEqual((await fetchLink(link, allowed)).bytes, picture);
  await assert.rejects(fetchLink(link, { allowedInternal: ['10.0.0.0/8', '::1'] }), ForbiddenUrlError);
});
