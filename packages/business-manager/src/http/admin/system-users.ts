import type { BusinessManager } from '../../business-manager.ts';
import { createSystemUser, listSystemUsers } from '../../directory/system-users.ts';
import { idParams, nameBody, pageQuery, pageRequest } from '../fields.ts';
import { orRefuse } from '../refusals.ts';
import type { TypedHttp } from '@postern/service';

export function addSystemUserRoutes(routes: TypedHttp, manager: BusinessManager): void {
  const path = '/v1/businesses/:id/system-users';

  routes.post(path, { schema: { params: idParams, body: nameBody } }, async ({ params, body }, reply) => {
    const user = orRefuse(await createSystemUser(manager, { businessId: params.id, name: body.name }));
    return reply.code(201).send(user);
  });

  routes.get(path, { schema: { params: idParams, querystring: pageQuery } }, async ({ params, query }) =>
    orRefuse(await listSystemUsers(manager.database, params.id, pageRequest(query))),
  );
}
