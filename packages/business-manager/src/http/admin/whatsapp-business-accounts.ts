import { Type } from 'typebox';
import type { BusinessManager } from '../../business-manager.ts';
import {
  createWhatsappBusinessAccount,
  listWhatsappBusinessAccounts,
} from '../../directory/whatsapp-business-accounts.ts';
import { idParams, nameField, pageQuery, pageRequest, timezoneField } from '../fields.ts';
import { orRefuse } from '../refusals.ts';
import type { TypedHttp } from '@postern/service';

const accountBody = Type.Object(
  {
    name: nameField,
    currency: Type.Optional(Type.String({ pattern: '^[A-Z]{3}$' })),
    timezoneId: Type.Optional(timezoneField),
  },
  { additionalProperties: false },
);

export function addWhatsappBusinessAccountRoutes(routes: TypedHttp, manager: BusinessManager): void {
  const path = '/v1/businesses/:id/whatsapp-business-accounts';

  routes.post(path, { schema: { params: idParams, body: accountBody } }, async ({ params, body }, reply) => {
    const { name, currency = 'USD', timezoneId = '1' } = body;
    const fields = { businessId: params.id, name, currency, timezoneId };
    const account = orRefuse(await createWhatsappBusinessAccount(manager, fields));
    return reply.code(201).send(account);
  });

  routes.get(path, { schema: { params: idParams, querystring: pageQuery } }, async ({ params, query }) =>
    orRefuse(await listWhatsappBusinessAccounts(manager.database, params.id, pageRequest(query))),
  );
}
