import { Type } from 'typebox';
import { shareAccount, unshareAccount } from '../../access/account-sharing.ts';
import type { BusinessManager } from '../../business-manager.ts';
import { idField } from '../fields.ts';
import { orRefuse } from '../refusals.ts';
import type { TypedHttp } from '@postern/service';

const sharingParams = Type.Object({ id: idField, businessId: idField });

/** Adds how an account is shared with a business that works for its owner, and how that ends. */
export function addAccountSharingRoutes(routes: TypedHttp, manager: BusinessManager): void {
  const path = '/v1/whatsapp-business-accounts/:id/businesses/:businessId';
  const schema = { params: sharingParams };

  routes.put(path, { schema }, async ({ params: { id, businessId } }) =>
    orRefuse(await shareAccount(manager, { wabaId: id, businessId })),
  );

  routes.delete(path, { schema }, async ({ params: { id, businessId } }) =>
    orRefuse(await unshareAccount(manager, { wabaId: id, businessId })),
  );
}
