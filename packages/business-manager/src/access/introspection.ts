import { limits } from '@postern/protocol';
import type { BusinessManager } from '../business-manager.ts';
import { graphIdPattern } from '../directory/graph-ids.ts';
import { introspectAppToken } from './app-token.ts';
import type { Introspection } from './introspection-answer.ts';
import { introspectSystemUserToken } from './system-user-token.ts';

const nodePattern = new RegExp(graphIdPattern);
const systemUserTokenPattern = /^EAA[A-Za-z0-9_-]{43,}$/;
const appTokenPattern = /^([1-9][0-9]{14,16})\|([0-9a-f]{32})$/;

/** What the text of a token says: the app and its secret, that it may be a system user's, or nothing. */
export function parseToken(token: string): { appId: string; secret: string } | 'system_user' | null {
  const [, appId, secret] = appTokenPattern.exec(token) ?? [];
  if (appId !== undefined && secret !== undefined) return { appId, secret };
  return token.length <= limits.maxTokenCharacters && systemUserTokenPattern.test(token) ? 'system_user' : null;
}

/** Says whose token this is, whether it is live, and whether it may act on the node. */
export async function introspect(
  manager: BusinessManager,
  asked: { token: string; node: string | null },
): Promise<Introspection> {
  const { token } = asked;
  const node = asked.node !== null && nodePattern.test(asked.node) ? asked.node : null;
  const parsed = parseToken(token);
  if (parsed === null) return { active: false, reason: 'malformed' };
  if (parsed === 'system_user') return introspectSystemUserToken(manager, { token, node });
  return introspectAppToken(manager, { ...parsed, node });
}
