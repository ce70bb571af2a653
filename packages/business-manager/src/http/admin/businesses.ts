import type { BusinessManager } from '../../business-manager.ts';
import { createBusiness, listBusinesses } from '../../directory/businesses.ts';
import { nameBody, pageQuery, pageRequest } from '../fields.ts';
import { orRefuse } from '../refusals.ts';
import type { TypedHttp } from '@postern/service';

export function addBusinessRoutes(routes: TypedHttp, manager: BusinessManager): void {
  routes.post('/v1/businesses', { schema: { body: nameBody } }, async ({ body }, reply) => {
    const business = orRefuse(await createBusiness(manager, body));
    return reply.code(201).send(business);
  });

  routes.get('/v1/businesses', { schema: { querystring: pageQuery } }, ({ query }) =>
    listBusinesses(manager.database, pageRequest(query)),
  );
}
