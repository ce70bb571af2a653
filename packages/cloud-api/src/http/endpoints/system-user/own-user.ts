import type { SystemUserNode } from '../../../access/introspection.ts';
import { unknownObjectError } from '../../graph-errors.ts';
import type { GraphCall } from '../../operation.ts';

/** Insists that a user asks about themselves: what others may do is not theirs to see. @throws GraphError 100/33 */
export function requireOwnUser({ node, caller }: GraphCall<SystemUserNode>): void {
  if (node.id !== caller.userId) throw unknownObjectError('GET', node.id);
}
