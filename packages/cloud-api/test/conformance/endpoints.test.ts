import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startRig, assertError, type Rig } from '../http-rig.ts';
import { EndpointSubject } from './endpoint-rig.ts';
import { fits, type Expected, type PartOfAsk, type RefusedCase } from './endpoint-suite.ts';
import { endpointSuites } from './endpoint-suites.ts';
import { assertAnswered, assertTaken } from './schema-check.ts';

let rig: Rig;
before(async () => {
  rig = await startRig();
});
after(() => rig.stop());

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
    const subject = await EndpointSubject.prepare(rig, suite);
    for (const [what, { afterwards = [], ...asked }] of accepts) {
      await assertAnswers(subject, what, asked);
      for (const read of afterwards) await assertAnswers(subject, `${what}, afterwards`, read);
    }
    for (const [what, refused] of refuses) await assertRefused(subject, what, refused);
  });
}
