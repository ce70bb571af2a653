import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { startRig, assertError } from '../http-rig.ts';
import { openTestStorage } from '../storage-rig.ts';
import { EndpointSubject, type Surroundings } from './endpoint-rig.ts';
import { fits, type Expected, type PartOfAsk, type RefusedCase } from './endpoint-suite.ts';
import { endpointSuites } from './endpoint-suites.ts';
import { assertAnswered, assertTaken } from './schema-check.ts';

let around: Surroundings;
let callbacks: Server;
before(async () => {
  const rig = await startRig();
  callbacks = createServer(answerHandshake).listen(0, '127.0.0.1');
  await once(callbacks, 'listening');
  const url = `http://127.0.0.1:${(callbacks.address() as AddressInfo).port}`;
  const storage = await openTestStorage(rig);
  around = { rig, storage, callback: `${url}/webhook`, deafCallback: `${url}/deaf` };
});
after(async () => {
  callbacks.close();
  await around.storage.close();
  await around.rig.stop();
});

/** A webhook endpoint proves itself by the challenge; one whose path is another does not. */
function answerHandshake({ url = '' }: IncomingMessage, response: ServerResponse): void {
  const { pathname, searchParams } = new URL(url, 'http://localhost');
  response.end(pathname === '/webhook' ? searchParams.get('hub.challenge') : 'What?');
}

async function assertAnswers(subject: EndpointSubject, what: string, asked: { ask: PartOfAsk; answers: Expected }) {
  const answer = await subject.ask(asked.ask);
  const told = `${what}: ${JSON.stringify(answer.body)}`;
  assert.equal(answer.status, 200, told);
  const { called, ...ask } = subject.complete(asked.ask);
  assertTaken(called, ask);
  assertAnswered(called, answer.body);
  const expected = subject.fillIn(asked.answers);
  if (!fits(answer.body, expected)) assert.deepEqual(answer.body, expected, told);
}

async function assertRefused(subject: EndpointSubject, what: string, refused: RefusedCase) {
  const { ask, code = 100, status = 400, subcode, names } = refused;
  const answer = await subject.ask(ask);
  assert.equal(answer.body.error?.code, code, `${what}: ${JSON.stringify(answer.body)}`);
  assertError(answer, status, code);
  const { error } = answer.body;
  if (subcode !== undefined) assert.equal(error.error_subcode, subcode, what);
  const told = error.error_data?.details ?? error.message;
  if (names !== undefined) assert.ok(told.includes(names), `${what}: "${told}" does not name ${names}`);
}

for (const suite of endpointSuites) {
  const accepts = Object.entries(suite.accepts);
  const refuses = Object.entries(suite.refuses);
  test(`${suite.endpoint}: ${accepts.length} requests are carried out and ${refuses.length} refused as the contract says`, async () => {
    const subject = await EndpointSubject.prepare(around, suite);
    for (const [what, { afterwards = [], ...asked }] of accepts) {
      await assertAnswers(subject, what, asked);
      for (const read of afterwards) await assertAnswers(subject, `${what}, afterwards`, read);
    }
    for (const [what, refused] of refuses) await assertRefused(subject, what, refused);
  });
}
