import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertError, startRig, type Answer, type Rig } from '../../http-rig.ts';
import { assertAnswered, assertTaken } from '../schema-check.ts';
import { changed } from '../suite.ts';
import { definitions } from './definitions.ts';
import { uploadExamples } from './handles.ts';

let rig: Rig;
let made = 0;
let withHandles: Awaited<ReturnType<typeof uploadExamples>>;
before(async () => {
  rig = await startRig();
  withHandles = await uploadExamples(rig);
});
after(() => rig.stop());

async function create(definition: object): Promise<Answer> {
  const body = withHandles(definition);
  const answer = await rig.graph('POST', `/v25.0/${rig.bank.wabaId}/message_templates`, { body });
  if (answer.status !== 200) return answer;
  assertTaken('POST /{waba}/message_templates', { json: body });
  assertAnswered('POST /{waba}/message_templates', answer.body);
  return answer;
}

/** A new name each time, and never too many in an hour. */
function nextName(): string {
  made += 1;
  if (made % 90 === 0) rig.clock.setOffset(rig.clock.offsetMs + 3_600_000);
  return `template_${made}`;
}

async function shown(id: string): Promise<Record<string, unknown>> {
  const { body } = await rig.graph('GET', `/v25.0/${rig.bank.wabaId}/message_templates?name=template_${made}`);
  assertAnswered('GET /{waba}/message_templates', body);
  const found = body.data.find((template) => template.id === id);
  assert.ok(found, 'it is not listed');
  return found as unknown as Record<string, unknown>;
}

for (const [kind, suite] of Object.entries(definitions)) {
  test(`a template of the kind “${kind}” is made, approved and shown as it was defined`, async () => {
    const definition = { ...suite.valid, name: nextName() };
    const answer = await create(definition);
    assert.deepEqual(
      [answer.status, answer.body],
      [200, { id: answer.body.id, status: 'APPROVED', category: suite.valid['category'] }],
    );
    const { components, name, language, status } = await shown(answer.body.id);
    assert.deepEqual([name, language, status], [definition.name, suite.valid['language'], 'APPROVED']);
    assert.deepEqual(components, withHandles(suite.shows ?? suite.valid['components']));
  });

  test(`a template of the kind “${kind}” may have more`, async () => {
    for (const [what, changes] of Object.entries(suite.accepts)) {
      const answer = await create(changed({ ...suite.valid, name: nextName() }, changes));
      assert.equal(answer.status, 200, `${what}: ${JSON.stringify(answer.body)}`);
      const { components } = await shown(answer.body.id);
      for (const { type } of components as { type: string }[]) assert.equal(type, type.toUpperCase(), what);
    }
  });

  test(`a template of the kind “${kind}” is refused for what is wrong with it, which is named`, async () => {
    const count = async () => (await rig.db.query('SELECT 1 FROM message_templates')).length;
    const rows = await count();
    for (const [what, [changes, subcode, names]] of Object.entries(suite.refuses)) {
      const answer = await create(changed({ ...suite.valid, name: 'refused' }, changes));
      const { error } = answer.body;
      assert.equal(answer.status, 400, `${what}: ${JSON.stringify(answer.body)}`);
      assertError(answer, 400, 100);
      assert.equal(error.error_subcode ?? null, subcode, `${what}: ${JSON.stringify(error)}`);
      assert.ok(error.error_data?.details.includes(names), `${what}: ${error.error_data?.details}`);
    }
    assert.equal(await count(), rows);
  });
}
