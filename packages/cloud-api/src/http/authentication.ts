import type { IncomingHttpHeaders } from 'node:http';
import type { AccessSource } from '../access/business-manager-client.ts';
import type { ActiveToken, InactiveToken } from '../access/introspection.ts';
import { GraphError } from './graph-errors.ts';
import type { Parameters } from './parameters.ts';

/** What a token must allow for an operation. An app token is `{app id}|{app secret}`. */
export type Permission = 'whatsapp_business_messaging' | 'whatsapp_business_management' | 'app token' | 'any';

const schemePattern = /^(?:bearer|oauth)\s+(\S+)\s*$/i;

/** Who calls, and the object that the path names as far as the caller may act on it. @throws GraphError 104 | 190 */
export async function authenticate(
  access: Pick<AccessSource, 'introspect'>,
  token: string,
  node: string | null,
): Promise<ActiveToken> {
  const introspection = await access.introspect(token, node);
  if (introspection.active) return introspection;
  throw tokenErrors[introspection.reason]();
}

/** The token of a request: `Authorization: Bearer …` or `OAuth …`, or the parameter `access_token`; null when there is none. */
export function findToken(headers: IncomingHttpHeaders, parameters: Parameters): string | null {
  const [, bearer] = schemePattern.exec(headers.authorization ?? '') ?? [];
  return bearer ?? parameters.findText('access_token');
}

/** The same. @throws GraphError 104 when there is none */
export function tokenOf(headers: IncomingHttpHeaders, parameters: Parameters): string {
  return requireToken(findToken(headers, parameters));
}

/** @throws GraphError 104 when there is none */
export function requireToken(token: string | null): string {
  if (token !== null) return token;
  throw new GraphError(104, { message: 'An access token is required to request this resource.' });
}

const tokenErrors: Readonly<Record<InactiveToken['reason'], () => GraphError>> = {
  malformed: () => new GraphError(190, { message: 'Invalid OAuth access token - Cannot parse access token' }),
  unknown: () => new GraphError(190, { message: 'Invalid OAuth access token - Cannot parse access token' }),
  expired: () => new GraphError(190, { message: 'Error validating access token: Session has expired', subcode: 463 }),
  revoked: () =>
    new GraphError(190, { message: 'Error validating access token: The session has been invalidated', subcode: 467 }),
};

/** @throws GraphError 10 | 200 unless the token allows this */
export function requirePermission({ kind, scopes }: ActiveToken, permission: Permission): void {
  if (permission === 'app token') {
    if (kind === 'app') return;
    throw new GraphError(200, { message: '(#200) This method must be called with an app access_token.' });
  }
  if (permission === 'any' || scopes.includes(permission)) return;
  if (permission === 'whatsapp_business_messaging')
    throw new GraphError(10, { details: `The access token lacks the permission ${permission}.` });
  throw new GraphError(200, { details: `The access token lacks the permission ${permission}.` });
}
