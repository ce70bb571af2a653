import { parameterError, unknownObjectError } from '../../graph-errors.ts';
import { success, type TemplateOperation } from '../../operation.ts';
import { checkHeaderHandles } from '../../templates/header-handles.ts';
import { isEdit, parseEdit } from '../../templates/template-edit.ts';
import { describeTemplate, parseTemplateFields } from '../../templates/template-fields.ts';

const permission = 'whatsapp_business_management';

/** `GET /{template}` (contract section 5.5). */
export const getTemplate: TemplateOperation = {
  name: 'message template',
  method: 'GET',
  edge: null,
  permission,
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
  async run({ templates, uploads }, { node, caller, parameters }) {
    if (isEdit(parameters)) {
      const { components } = parseEdit(parameters, node.template);
      if (parameters.has('components')) await checkHeaderHandles(components, { uploads, caller });
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
  async run({ templateLifeCycle }, { node }) {
    const outcome = await templateLifeCycle.decide(node, { kind: 'unpause' });
    if (outcome === null) throw unknownObjectError('POST', node.id);
    return outcome ? success : { success: false, reason: 'The template is not paused.' };
  },
};
