import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { X509Certificate } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { after, test } from 'node:test';
import { connect, createServer } from 'node:tls';
import { certifyServer } from '../src/certificates/authority.ts';
import { authorityFilesIn, serverFilesIn } from '../src/certificates/certificate-files.ts';
import { ensureLocalCertificates } from '../src/certificates/local-certificates.ts';
import { temporaryFolder } from './rig.ts';

const dayMs = 24 * 60 * 60_000;
const folders: (() => void)[] = [];
after(() => folders.forEach((remove) => remove()));

/** A folder, and what stands in it after the certificates were looked after. */
function newFolder() {
  const { dir, remove } = temporaryFolder();
  folders.push(remove);
  const ensure = (names: string[] = [], days = 0) => {
    ensureLocalCertificates({ dir, names, clock: { now: () => Date.now() + days * dayMs } });
    const read = (file: string) => readFileSync(file, 'utf8');
    return {
      authority: read(authorityFilesIn(dir).certificate),
      authorityKey: read(authorityFilesIn(dir).key),
      certificate: read(serverFilesIn(dir).certificate),
      key: read(serverFilesIn(dir).key),
    };
  };
  return { dir, ensure };
}

/** What somebody who trusts the authority makes of a server with this certificate: 'trusted', or what is wrong. */
async function judge(
  host: string,
  { authority, certificate, key }: ReturnType<ReturnType<typeof newFolder>['ensure']>,
) {
  const server = createServer({ cert: certificate, key }, (socket) => socket.end());
  server.on('tlsClientError', () => {});
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const name = /^[0-9.:]+$/.test(host) ? {} : { servername: host };
  // Names other than localhost do not lead here; they are checked as if they did.
  const socket = connect({ host: '127.0.0.1', port, ca: authority, ...name });
  try {
    await once(socket, 'secureConnect');
    return 'trusted';
  } catch (error) {
    return (error as Error).message;
  } finally {
    socket.destroy();
    server.close();
  }
}

test('whoever trusts the local authority trusts this machine, by each of its names', async () => {
  const made = newFolder().ensure(['postern.test', '192.0.2.7']);
  for (const host of ['localhost', '127.0.0.1', 'postern.test']) assert.equal(await judge(host, made), 'trusted', host);
  const { subjectAltName } = new X509Certificate(made.certificate);
  assert.match(String(subjectAltName), /IP Address:0:0:0:0:0:0:0:1, DNS:postern\.test, IP Address:192\.0\.2\.7$/);
  assert.match(await judge('other.test', made), /does not match certificate's altnames/);
});

test('a local authority whose key was stolen cannot certify anybody else', async () => {
  const { ensure } = newFolder();
  const made = ensure();
  const [, name = ''] = new X509Certificate(made.authority).subject.split('CN=');
  const thief = { key: made.authorityKey, name };
  const hosts = ['localhost', 'bank.example'];
  const certificate = certifyServer(made.key, thief, { hosts, now: new Date() });
  assert.equal(await judge('bank.example', { ...made, certificate }), 'permitted subtree violation');
  assert.equal(await judge('localhost', { ...made, certificate }), 'permitted subtree violation');
});

test('a certificate is kept until a month before its end, then made anew by the same authority', () => {
  const { ensure } = newFolder();
  const made = ensure();
  assert.deepEqual(ensure([], 366), made);
  const renewed = ensure([], 368);
  assert.notEqual(renewed.certificate, made.certificate);
  assert.deepEqual({ ...renewed, certificate: '' }, { ...made, certificate: '' });
  assert.ok(new X509Certificate(renewed.certificate).verify(new X509Certificate(made.authority).publicKey));
});

test('an authority is made anew before it ends, and for a name that it may not certify', () => {
  const { ensure } = newFolder();
  const made = ensure(['postern.test']);
  assert.equal(ensure([], 3_200).authority, made.authority);
  assert.equal(ensure(['postern.test']).authority, made.authority);
  const widened = ensure(['other.test']);
  assert.notEqual(widened.authority, made.authority);
  assert.notEqual(widened.authorityKey, made.authorityKey);
  assert.notEqual(ensure(['other.test'], 3_300).authority, widened.authority);
});

test('whatever is broken, or does not belong together, is made anew', () => {
  const { dir, ensure } = newFolder();
  const made = ensure();
  writeFileSync(serverFilesIn(dir).certificate, 'nonsense');
  assert.notEqual(ensure().certificate, made.certificate);
  writeFileSync(authorityFilesIn(dir).key, made.key);
  const anew = ensure();
  assert.notEqual(anew.authority, made.authority);
  assert.ok(new X509Certificate(anew.certificate).verify(new X509Certificate(anew.authority).publicKey));
});

test('keys are for their owner alone', () => {
  const { dir, ensure } = newFolder();
  ensure();
  for (const file of [authorityFilesIn(dir).key, serverFilesIn(dir).key])
    assert.equal(statSync(file).mode & 0o777, 0o600);
});
