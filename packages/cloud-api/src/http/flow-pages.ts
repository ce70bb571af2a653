import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { FlowLinkPurpose } from '../flows/flow-links.ts';
import type { Flow } from '../flows/flow.ts';
import { drawPreview } from '../flows/preview/preview-page.ts';
import { findFlowClaims, flowPaths } from './flows/flow-url.ts';
import { GraphError } from './graph-errors.ts';
import type { Services } from './operation.ts';
import { Parameters } from './parameters.ts';

// What a business has put into a flow cannot load or run anything, nor send a form.
const pagePolicy =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; frame-ancestors *; base-uri 'none'";

/** Gives the file of a flow, or shows its screens, to who has their URL: 404, whatever is wrong with that. */
export function addFlowPages(app: FastifyInstance, services: Pick<Services, 'flowLinks'>): void {
  app.get(flowPaths.file, async (request, reply) => {
    request.operationName = 'flow file';
    const { document } = await openLink(services, 'file', request);
    return send(reply, { type: 'application/json; charset=utf-8', text: document.text });
  });
  app.get(flowPaths.preview, async (request, reply) => {
    request.operationName = 'flow preview';
    const flow = await openLink(services, 'preview', request);
    reply.header('content-security-policy', pagePolicy);
    return send(reply, { type: 'text/html; charset=utf-8', text: drawPreview(flow) });
  });
}

async function openLink(
  { flowLinks }: Pick<Services, 'flowLinks'>,
  purpose: FlowLinkPurpose,
  request: FastifyRequest,
): Promise<Flow> {
  const claims = findFlowClaims(new Parameters(request.query as Record<string, unknown>));
  const flow = claims && (await flowLinks.open(purpose, claims));
  if (flow) return flow;
  const message = 'Unsupported get request. There is no such flow, or its URL has expired';
  throw new GraphError(100, { http: 404, message, subcode: 33, type: 'GraphMethodException' });
}

function send(reply: FastifyReply, { type, text }: { type: string; text: string }): FastifyReply {
  reply.headers({
    'content-type': type,
    'cache-control': 'private, no-store',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
  });
  return reply.send(text);
}
