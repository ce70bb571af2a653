import { Type } from 'typebox';
import type { KnownToken, TokenDescription } from '../../../access/described-token.ts';
import { authenticate } from '../../authentication.ts';
import { GraphError } from '../../graph-errors.ts';
import type { RootOperation } from '../../operation.ts';
import { graphId, oneOf } from '../../shapes.ts';

const described = Type.Object({
  app_id: Type.Optional(graphId),
  type: Type.Optional(oneOf(['SYSTEM_USER', 'APP'])),
  application: Type.Optional(Type.String()),
  data_access_expires_at: Type.Optional(Type.Integer()),
  expires_at: Type.Optional(Type.Integer()),
  is_valid: Type.Boolean(),
  issued_at: Type.Optional(Type.Integer()),
  scopes: Type.Array(Type.String()),
  granular_scopes: Type.Optional(
    Type.Array(Type.Object({ scope: Type.String(), target_ids: Type.Optional(Type.Array(graphId)) })),
  ),
  user_id: Type.Optional(graphId),
  error: Type.Optional(
    Type.Object({ code: Type.Integer(), message: Type.String(), subcode: Type.Optional(Type.Integer()) }),
  ),
});

/**
 * `GET /debug_token` (contract section 1.3): what a token is, to whoever has another one of the same app. One of another app
 * looks like one that nobody issued.
 */
export const debugToken: RootOperation = {
  name: 'debug token',
  method: 'GET',
  path: 'debug_token',
  schema: {
    summary: 'Shows what a token is, and whether it is live',
    takes: Type.Object({ input_token: Type.String() }),
    answers: Type.Object({ data: described }),
  },
  async run({ access, management }, { token, parameters }) {
    if (token === null) throw new GraphError(104, { message: 'An access token is required to request this resource.' });
    await authenticate(access, token, null);
    return { data: describe(await management.describeToken(token, parameters.getText('input_token'))) };
  },
};

function describe(found: TokenDescription): object {
  if (!found.known) return { error: errors.unknown, is_valid: false, scopes: [] };
  const { state, scopes } = found;
  if (state !== 'live') return { ...describeIssue(found), error: errors[state], is_valid: false, scopes };
  return {
    ...describeIssue(found),
    data_access_expires_at: 0,
    is_valid: true,
    scopes,
    granular_scopes: scopes.map((scope) => ({ scope, target_ids: targetsOf(scope, found) })),
  };
}

/** Whose it is, since when and until when; 0 is never. */
function describeIssue({ appId, appName, kind, userId, issuedAtMs, expiresAtMs }: KnownToken): object {
  return {
    app_id: appId,
    type: kind === 'app' ? 'APP' : 'SYSTEM_USER',
    application: appName,
    expires_at: expiresAtMs === null ? 0 : Math.floor(expiresAtMs / 1000),
    issued_at: Math.floor(issuedAtMs / 1000),
    ...(userId !== null && { user_id: userId }),
  };
}

/** The objects that a permission is for. */
function targetsOf(scope: string, { businessId, wabaIds }: KnownToken): readonly string[] {
  return scope === 'business_management' ? [businessId] : wabaIds;
}

const errors = {
  unknown: { code: 190, message: 'Invalid OAuth access token - Cannot parse access token' },
  expired: { code: 190, message: 'Error validating access token: Session has expired', subcode: 463 },
  revoked: { code: 190, message: 'Error validating access token: The session has been invalidated', subcode: 467 },
} as const;
