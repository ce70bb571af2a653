import type { TypedHttp } from '@postern/service';
import { Type } from 'typebox';
import type { BusinessManager } from '../../business-manager.ts';
import { createPhoneNumber, listPhoneNumbers, setPhoneNumberStatus } from '../../directory/phone-numbers.ts';
import { idParams, pageQuery, pageRequest } from '../fields.ts';
import { parseNewNumber, phoneNumberFields } from '../new-number.ts';
import { orRefuse } from '../refusals.ts';

const phoneNumberBody = Type.Object(phoneNumberFields, { additionalProperties: false });

const statusBody = Type.Object(
  { status: Type.Union([Type.Literal('active'), Type.Literal('suspended')]) },
  { additionalProperties: false },
);

export function addPhoneNumberRoutes(routes: TypedHttp, manager: BusinessManager): void {
  const path = '/v1/whatsapp-business-accounts/:id/phone-numbers';

  routes.post(path, { schema: { params: idParams, body: phoneNumberBody } }, async ({ params, body }, reply) => {
    const fields = { wabaId: params.id, ...parseNewNumber(body) };
    const phone = orRefuse(await createPhoneNumber(manager, fields));
    return reply.code(201).send(phone);
  });

  routes.get(path, { schema: { params: idParams, querystring: pageQuery } }, async ({ params, query }) =>
    orRefuse(await listPhoneNumbers(manager.database, params.id, pageRequest(query))),
  );

  const set = { schema: { params: idParams, body: statusBody } };
  routes.put('/v1/phone-numbers/:id/status', set, async ({ params, body }) =>
    orRefuse(await setPhoneNumberStatus(manager, { id: params.id, status: body.status })),
  );
}
