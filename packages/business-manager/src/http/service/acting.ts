import { Type } from 'typebox';
import { findActingUser } from '../../access/acting-user.ts';
import type { BusinessManager } from '../../business-manager.ts';
import { updateWhatsappBusinessAccount } from '../../directory/whatsapp-business-accounts.ts';
import { idParams, nameField, timezoneField } from '../fields.ts';
import { orRefuse } from '../refusals.ts';
import type { TypedHttp } from '@postern/service';

const scope = 'whatsapp_business_management';

const accountChanges = Type.Object(
  {
    name: Type.Optional(nameField),
    timezoneId: Type.Optional(timezoneField),
    isEnabledForInsights: Type.Optional(Type.Boolean()),
    disablesMarketingOnCloudApi: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false, minProperties: 1 },
);

const changesBody = Type.Object({ token: Type.String(), changes: accountChanges }, { additionalProperties: false });

/**
 * Adds what a business changes itself by way of the Cloud API, which passes its token on: who may do what is decided here,
 * and the log names the user.
 */
export function addActingRoutes(routes: TypedHttp, manager: BusinessManager): void {
  const path = '/v1/acting/whatsapp-business-accounts/:id';

  routes.post(path, { schema: { params: idParams, body: changesBody } }, async ({ params: { id }, body }) => {
    const { token, changes } = body;
    const { actor, node } = orRefuse(await findActingUser(manager, { token, node: id, scope }));
    if (node?.kind !== 'whatsapp_business_account') return orRefuse('no_such_business_account');
    return orRefuse(await updateWhatsappBusinessAccount(manager, { wabaId: id, changes, actor }));
  });
}
