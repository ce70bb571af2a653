import { Type } from 'typebox';
import type { BusinessManager } from '../../business-manager.ts';
import { renamePhoneNumber } from '../../directory/phone-numbers.ts';
import { idParams, nameField } from '../fields.ts';
import { orRefuse } from '../refusals.ts';
import type { TypedHttp } from '@postern/service';

const nameBody = Type.Object({ verifiedName: nameField }, { additionalProperties: false });

/** Adds what the Cloud API tells when a review has approved the name that a business wants for its number. Safe to repeat. */
export function addNumberNameRoutes(routes: TypedHttp, manager: BusinessManager): void {
  const rename = { schema: { params: idParams, body: nameBody } };
  routes.post('/v1/phone-numbers/:id/verified-name', rename, async ({ params: { id }, body: { verifiedName } }) =>
    orRefuse(await renamePhoneNumber(manager, { id, verifiedName })),
  );
}
