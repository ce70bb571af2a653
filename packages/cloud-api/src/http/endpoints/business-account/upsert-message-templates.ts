import { Type } from 'typebox';
import { limits } from '@postern/protocol';
import type { TemplateDefinition } from '../../../templates/template.ts';
import { parameterError } from '../../graph-errors.ts';
import type { BusinessAccountOperation } from '../../operation.ts';
import type { Parameters } from '../../parameters.ts';
import { checkLanguage, getTemplateName, parseWhatItIs } from '../../templates/template-definition.ts';
import { graphId, oneOf, words } from '../../shapes.ts';
import { templateStatuses } from '../../../templates/template.ts';
import { templateDefinition } from '../../templates/template-shapes.ts';

/** `POST /{waba}/upsert_message_templates`: an authentication template in many languages at once (contract section 5.5). */
export const upsertTemplates: BusinessAccountOperation = {
  name: 'upsert message templates',
  method: 'POST',
  edge: 'upsert_message_templates',
  permission: 'whatsapp_business_management',
  schema: {
    summary: 'Creates or changes an authentication template in many languages',
    takes: Type.Object({
      name: templateDefinition.name,
      languages: words(`1 to ${limits.maxTemplatesPerUpsert} codes of languages.`),
      category: oneOf(['AUTHENTICATION']),
      components: templateDefinition.components,
      message_send_ttl_seconds: templateDefinition.message_send_ttl_seconds,
    }),
    answers: Type.Object({
      data: Type.Array(Type.Object({ id: graphId, status: oneOf(templateStatuses), language: Type.String() })),
    }),
  },
  async run({ templates }, { node, parameters }) {
    const made = await templates.upsert(node.id, parseDefinitions(parameters));
    return { data: made.map(({ id, status, language }) => ({ id, status, language })) };
  },
};

function parseDefinitions(parameters: Parameters): TemplateDefinition[] {
  const name = getTemplateName(parameters);
  const category = parameters.getChoice('category', ['AUTHENTICATION'] as const);
  const languages = [...new Set(parameters.findWords('languages') ?? [])];
  if (languages.length === 0 || languages.length > limits.maxTemplatesPerUpsert)
    throw parameterError(`Param languages must hold 1 to ${limits.maxTemplatesPerUpsert} codes of languages.`);
  return languages.map((each) => {
    const language = checkLanguage(each, 'languages');
    return { name, language, ...parseWhatItIs(parameters, { category, language }) };
  });
}
