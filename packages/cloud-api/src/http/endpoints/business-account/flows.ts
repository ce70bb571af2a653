import { Type } from 'typebox';
import { limits } from '@postern/protocol';
import type { Flow } from '../../../flows/flow.ts';
import { firstDocument } from '../../../flows/json/first-document.ts';
import { findCategories, findDocument, findEndpointUri } from '../../flows/flow-definition.ts';
import { describeFlow, flowFields, parseFlowFields } from '../../flows/flow-fields.ts';
import { categoriesSchema, flowSchema, mistakesSchema } from '../../flows/flow-schema.ts';
import { parameterError } from '../../graph-errors.ts';
import type { BusinessAccountOperation, Services } from '../../operation.ts';
import { answerWindow, parseWindow } from '../../paging.ts';
import type { Parameters } from '../../parameters.ts';
import { fieldsOf, graphId, pageOf, paging, text } from '../../shapes.ts';

const edge = 'flows';
const permission = 'whatsapp_business_management';

/** `GET /{waba}/flows` (contract section 5.6). */
export const listFlows: BusinessAccountOperation = {
  name: 'list flows',
  method: 'GET',
  edge,
  permission,
  schema: {
    summary: 'Lists the flows of a business account',
    takes: Type.Object({ ...paging, ...fieldsOf(flowFields) }),
    answers: pageOf(flowSchema),
  },
  async run({ flows, flowLinks }, { node, parameters, url }) {
    const fields = parseFlowFields(parameters);
    const page = await flows.list(node.id, parseWindow(parameters));
    const data = await Promise.all(page.flows.map((flow) => describeFlow(flow, { fields, flowLinks, url })));
    return answerWindow(data, { ...page, places: page.flows.map(({ place }) => place), url });
  },
};

/** `POST /{waba}/flows`: makes a draft, from a file or another flow, and publishes it when it is told to and can be. */
export const createFlow: BusinessAccountOperation = {
  name: 'create flow',
  method: 'POST',
  edge,
  permission,
  schema: {
    summary: 'Makes a flow',
    differs: 'A file has at most 512 KiB, not 10 MB.',
    takes: Type.Object({
      name: text(limits.maxFlowNameCharacters),
      categories: Type.Optional(categoriesSchema),
      flow_json: Type.Optional(Type.String()),
      publish: Type.Optional(Type.Boolean()),
      clone_flow_id: Type.Optional(Type.String()),
      endpoint_uri: Type.Optional(text(limits.maxLinkCharacters)),
    }),
    answers: Type.Object({ id: graphId, success: Type.Boolean(), validation_errors: mistakesSchema }),
  },
  async run(services, { node, caller, parameters }) {
    const name = parameters.getText('name', limits.maxFlowNameCharacters);
    const isPublished = parameters.findFlag('publish') ?? false;
    const source = await findSource(services, { wabaId: node.id, parameters });
    const categories = findCategories(parameters) ?? source?.categories;
    if (!categories) throw parameterError('The parameter categories is required.');
    const definition = {
      name,
      categories,
      endpointUri: findEndpointUri(parameters) ?? source?.endpointUri ?? null,
      document: findDocument(parameters) ?? source?.document ?? firstDocument,
    };
    const flow = await services.flows.create({ wabaId: node.id, appId: caller.appId, definition });
    const { mistakes } = flow.document;
    const isPublishable = isPublished && mistakes.length === 0;
    if (isPublishable) await services.flows.publish(flow);
    return { id: flow.id, success: isPublishable || !isPublished, validation_errors: mistakes };
  },
};

/** The flow that a new one is a copy of; null when it is none. @throws GraphError when there is no such flow */
async function findSource(
  { flows }: Pick<Services, 'flows'>,
  { wabaId, parameters }: { wabaId: string; parameters: Parameters },
): Promise<Flow | null> {
  const id = parameters.findText('clone_flow_id');
  if (id === null) return null;
  const flow = await flows.find([wabaId], id);
  if (!flow) throw parameterError('Param clone_flow_id must be the id of a flow of this account.');
  return flow;
}
