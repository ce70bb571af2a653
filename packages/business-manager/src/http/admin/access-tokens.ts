import { Type } from 'typebox';
import { createAccessToken, listAccessTokens, revokeAccessToken } from '../../access/access-tokens.ts';
import type { BusinessManager } from '../../business-manager.ts';
import { idField, idParams, nameField, pageQuery, pageRequest, scopesField, wabaIdsField } from '../fields.ts';
import { orRefuse } from '../refusals.ts';
import type { TypedHttp } from '@postern/service';

const tokenBody = Type.Object(
  {
    appId: idField,
    label: nameField,
    scopes: scopesField,
    wabaIds: wabaIdsField,
    /** Absent or null for a token that never expires. */
    expiresAtMs: Type.Optional(
      Type.Union([Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }), Type.Null()]),
    ),
  },
  { additionalProperties: false },
);

export function addAccessTokenRoutes(routes: TypedHttp, manager: BusinessManager): void {
  const path = '/v1/system-users/:id/tokens';

  routes.post(path, { schema: { params: idParams, body: tokenBody } }, async ({ params, body }, reply) => {
    const { appId, label, scopes, wabaIds, expiresAtMs = null } = body;
    const request = { systemUserId: params.id, appId, label, scopes, wabaIds, expiresAtMs };
    const token = orRefuse(await createAccessToken(manager, request));
    return reply.code(201).send(token);
  });

  routes.get(path, { schema: { params: idParams, querystring: pageQuery } }, async ({ params, query }) =>
    orRefuse(await listAccessTokens(manager.database, params.id, pageRequest(query))),
  );

  routes.delete('/v1/tokens/:id', { schema: { params: idParams } }, async ({ params }) =>
    orRefuse(await revokeAccessToken(manager, params.id)),
  );
}
