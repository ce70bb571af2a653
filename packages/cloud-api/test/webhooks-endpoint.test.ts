import assert from 'node:assert/strict';
import { lookup as systemLookup } from 'node:dns';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { createServer as createTcpServer, type AddressInfo, type LookupFunction, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, test } from 'node:test';
import { limits } from '@postern/protocol';
import { ConfigError } from '@postern/service';
import { trustAuthorities } from '../src/webhooks/certificate-authorities.ts';
import { EndpointFetcher, EndpointUnreachableError, type EndpointFetcherOptions } from '../src/webhooks/endpoint.ts';
import { ForbiddenUrlError } from '../src/outside/address-guard.ts';
import { isGlobalAddress, isLoopbackAddress } from '../src/outside/global-address.ts';
import { authority, certificate, certificateKey } from './webhook-certificates.ts';

const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  stops.push(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  stops.push(() => server.closeAllConnections());
  return listen(server);
}

function makeFetcher(options: Partial<EndpointFetcherOptions> = {}): EndpointFetcher {
  const fetcher = new EndpointFetcher({ allowLoopback: true, timeoutMs: 500, ...options });
  stops.push(() => fetcher.close());
  return fetcher;
}

/** A resolver that gives each name these addresses. */
function resolving(addresses: readonly string[]): LookupFunction {
  return (_hostname, _options, callback) =>
    callback(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );
}

const body = Buffer.from('{}');
const isForbidden = (error: unknown) => error instanceof ForbiddenUrlError;
const isUnreachable = (reason: string) => (error: unknown) =>
  error instanceof EndpointUnreachableError && error.reason === reason;

test('addresses that are not reachable from everywhere are told from those that are', () => {
  const internal = [
    '0.0.0.0',
    '10.1.2.3',
    '100.64.0.1',
    '127.0.0.1',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.0.0.8',
    '192.0.2.1',
    '192.168.1.1',
    '198.18.0.1',
    '198.51.100.1',
    '203.0.113.1',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::7f00:1',
    '::ffff:10.0.0.1',
    '::ffff:a00:1',
    '64:ff9b::10.0.0.1',
    '64:ff9b::7f00:1',
    '64:ff9b:1::1',
    '100::1',
    '2001::1',
    '2001:db8::1',
    '2002:a00:1::1',
    '3fff::1',
    '5f00::1',
    'fc00::1',
    'fd12::1',
    'fe80::1',
    'fe80::1%lo',
    'ff02::1',
    'not an address',
  ];
  const global = ['1.1.1.1', '8.8.8.8', '172.32.0.1', '192.0.1.1', '2606:4700::1', '64:ff9b::8.8.8.8'];
  assert.deepEqual(internal.filter(isGlobalAddress), []);
  assert.deepEqual(
    global.filter((address) => !isGlobalAddress(address)),
    [],
  );
  assert.deepEqual(['127.0.0.1', '127.9.9.9', '::1', '10.0.0.1', '0.0.0.0'].map(isLoopbackAddress), [
    true,
    true,
    true,
    false,
    false,
  ]);
});

test('URLs with internal addresses are refused in every spelling, before anything is sent', async () => {
  const fetcher = makeFetcher({ allowLoopback: false });
  const hosts = ['127.0.0.1', '2130706433', '0x7f.1', '[::1]', '[::ffff:10.0.0.1]', '10.0.0.1', '169.254.169.254'];
  for (const host of hosts) await assert.rejects(fetcher.post(`http://${host}:1/`, body, {}), isForbidden, host);
});

test('in the sandbox loopback is allowed, other internal addresses are not', async () => {
  const url = await serve((_request, response) => response.end());
  const fetcher = makeFetcher();
  assert.equal(await fetcher.post(url, body, {}), 200);
  for (const host of ['10.0.0.1', '0.0.0.0', '[fe80::1]', '192.168.0.1']) {
    await assert.rejects(fetcher.post(`http://${host}:1/`, body, {}), isForbidden, host);
  }
});

test('a name that resolves to an internal address is refused, even when another of its addresses is global', async () => {
  let connections = 0;
  const server = createTcpServer((socket) => {
    connections += 1;
    socket.destroy();
  });
  const { port } = new URL(await listen(server));
  for (const addresses of [['10.1.2.3'], ['8.8.8.8', '10.1.2.3'], ['::1'], ['127.0.0.1'], []]) {
    const fetcher = makeFetcher({ allowLoopback: false, lookup: resolving(addresses) });
    await assert.rejects(fetcher.post(`http://shop.example:${port}/`, body, {}), isForbidden, addresses.join());
  }
  assert.equal(connections, 0);
});

