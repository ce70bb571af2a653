import { Type } from 'typebox';
import { limits } from '@postern/protocol';
import { parseChange } from '../../flows/flow-definition.ts';
import { describeFlow, flowFields, parseFlowFields } from '../../flows/flow-fields.ts';
import { categoriesSchema, flowSchema } from '../../flows/flow-schema.ts';
import { unknownObjectError } from '../../graph-errors.ts';
import { success, type FlowOperation } from '../../operation.ts';
import { fieldsOf, nothing, succeeded, text } from '../../shapes.ts';

const permission = 'whatsapp_business_management';

/** `GET /{flow}` (contract section 5.6). */
export const getFlow: FlowOperation = {
  name: 'flow',
  method: 'GET',
  edge: null,
  permission,
  schema: {
    summary: 'Shows a flow',
    takes: Type.Object(fieldsOf(flowFields)),
    answers: flowSchema,
  },
  async run({ flowLinks }, { node, parameters, url }) {
    return describeFlow(node.flow, { fields: parseFlowFields(parameters), flowLinks, url });
  },
};

/** `POST /{flow}`: changes what stands beside the file. */
export const updateFlow: FlowOperation = {
  name: 'update flow',
  method: 'POST',
  edge: null,
  permission,
  schema: {
    summary: 'Changes the name, the categories, the endpoint or the app of a flow',
    takes: Type.Object({
      name: Type.Optional(text(limits.maxFlowNameCharacters)),
      categories: Type.Optional(categoriesSchema),
      endpoint_uri: Type.Optional(text(limits.maxLinkCharacters)),
      application_id: Type.Optional(Type.String()),
    }),
    answers: succeeded,
  },
  async run({ flows }, { node, caller, parameters }) {
    const updated = await flows.update(node, parseChange(parameters, caller));
    if (!updated) throw unknownObjectError('POST', node.id);
    return success;
  },
};

/** `DELETE /{flow}`: of a draft only. */
export const deleteFlow: FlowOperation = {
  name: 'delete flow',
  method: 'DELETE',
  edge: null,
  permission,
  schema: { summary: 'Deletes a flow that was never published', takes: nothing, answers: succeeded },
  async run({ flows }, { node }) {
    if (!(await flows.remove(node))) throw unknownObjectError('DELETE', node.id);
    return success;
  },
};
