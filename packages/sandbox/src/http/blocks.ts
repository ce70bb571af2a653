import type { Phone } from '@postern/client';
import type { TypedHttp } from '@postern/service';
import { Type } from 'typebox';
import { findPerson, numberIn, personParams } from './person.ts';
import type { GetSandbox } from './sandbox-access.ts';

const blockParams = Type.Object({ ...personParams.properties, phoneNumber: Type.String({ maxLength: 32 }) });
const blockBody = Type.Object(
  // The business's number when it is left out.
  { phoneNumber: Type.Optional(Type.String({ maxLength: 32 })) },
  { additionalProperties: false },
);

/** Adds whom a person does not want to hear. */
export function addBlockRoutes(routes: TypedHttp, getSandbox: GetSandbox): void {
  routes.get('/people/:waId/blocks', { schema: { params: personParams } }, async ({ params }) =>
    describeBlocks(findPerson(getSandbox(), params.waId)),
  );

  const block = { schema: { params: personParams, body: blockBody } };
  routes.post('/people/:waId/blocks', block, async ({ params, body }) => {
    const sandbox = getSandbox();
    const phone = findPerson(sandbox, params.waId);
    phone.block(numberIn('phoneNumber', body.phoneNumber ?? sandbox.business.phoneNumber));
    return describeBlocks(phone);
  });

  const unblock = { schema: { params: blockParams } };
  routes.delete('/people/:waId/blocks/:phoneNumber', unblock, async ({ params }) => {
    const phone = findPerson(getSandbox(), params.waId);
    phone.unblock(numberIn('phoneNumber', params.phoneNumber));
    return describeBlocks(phone);
  });
}

function describeBlocks(phone: Phone): object {
  return { blocked: phone.blocked() };
}
