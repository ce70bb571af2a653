import type { CallUsage } from '../rules/call-rates.ts';
import { GraphError } from './graph-errors.ts';
import type { GraphNode, Operation, Services } from './operation.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** How far the calls of an hour are used up; null where they are not counted. */
    callUsage: CallUsage | null;
  }
}

interface Called {
  readonly appId: string;
  readonly node: GraphNode;
  readonly operation: Pick<Operation<GraphNode>, 'permission'>;
}

/**
 * Counts a call that manages something; what has to do with messages has rates of its own. Null when it is not counted.
 * `tell` hears of it also when the call is refused.
 * @throws GraphError 4 | 80007 when it is one too many
 */
export async function countCall(
  { callRates }: Pick<Services, 'callRates'>,
  { appId, node, operation }: Called,
  tell: (usage: CallUsage) => void,
): Promise<void> {
  if (!callRates || operation.permission === 'whatsapp_business_messaging') return;
  const usage = await callRates.countCall(appId, accountOf(node));
  tell(usage);
  if (usage.calls <= usage.maxCalls) return;
  const details = `At most ${usage.maxCalls} calls are answered in an hour. Try again later.`;
  throw new GraphError(usage.wabaId === null ? 4 : 80007, { details });
}

function accountOf(node: GraphNode): string | null {
  if (node.kind === 'whatsapp_business_account') return node.id;
  return 'wabaId' in node ? node.wabaId : null;
}

/** The header that tells it (contract section 1.5), in percent and minutes. */
export function usageHeader({ wabaId, calls, maxCalls, endsInMs }: CallUsage): [string, string] {
  // Neither time nor processors are counted.
  const used = {
    call_count: Math.min(100, Math.ceil((100 * calls) / maxCalls)),
    total_cputime: 0,
    total_time: 0,
  };
  if (wabaId === null) return ['x-app-usage', JSON.stringify(used)];
  const waits = calls > maxCalls ? Math.ceil(endsInMs / 60_000) : 0;
  const told = { type: 'whatsapp_business_management', ...used, estimated_time_to_regain_access: waits };
  return ['x-business-use-case-usage', JSON.stringify({ [wabaId]: [told] })];
}
