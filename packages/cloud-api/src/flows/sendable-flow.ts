import type { Flow } from './flow.ts';
import type { Flows } from './flows.ts';

/** How a message or a button names a flow, and in which state it wants it. */
export interface FlowName {
  readonly id: string | null;
  readonly name: string | null;
  readonly mode: 'published' | 'draft';
}

/** The flow of this account that is named so, if it can be sent; else why it cannot. */
export async function findSendableFlow(
  flows: Pick<Flows, 'find' | 'findNamed'>,
  wabaId: string,
  { id, name, mode }: FlowName,
): Promise<Flow | string> {
  const flow = await (id === null ? flows.findNamed(wabaId, name ?? '') : flows.find([wabaId], id));
  if (!flow) return 'there is no such flow in this business account.';
  if (mode === 'draft') return flow.status === 'DRAFT' ? flow : 'the flow is no draft: mode must be published.';
  if (flow.status === 'PUBLISHED') return flow;
  return flow.status === 'DRAFT' ? 'the flow is not published.' : 'the flow is deprecated.';
}
