import { Type } from 'typebox';
import { grantApp, listAccountsOfApp, removeAppGrant } from '../../access/app-grants.ts';
import type { BusinessManager } from '../../business-manager.ts';
import { idField, idParams, pageQuery, pageRequest } from '../fields.ts';
import { orRefuse } from '../refusals.ts';
import type { TypedHttp } from '@postern/service';

const grantParams = Type.Object({ id: idField, wabaId: idField });

export function addAppGrantRoutes(routes: TypedHttp, manager: BusinessManager): void {
  const path = '/v1/apps/:id/whatsapp-business-accounts';

  routes.put(`${path}/:wabaId`, { schema: { params: grantParams } }, async ({ params: { id, wabaId } }) =>
    orRefuse(await grantApp(manager, { appId: id, wabaId })),
  );

  routes.delete(`${path}/:wabaId`, { schema: { params: grantParams } }, async ({ params: { id, wabaId } }) =>
    orRefuse(await removeAppGrant(manager, { appId: id, wabaId })),
  );

  routes.get(path, { schema: { params: idParams, querystring: pageQuery } }, async ({ params, query }) =>
    orRefuse(await listAccountsOfApp(manager.database, params.id, pageRequest(query))),
  );
}
