import { findSendableFlow } from '../../flows/sendable-flow.ts';
import { findComponent, type DeclaredComponent, type FlowButton } from '../../templates/component.ts';
import { parameterError, valueError } from '../graph-errors.ts';
import type { Services } from '../operation.ts';

interface FlowOwner {
  readonly flows: Services['flows'];
  readonly wabaId: string;
}

/** Sees that each button of a template that is made names a flow of the account that is not over. @throws GraphError */
export async function checkDeclaredFlows(
  components: readonly DeclaredComponent[],
  { flows, wabaId }: FlowOwner,
): Promise<void> {
  for (const { flow_id: id = null, flow_name: name = null } of flowButtonsOf(components)) {
    const flow = id === null ? await flows.findNamed(wabaId, name ?? '') : await flows.find([wabaId], id);
    if (!flow || flow.status === 'DEPRECATED')
      throw parameterError(
        `Param ${id === null ? 'flow_name' : 'flow_id'} of a button must name a flow of this account that is not deprecated.`,
      );
  }
}

/** Sees that each flow that a template leads to is published when it is sent. @throws GraphError */
export async function checkSentFlows(
  components: readonly DeclaredComponent[],
  { flows, wabaId }: FlowOwner,
): Promise<void> {
  for (const { flow_id: id = null, flow_name: name = null } of flowButtonsOf(components)) {
    const flow = await findSendableFlow(flows, wabaId, { id, name, mode: 'published' });
    if (typeof flow === 'string') throw valueError(`template: the flow of a button cannot be sent: ${flow}`);
  }
}

function flowButtonsOf(components: readonly DeclaredComponent[]): FlowButton[] {
  const cards = findComponent(components, 'CAROUSEL')?.cards ?? [];
  return [components, ...cards.map((card) => card.components)].flatMap((each) =>
    (findComponent(each, 'BUTTONS')?.buttons ?? []).filter((button) => button.type === 'FLOW'),
  );
}
