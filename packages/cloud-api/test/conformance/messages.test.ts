import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertError } from '../http-rig.ts';
import { startMessageRig, type MessageRig } from './message-rig.ts';
import { said } from './said.ts';
import { assertAnswered, assertTaken } from './schema-check.ts';
import { labelOf, type Changes, type Refusal, type Suite } from './suite.ts';
import { suites } from './suites.ts';

const endpoint = 'POST /{phone}/messages';

let messages: MessageRig;
before(async () => {
  messages = await startMessageRig();
});
after(() => messages.stop());

async function assertAccepted(what: string, suite: Suite, accepted: Suite['accepts'][string]): Promise<void> {
  const { request, words } = said(messages, suite, accepted);
  const answer = await messages.post(request);
  const [status, code] = suite.answer ?? [200, undefined];
  assert.deepEqual([answer.status, answer.body.error?.code], [status, code], `${what}: ${JSON.stringify(answer.body)}`);
  // One case says what the schema does not: that anything else is ignored.
  const { something_else: _ignored, ...known } = request;
  assertTaken(endpoint, { json: known });
  if (status === 200) assertAnswered(endpoint, answer.body);
  const wamid = answer.body.messages?.[0].id;
  if (wamid !== undefined) assert.deepEqual(await messages.openWords(wamid), words, what);
}

async function assertRefused(what: string, suite: Suite, refusal: Refusal): Promise<void> {
  const [changes, code, names = labelOf(Object.keys(changes)[0] ?? '')] = (
    Array.isArray(refusal) ? refusal : [refusal, 100]
  ) as readonly [Changes, number, string?];
  const answer = await messages.post(messages.requestOf(suite, changes));
  assert.equal(answer.body.error?.code, code, `${what}: ${JSON.stringify(answer.body)}`);
  assertError(answer, 400, code);
  const data = answer.body.error.error_data;
  assert.equal(data?.messaging_product, 'whatsapp');
  assert.ok(data?.details.includes(names), `${what}: "${data?.details}" does not name ${names}`);
}

for (const [name, suite] of Object.entries(suites)) {
  const accepts = Object.entries(suite.accepts);
  const refuses = Object.entries(suite.refuses);
  test(`${name}: ${accepts.length} requests are taken and ${refuses.length} refused as the contract says, and nothing is stored of those`, async () => {
    for (const [what, accepted] of accepts) await assertAccepted(what, suite, accepted);
    const rows = await messages.rig.countRows();
    for (const [what, refusal] of refuses) await assertRefused(what, suite, refusal);
    assert.deepEqual(await messages.rig.countRows(), rows);
  });
}
