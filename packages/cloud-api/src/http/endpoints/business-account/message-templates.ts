import { Type } from 'typebox';
import { limits } from '@postern/protocol';
import type { Template } from '../../../templates/template.ts';
import { parameterError, unknownObjectError } from '../../graph-errors.ts';
import { success, type BusinessAccountOperation } from '../../operation.ts';
import { answerWindow, parseWindow } from '../../paging.ts';
import type { Parameters } from '../../parameters.ts';
import { checkDeclaredFlows } from '../../templates/flow-buttons.ts';
import { checkHeaderHandles } from '../../templates/header-handles.ts';
import { parseDefinition } from '../../templates/template-definition.ts';
import { describeTemplate, parseTemplateFields } from '../../templates/template-fields.ts';
import { parseTemplateFilter } from '../../templates/template-filter.ts';
import { anyObject, graphId, oneOf, pageOf, paging, succeeded, text, words } from '../../shapes.ts';
import { templateCategories, templateQualities, templateStatuses } from '../../../templates/template.ts';
import { newTemplate, shownTemplate, templateFieldsParameter } from '../../templates/template-shapes.ts';

const search = text(limits.maxTemplateSearchCharacters, 'A part of it.');

const edge = 'message_templates';
const permission = 'whatsapp_business_management';
const summaries = [
  'total_count',
  'message_template_count',
  'message_template_limit',
  'are_translations_complete',
] as const;

/** `GET /{waba}/message_templates` (contract section 5.5). */
export const listTemplates: BusinessAccountOperation = {
  name: 'list message templates',
  method: 'GET',
  edge,
  permission,
  schema: {
    summary: 'Lists message templates, all or those that fit',
    takes: Type.Object({
      ...templateFieldsParameter,
      name: Type.Optional(search),
      content: Type.Optional(search),
      name_or_content: Type.Optional(search),
      status: Type.Optional(words(undefined, oneOf(templateStatuses))),
      category: Type.Optional(words(undefined, oneOf(templateCategories))),
      language: Type.Optional(words()),
      quality_score: Type.Optional(words(undefined, oneOf(templateQualities))),
      source: Type.Optional(words()),
      summary: Type.Optional(words(undefined, oneOf(summaries))),
      ...paging,
    }),
    answers: pageOf(shownTemplate, { summary: Type.Optional(anyObject) }),
  },
  async run({ templates }, { node, parameters, url }) {
    const fields = parseTemplateFields(parameters);
    const filter = parseTemplateFilter(parameters);
    const page = await templates.list(node.id, filter, parseWindow(parameters));
    const data = page.templates.map((template) => describeTemplate(template, fields));
    const places = page.templates.map(({ place }) => place);
    const list = answerWindow(data, { ...page, places, url });
    const wanted = parameters.findWords('summary');
    if (wanted === null) return list;
    const { all, filtered } = await templates.count(node.id, filter);
    return { ...list, summary: summarise(wanted, { all, filtered }) };
  },
};

function summarise(wanted: readonly string[], { all, filtered }: { all: number; filtered: number }): object {
  const values: Record<(typeof summaries)[number], unknown> = {
    total_count: filtered,
    message_template_count: all,
    message_template_limit: limits.maxTemplatesPerBusinessAccount,
    are_translations_complete: true,
  };
  return Object.fromEntries(
    wanted.map((word) => {
      const name = summaries.find((each) => each === word);
      if (name === undefined) throw parameterError(`Param summary must be one of {${summaries.join(', ')}}.`);
      return [name, values[name]];
    }),
  );
}

/** `POST /{waba}/message_templates` */
export const createTemplate: BusinessAccountOperation = {
  name: 'create message template',
  method: 'POST',
  edge,
  permission,
  schema: {
    summary: 'Creates a message template, which is then reviewed',
    takes: Type.Object(newTemplate),
    answers: Type.Object({ id: graphId, status: oneOf(templateStatuses), category: oneOf(templateCategories) }),
  },
  async run({ templates, uploads, flows }, { node, caller, parameters }) {
    const definition = parseDefinition(parameters);
    await checkHeaderHandles(definition.components, { uploads, caller });
    await checkDeclaredFlows(definition.components, { flows, wabaId: node.id });
    const created = await templates.create(node.id, definition);
    return describeCreated(created);
  },
};

/** `DELETE /{waba}/message_templates`: by name in every language, by `hsm_id` and name, or by `hsm_ids`. */
export const deleteTemplates: BusinessAccountOperation = {
  name: 'delete message templates',
  method: 'DELETE',
  edge,
  permission,
  schema: {
    summary: 'Deletes message templates: by name in every language, or by id',
    takes: Type.Object({
      name: Type.Optional(Type.String()),
      hsm_id: Type.Optional(graphId),
      hsm_ids: Type.Optional(words(`1 to ${limits.maxTemplatesPerRemoval} ids.`)),
    }),
    answers: succeeded,
  },
  async run({ templates }, { node, parameters }) {
    const removed = await templates.remove(node.id, parseRemoval(parameters));
    if (removed.length === 0) throw unknownObjectError('delete', parameters.findText('hsm_id') ?? node.id);
    return success;
  },
};

function parseRemoval(parameters: Parameters): { name: string | null; ids: string[] | null } {
  const name = parameters.findText('name');
  const id = parameters.findText('hsm_id');
  const ids = parameters.findWords('hsm_ids');
  if (ids && (ids.length === 0 || ids.length > limits.maxTemplatesPerRemoval))
    throw parameterError(`Param hsm_ids must hold 1 to ${limits.maxTemplatesPerRemoval} ids.`);
  if (ids) return { name, ids };
  if (name === null) throw parameterError('The parameter name is required.');
  return { name, ids: id === null ? null : [id] };
}

/** The answer to a template that was made. */
export function describeCreated({ id, status, category }: Template): object {
  return { id, status, category };
}
