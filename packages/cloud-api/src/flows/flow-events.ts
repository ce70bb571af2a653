import type { Transaction } from '@postern/postgres';
import { queueAccountEvent } from '../webhooks/events.ts';
import type { Flow, FlowStatus } from './flow.ts';

/** Says in webhooks that a flow's status is another, inside the caller's transaction (contract section 4.6). */
export async function announceFlowStatus(
  tx: Transaction,
  flow: Flow,
  { previous, nowMs }: { previous: FlowStatus; nowMs: number },
): Promise<void> {
  const value = {
    event: 'FLOW_STATUS_CHANGE',
    message: `Flow ${flow.name} has been updated from ${previous} to ${flow.status}.`,
    flow_id: flow.id,
    old_status: previous,
    new_status: flow.status,
  };
  await queueAccountEvent(tx, flow.wabaId, { field: 'flows', value, happenedAtMs: nowMs });
}
