import { limits } from '@postern/protocol';
import { Type } from 'typebox';
import type { BusinessManager } from '../../business-manager.ts';
import { createOauthCode } from '../../access/oauth-codes.ts';
import { idField, idParams, nameField, redirectUriField, scopesField, wabaIdsField } from '../fields.ts';
import { orRefuse } from '../refusals.ts';
import type { TypedHttp } from '@postern/service';

const codeBody = Type.Object(
  {
    appId: idField,
    label: nameField,
    scopes: scopesField,
    wabaIds: wabaIdsField,
    redirectUri: Type.Optional(redirectUriField),
    /** Absent for a token that never expires. */
    tokenLifeSeconds: Type.Optional(Type.Integer({ minimum: 60, maximum: limits.maxTokenLifeSeconds })),
  },
  { additionalProperties: false },
);

/** Adds what embedded signup does at its end: a code that the app exchanges for a token. */
export function addOauthCodeRoutes(routes: TypedHttp, manager: BusinessManager): void {
  const create = { schema: { params: idParams, body: codeBody } };
  routes.post('/v1/system-users/:id/oauth-codes', create, async ({ params, body }, reply) => {
    const { redirectUri = null, tokenLifeSeconds = null, ...fields } = body;
    const request = { systemUserId: params.id, redirectUri, tokenLifeSeconds, ...fields };
    return reply.code(201).send(orRefuse(await createOauthCode(manager, request)));
  });
}
