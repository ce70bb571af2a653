import type { BusinessManager } from '../business-manager.ts';
import type { Refusal } from '../refusal.ts';
import type { Scope } from './access-tokens.ts';
import type { Node } from './introspection-answer.ts';
import { introspect } from './introspection.ts';

/** Somebody who changes something with a token of a business, and the object that they change. */
interface ActingUser {
  /** As the admin log names them. */
  actor: string;
  userId: string;
  appId: string;
  businessId: string;
  node: Node | null;
}

/** Finds who acts with this token on this object; they need the scope. */
export async function findActingUser(
  manager: BusinessManager,
  { token, node, scope }: { token: string; node: string; scope: Scope },
): Promise<ActingUser | Refusal> {
  const found = await introspect(manager, { token, node });
  if (!found.active || found.userId === null || !found.scopes.includes(scope)) return 'not_allowed';
  const { userId, appId, businessId } = found;
  return { actor: `system user ${userId}`, userId, appId, businessId, node: found.node };
}