test('the address that was checked is the one connected to, and a new connection is checked anew', async () => {
  const url = await serve((request, response) => response.end(request.headers.host));
  const { port } = new URL(url);
  const answers = [['127.0.0.1'], ['10.0.0.1']];
  const lookup: LookupFunction = (hostname, options, callback) =>
    resolving(answers.shift() ?? [])(hostname, options, callback);
  const fetcher = makeFetcher({ lookup });
  const { body: host } = await fetcher.get(`http://shop.example:${port}/`, {});
  assert.equal(host, `shop.example:${port}`);
  await fetcher.close();
  await assert.rejects(fetcher.get(`http://shop.example:${port}/`, {}), isForbidden);
});

test('URLs must be http or https, without credentials, at most 200 characters long', async () => {
  const fetcher = makeFetcher();
  const long = `http://127.0.0.1/${'a'.repeat(limits.maxWebhookUrlCharacters)}`;
  for (const url of ['ftp://127.0.0.1/', 'file:///etc/passwd', 'hook', '', 'http://me:secret@127.0.0.1/', long]) {
    await assert.rejects(fetcher.post(url, body, {}), isForbidden, url);
  }
});

test('redirects are not followed', async () => {
  const asked: (string | undefined)[] = [];
  const url = await serve((request, response) => {
    asked.push(request.url);
    response.writeHead(302, { location: '/elsewhere' }).end();
  });
  assert.equal(await makeFetcher().post(`${url}/hook`, body, {}), 302);
  assert.deepEqual(asked, ['/hook']);
});

test('an endpoint that says nothing is given up in time, and one that only its body delays has answered', async () => {
  const silent = await serve(() => {});
  const slow = await serve((_request, response) => response.writeHead(200).write('a'));
  const fetcher = makeFetcher({ timeoutMs: 100 });
  await assert.rejects(fetcher.post(silent, body, {}), isUnreachable('timeout'));
  assert.equal(await fetcher.post(slow, body, {}), 200);
  assert.deepEqual(await fetcher.get(slow, {}), { status: 200, body: null });
});

test('a resolver that says nothing is given up in time', async () => {
  const fetcher = makeFetcher({ timeoutMs: 50, lookup: () => {} });
  await assert.rejects(fetcher.post('http://shop.example/', body, {}), isUnreachable('timeout'));
});

test('an answer without end is cut off', async () => {
  const url = await serve((_request, response) => {
    const write = () => {
      while (response.write(Buffer.alloc(64 * 1024)));
    };
    response.on('drain', write);
    write();
  });
  assert.deepEqual(await makeFetcher({ timeoutMs: 60_000 }).get(url, {}), { status: 200, body: null });
});

test('connections are used again, and one that was closed meanwhile is replaced', async () => {
  const ports = new Set<number>();
  const server = createServer((request, response) => {
    if (request.socket.remotePort) ports.add(request.socket.remotePort);
    response.end();
  });
  stops.push(() => server.closeAllConnections());
  const url = await listen(server);
  const fetcher = makeFetcher();
  for (let turn = 0; turn < 3; turn += 1) assert.equal(await fetcher.post(url, body, {}), 200);
  assert.equal(ports.size, 1);
  // The server closes the connection when the next request is already on its way.
  server.prependOnceListener('request', (request) => request.socket.destroy());
  assert.equal(await fetcher.post(url, body, {}), 200);
  assert.equal(ports.size, 2);
});

test('what cannot be reached is named', async () => {
  const url = await listen(createTcpServer((socket) => socket.resetAndDestroy()));
  await assert.rejects(makeFetcher().post(url, body, {}), isUnreachable('ECONNRESET'));
  const upgrading = await serve((_request, response) =>
    response.writeHead(101, { connection: 'Upgrade', upgrade: 'x' }).end(),
  );
  await assert.rejects(makeFetcher().post(upgrading, body, {}), EndpointUnreachableError);
  await assert.rejects(
    makeFetcher({ lookup: systemLookup }).post('http://name.invalid/', body, {}),
    EndpointUnreachableError,
  );
});

test('https is checked against known authorities and the operator’s own, and for the name', async () => {
  const server = createHttpsServer({ cert: certificate, key: certificateKey }, (_request, response) => response.end());
  const url = (await listen(server)).replace('http:', 'https:');
  const folder = mkdtempSync(join(tmpdir(), 'postern-authorities-'));
  stops.push(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'ca.pem');
  writeFileSync(file, authority);
  const trusting = makeFetcher({ secureContext: trustAuthorities(file), lookup: resolving(['127.0.0.1']) });
  assert.equal(await trusting.post(url, body, {}), 200);
  await assert.rejects(makeFetcher().post(url, body, {}), isUnreachable('UNABLE_TO_VERIFY_LEAF_SIGNATURE'));
  const misnamed = url.replace('127.0.0.1', 'shop.example');
  await assert.rejects(trusting.post(misnamed, body, {}), isUnreachable('ERR_TLS_CERT_ALTNAME_INVALID'));
  writeFileSync(file, 'no certificate');
  for (const wrong of [file, join(folder, 'missing')]) assert.throws(() => trustAuthorities(wrong), ConfigError);
  assert.equal(trustAuthorities(undefined), undefined);
});
