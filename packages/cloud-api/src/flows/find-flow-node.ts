import { isGraphId } from '../local-nodes/graph-id.ts';
import type { FindLocalNode } from '../local-nodes/local-nodes.ts';
import type { Flows } from './flows.ts';

/** Finds flows for those who may act on their business account. */
export function findFlowNode(flows: Pick<Flows, 'find'>): FindLocalNode {
  return async (id, { wabaIds }) => {
    const flow = isGraphId(id) && wabaIds.length > 0 ? await flows.find(wabaIds, id) : null;
    return flow && { kind: 'flow', id, wabaId: flow.wabaId, flow };
  };
}
