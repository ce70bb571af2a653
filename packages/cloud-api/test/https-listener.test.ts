import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { Agent, get } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test, type TestContext } from 'node:test';
import { connect } from 'node:tls';
import Fastify from 'fastify';
import { createLogger } from '@postern/service';
import { HttpsListener, parseHttpsSettings } from '../src/http/https-listener.ts';
import { startRig } from './http-rig.ts';
import { authority, certificate, certificateKey, renewedCertificate } from './webhook-certificates.ts';

/** A folder with a certificate for localhost, and its key. */
function newFiles(context: TestContext): { certificateFile: string; keyFile: string } {
  const dir = mkdtempSync(join(tmpdir(), 'postern-https-'));
  context.after(() => rmSync(dir, { recursive: true }));
  const files = { certificateFile: join(dir, 'server.pem'), keyFile: join(dir, 'server-key.pem') };
  writeFileSync(files.certificateFile, certificate);
  writeFileSync(files.keyFile, certificateKey);
  return files;
}

async function fetchTrusting(url: string, token?: string): Promise<{ status: number | undefined; body: string }> {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const [answer] = (await once(get(url, { ca: authority, headers, agent: false }), 'response')) as [IncomingMessage];
  return { status: answer.statusCode, body: await text(answer) };
}

/** A listener before a server that answers `/` when it is told to. */
async function startListener(context: TestContext, files = newFiles(context)) {
  const asked = Promise.withResolvers<void>();
  const told = Promise.withResolvers<string>();
  const app = Fastify();
  app.get('/', () => {
    asked.resolve();
    return told.promise;
  });
  context.after(() => app.close());
  await app.listen({ host: '127.0.0.1', port: 0 });
  const logged: string[] = [];
  const logger = createLogger({ system: 'test', write: (line) => void logged.push(line) });
  const listener = await HttpsListener.start(app, { host: 'localhost', port: 0, ...files, logger });
  context.after(() => listener.stop());
  return { listener, files, logged, asked: asked.promise, answer: told.resolve };
}

test('the Cloud API answers by HTTPS too, with URLs that are HTTPS', async (context) => {
  const { certificateFile: httpsCertificateFile, keyFile: httpsKeyFile } = newFiles(context);
  const rig = await startRig({ config: { httpsPort: 0, httpsCertificateFile, httpsKeyFile } });
  context.after(() => rig.stop());
  await rig.addPhoneNumber(rig.bank.wabaId, 'Second desk');
  const { origin } = new URL(String(rig.httpsUrl));
  const url = `${origin}/v25.0/${rig.bank.wabaId}/phone_numbers?limit=1`;
  const { status, body } = await fetchTrusting(url, rig.bank.token);
  assert.equal(status, 200, body);
  const { next } = JSON.parse(body).paging;
  assert.equal(new URL(next).origin, origin);
  assert.equal((await fetchTrusting(next, rig.bank.token)).status, 200);
  assert.equal((await fetchTrusting(url)).status, 401);
});

test('HTTPS that is set by halves is refused', () => {
  const host = '127.0.0.1';
  const [httpsCertificateFile, httpsKeyFile] = ['server.pem', 'server-key.pem'];
  assert.equal(parseHttpsSettings({ host }), null);
  for (const half of [{ httpsPort: 0 }, { httpsPort: 0, httpsKeyFile }, { httpsCertificateFile, httpsKeyFile }])
    assert.throws(() => parseHttpsSettings({ host, ...half }), { name: 'ConfigError', message: /go together/ });
});

test('a certificate that is not there, or not for this key, is refused', async (context) => {
  const files = newFiles(context);
  const missing = { ...files, certificateFile: `${files.certificateFile}.not` };
  await assert.rejects(startListener(context, missing), { name: 'ConfigError', message: /httpsCertificateFile/ });
  writeFileSync(files.certificateFile, authority);
  await assert.rejects(startListener(context, files), { name: 'ConfigError', message: /httpsKeyFile/ });
});

test('a certificate that is renewed is used at once, and one that is broken is not', async (context) => {
  const { listener, files, logged } = await startListener(context);
  listener.lookForRenewal();
  assert.deepEqual(logged, []);
  writeFileSync(files.certificateFile, authority);
  listener.lookForRenewal();
  assert.match(String(logged.pop()), /cannot be used/);
  const { hostname, port } = new URL(listener.url);
  const present = async () => {
    const socket = connect({ host: hostname, port: Number(port), ca: [authority, renewedCertificate] });
    await once(socket, 'secureConnect');
    const { serialNumber } = socket.getPeerCertificate();
    socket.destroy();
    return serialNumber;
  };
  const before = await present();
  writeFileSync(files.certificateFile, renewedCertificate);
  listener.lookForRenewal();
  assert.match(String(logged.pop()), /new certificate/);
  assert.notEqual(await present(), before);
});

test('a request that is under way is answered before the listener stops, and an idle connection does not hold it', async (context) => {
  const { listener, asked, answer } = await startListener(context);
  const agent = new Agent({ keepAlive: true, ca: authority });
  context.after(() => agent.destroy());
  const request = get(listener.url, { agent });
  await asked;
  const stopped = listener.stop();
  answer('at last');
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  assert.equal(await text(response), 'at last');
  await stopped;
});
