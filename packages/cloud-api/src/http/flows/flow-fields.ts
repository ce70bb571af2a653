import type { FlowLinks } from '../../flows/flow-links.ts';
import type { Flow } from '../../flows/flow.ts';
import { parseFields, pickFields, type FieldList, type RequestedFields } from '../fields.ts';
import { graphTime } from '../graph-time.ts';
import type { Parameters } from '../parameters.ts';
import { flowUrl } from './flow-url.ts';

/** What can be asked of a flow. */
export const flowFields = {
  nodeType: 'WhatsAppBusinessFlow',
  all: [
    'id',
    'name',
    'status',
    'categories',
    'validation_errors',
    'json_version',
    'data_api_version',
    'endpoint_uri',
    'data_channel_uri',
    'whatsapp_business_account',
    'application',
    'updated_at',
    'preview',
  ],
  unasked: ['id', 'name', 'status', 'categories', 'validation_errors'],
} as const satisfies FieldList<string>;

type FlowField = (typeof flowFields.all)[number];

/** The fields of flows that a request asks for. @throws GraphError */
export function parseFlowFields(parameters: Parameters): RequestedFields<FlowField> {
  return parseFields<FlowField>(parameters, flowFields);
}

interface DescribedBy {
  readonly fields: RequestedFields<FlowField>;
  readonly flowLinks: Pick<FlowLinks, 'linkPreview'>;
  /** Of the request, whose host the preview's URL names. */
  readonly url: string;
}

/** A flow as the Graph shows it (contract section 5.6). @throws GraphError */
export async function describeFlow(flow: Flow, by: DescribedBy): Promise<Record<string, unknown>> {
  const { document } = flow;
  const values: Record<FlowField, unknown> = {
    id: flow.id,
    name: flow.name,
    status: flow.status,
    categories: flow.categories,
    validation_errors: document.mistakes,
    json_version: document.jsonVersion ?? undefined,
    data_api_version: document.dataApiVersion ?? undefined,
    endpoint_uri: flow.endpointUri ?? undefined,
    data_channel_uri: flow.endpointUri ?? undefined,
    whatsapp_business_account: { id: flow.wabaId },
    application: { id: flow.appId },
    updated_at: graphTime(flow.updatedAtMs),
    preview: await describePreview(flow, by),
  };
  return pickFields(values, by.fields, flow.id);
}

async function describePreview(flow: Flow, { fields, flowLinks, url }: DescribedBy): Promise<object | undefined> {
  const asked = fields.get('preview');
  if (!asked) return undefined;
  const link = await flowLinks.linkPreview(flow, asked.parameters.findFlag('invalidate') ?? false);
  return { preview_url: flowUrl('preview', link, url), expires_at: graphTime(link.expiresMs), id: flow.id };
}
