import { findGrantedApp, listAppsOfAccount } from '../../access/app-grants.ts';
import { deriveAppSecret } from '../../access/app-secret.ts';
import { findOwnedPhoneNumber } from '../../access/owned-phone-numbers.ts';
import type { BusinessManager } from '../../business-manager.ts';
import { findApp } from '../../directory/apps.ts';
import { findWhatsappBusinessAccount } from '../../directory/whatsapp-business-accounts.ts';
import { idField, idParams } from '../fields.ts';
import { orRefuse } from '../refusals.ts';
import type { TypedHttp } from '@postern/service';
import { Type } from 'typebox';

/** Adds what other systems ask without a token of the business: secrets to sign with, and who owns what. */
export function addDirectoryRoutes(routes: TypedHttp, { database, masterKey }: BusinessManager): void {
  const byId = { schema: { params: idParams } };

  routes.get('/v1/apps/:id/secret', byId, async ({ params }) => {
    const app = orRefuse((await findApp(database, params.id)) ?? 'no_such_app');
    return { appId: app.id, secret: deriveAppSecret(masterKey, app) };
  });

  routes.get('/v1/phone-numbers/:id', byId, async ({ params }) =>
    orRefuse((await findOwnedPhoneNumber(database, params.id)) ?? 'no_such_phone_number'),
  );

  routes.get('/v1/whatsapp-business-accounts/:id/apps', byId, async ({ params }) => {
    orRefuse((await findWhatsappBusinessAccount(database, params.id)) ?? 'no_such_business_account');
    return { data: await listAppsOfAccount(database, params.id) };
  });

  const byGrant = { schema: { params: Type.Object({ id: idField, appId: idField }) } };
  routes.get('/v1/whatsapp-business-accounts/:id/apps/:appId/secret', byGrant, async ({ params }) => {
    const app = await findGrantedApp(database, { wabaId: params.id, appId: params.appId });
    return { secret: app && deriveAppSecret(masterKey, app) };
  });
}
