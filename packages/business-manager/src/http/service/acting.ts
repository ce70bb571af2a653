import { limits } from '@postern/protocol';
import { Type } from 'typebox';
import { assignAccountUser, listAccountUsers, removeAccountUser } from '../../access/account-users.ts';
import { findActingUser } from '../../access/acting-user.ts';
import type { BusinessManager } from '../../business-manager.ts';
import { createPhoneNumber } from '../../directory/phone-numbers.ts';
import { updateWhatsappBusinessAccount } from '../../directory/whatsapp-business-accounts.ts';
import { idField, idParams, nameField, timezoneField } from '../fields.ts';
import { parseNewNumber, phoneNumberFields } from '../new-number.ts';
import { orRefuse } from '../refusals.ts';
import type { TypedHttp } from '@postern/service';

const scope = 'whatsapp_business_management';
const path = '/v1/acting/whatsapp-business-accounts/:id';
const token = Type.String();
const closed = { additionalProperties: false };

const accountChanges = Type.Object(
  {
    name: Type.Optional(nameField),
    timezoneId: Type.Optional(timezoneField),
    isEnabledForInsights: Type.Optional(Type.Boolean()),
    disablesMarketingOnCloudApi: Type.Optional(Type.Boolean()),
  },
  { ...closed, minProperties: 1 },
);

const changesBody = Type.Object({ token, changes: accountChanges }, closed);
const numberBody = Type.Object({ token, ...phoneNumberFields }, closed);
const tokenBody = Type.Object({ token }, closed);
const userBody = Type.Object({ token, userId: idField }, closed);
const taskField = Type.String({ pattern: '^[A-Z_]{1,64}$' });
const assignmentBody = Type.Object(
  { token, userId: idField, tasks: Type.Array(taskField, { minItems: 1, maxItems: limits.maxTasksPerUser }) },
  closed,
);

/**
 * Adds what a business changes itself by way of the Cloud API, which passes its token on: who may do what is decided here,
 * and the log names the user.
 */
export function addActingRoutes(routes: TypedHttp, manager: BusinessManager): void {
  routes.post(path, { schema: { params: idParams, body: changesBody } }, async ({ params: { id }, body }) => {
    const { actor } = await requireAccount(manager, body.token, id);
    return orRefuse(await updateWhatsappBusinessAccount(manager, { wabaId: id, changes: body.changes, actor }));
  });

  const add = { schema: { params: idParams, body: numberBody } };
  routes.post(`${path}/phone-numbers`, add, async ({ params: { id }, body }) => {
    const { actor } = await requireAccount(manager, body.token, id);
    return orRefuse(await createPhoneNumber(manager, { wabaId: id, ...parseNewNumber(body) }, actor));
  });

  addUserRoutes(routes, manager);
}

function addUserRoutes(routes: TypedHttp, manager: BusinessManager): void {
  const list = { schema: { params: idParams, body: tokenBody } };
  routes.post(`${path}/users`, list, async ({ params: { id }, body }) => {
    const { businessId } = await requireAccount(manager, body.token, id);
    return { data: await listAccountUsers(manager.database, { wabaId: id, businessId }) };
  });

  const assign = { schema: { params: idParams, body: assignmentBody } };
  routes.post(`${path}/assign-user`, assign, async ({ params: { id }, body }) => {
    const { actor, businessId } = await requireAccount(manager, body.token, id);
    const { userId, tasks } = body;
    return orRefuse(await assignAccountUser(manager, { wabaId: id, userId, businessId, actor, tasks }));
  });

  const remove = { schema: { params: idParams, body: userBody } };
  routes.post(`${path}/remove-user`, remove, async ({ params: { id }, body }) => {
    const { actor, businessId } = await requireAccount(manager, body.token, id);
    return orRefuse(await removeAccountUser(manager, { wabaId: id, userId: body.userId, businessId, actor }));
  });
}

/** Who acts, when the token reaches this account. @throws HttpError */
async function requireAccount(manager: BusinessManager, acting: string, wabaId: string) {
  const user = orRefuse(await findActingUser(manager, { token: acting, node: wabaId, scope }));
  if (user.node?.kind === 'whatsapp_business_account') return user;
  return orRefuse<typeof user>('no_such_business_account');
}
