import assert from 'node:assert/strict';
import { person, type MessageRig } from './message-rig.ts';
import { uploadExamples } from './templates/handles.ts';
import { sendings, type SendingSuite } from './templates/sending.ts';

/** A template that was made, and the request that sends it. */
export interface TemplateSending {
  readonly name: string;
  readonly language: string;
  readonly suite: SendingSuite;
  readonly request: object;
}

/** Makes every template that there are cases of. */
export async function makeTemplates({ rig }: MessageRig): Promise<TemplateSending[]> {
  const withHandles = await uploadExamples(rig);
  return Promise.all(
    Object.entries(sendings).map(async ([name, suite]) => {
      const { definition, components } = suite;
      const body = withHandles({ ...definition, name });
      const answer = await rig.graph('POST', `/${rig.bank.wabaId}/message_templates`, { body });
      assert.equal(answer.status, 200, `${name}: ${JSON.stringify(answer.body)}`);
      const language = definition['language'] as string;
      const template = { name, language: { code: language }, components };
      return {
        name,
        language,
        suite,
        request: { messaging_product: 'whatsapp', to: person, type: 'template', template },
      };
    }),
  );
}
