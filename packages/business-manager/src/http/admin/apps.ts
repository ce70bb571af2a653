import { Type } from 'typebox';
import { deriveAppSecret } from '../../access/app-secret.ts';
import type { BusinessManager } from '../../business-manager.ts';
import { createApp, listApps, requireSecretProof, rotateAppSecret, type App } from '../../directory/apps.ts';
import { idParams, nameBody, pageQuery, pageRequest } from '../fields.ts';
import { orRefuse } from '../refusals.ts';
import type { TypedHttp } from '@postern/service';

const proofBody = Type.Object({ isRequired: Type.Boolean() }, { additionalProperties: false });

export function addAppRoutes(routes: TypedHttp, manager: BusinessManager): void {
  const withSecret = (app: App) => ({ ...app, secret: deriveAppSecret(manager.masterKey, app) });

  const create = { schema: { params: idParams, body: nameBody } };
  routes.post('/v1/businesses/:id/apps', create, async ({ params, body }, reply) => {
    const app = orRefuse(await createApp(manager, { businessId: params.id, name: body.name }));
    return reply.code(201).send(withSecret(app));
  });

  const list = { schema: { params: idParams, querystring: pageQuery } };
  routes.get('/v1/businesses/:id/apps', list, async ({ params, query }) =>
    orRefuse(await listApps(manager.database, params.id, pageRequest(query))),
  );

  routes.post('/v1/apps/:id/secret', { schema: { params: idParams } }, async ({ params }) =>
    withSecret(orRefuse(await rotateAppSecret(manager, params.id))),
  );

  const proof = { schema: { params: idParams, body: proofBody } };
  routes.put('/v1/apps/:id/secret-proof', proof, async ({ params, body }) =>
    orRefuse(await requireSecretProof(manager, { appId: params.id, isRequired: body.isRequired })),
  );
}
