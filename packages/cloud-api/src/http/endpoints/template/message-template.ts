import { Type } from 'typebox';
import { parameterError, unknownObjectError } from '../../graph-errors.ts';
import { success, type TemplateOperation } from '../../operation.ts';
import { checkDeclaredFlows } from '../../templates/flow-buttons.ts';
import { checkHeaderHandles } from '../../templates/header-handles.ts';
import { isEdit, parseEdit } from '../../templates/template-edit.ts';
import { describeTemplate, parseTemplateFields } from '../../templates/template-fields.ts';
import { graphId, nothing, oneOf, succeeded } from '../../shapes.ts';
import { templateCategories } from '../../../templates/template.ts';
import { templateDefinition, shownTemplate, templateFieldsParameter } from '../../templates/template-shapes.ts';

const permission = 'whatsapp_business_management';

/** `GET /{template}` (contract section 5.5). */
export const getTemplate: TemplateOperation = {
  name: 'message template',
  method: 'GET',
  edge: null,
  permission,
  schema: {
    summary: 'Shows a message template',
    takes: Type.Object(templateFieldsParameter),
    answers: shownTemplate,
  },
  async run(_services, { node, parameters }) {
    return describeTemplate(node.template, parseTemplateFields(parameters));
  },
};

/** `POST /{template}`: edits it, after which it is reviewed again. */
export const editTemplate: TemplateOperation = {
  name: 'edit message template',
  method: 'POST',
  edge: null,
  permission,
  schema: {
    summary: 'Changes a message template, after which it is reviewed again',
    takes: Type.Object({
      category: Type.Optional(templateDefinition.category),
      components: Type.Optional(templateDefinition.components),
      parameter_format: templateDefinition.parameter_format,
      message_send_ttl_seconds: templateDefinition.message_send_ttl_seconds,
      cta_url_link_tracking_opted_out: templateDefinition.cta_url_link_tracking_opted_out,
    }),
    answers: Type.Object({
      success: Type.Literal(true),
      id: Type.Optional(graphId),
      name: Type.Optional(Type.String()),
      category: Type.Optional(oneOf(templateCategories)),
    }),
  },
  async run({ templates, uploads, flows }, { node, caller, parameters }) {
    if (isEdit(parameters)) {
      const { components } = parseEdit(parameters, node.template);
      if (parameters.has('components')) {
        await checkHeaderHandles(components, { uploads, caller });
        await checkDeclaredFlows(components, { flows, wabaId: node.wabaId });
      }
      const edited = await templates.edit(node, (template) => parseEdit(parameters, template));
      if (!edited) throw unknownObjectError('POST', node.id);
      return { ...success, id: edited.id, name: edited.name, category: edited.category };
    }
    const isOptedOut = parameters.findFlag('cta_url_link_tracking_opted_out');
    if (isOptedOut === null) throw parameterError('The parameter components is required.');
    await templates.setLinkTracking(node, isOptedOut);
    return success;
  },
};

/** `POST /{template}/unpause` */
export const unpauseTemplate: TemplateOperation = {
  name: 'unpause message template',
  method: 'POST',
  edge: 'unpause',
  permission,
  schema: {
    summary: 'Ends the pause of a message template',
    takes: nothing,
    answers: Type.Union([succeeded, Type.Object({ success: Type.Literal(false), reason: Type.String() })]),
  },
  async run({ templateLifeCycle }, { node }) {
    const outcome = await templateLifeCycle.decide(node, { kind: 'unpause' });
    if (outcome === null) throw unknownObjectError('POST', node.id);
    return outcome ? success : { success: false, reason: 'The template is not paused.' };
  },
};
