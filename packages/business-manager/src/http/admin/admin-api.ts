import type { BusinessManager } from '../../business-manager.ts';
import type { TypedHttp } from '@postern/service';
import { addAccessTokenRoutes } from './access-tokens.ts';
import { addAccountSharingRoutes } from './account-sharing.ts';
import { addAdminLogRoutes } from './admin-log.ts';
import { addAppGrantRoutes } from './app-grants.ts';
import { addAppRoutes } from './apps.ts';
import { addBusinessRoutes } from './businesses.ts';
import { addOauthCodeRoutes } from './oauth-codes.ts';
import { addPhoneNumberRoutes } from './phone-numbers.ts';
import { addSystemUserRoutes } from './system-users.ts';
import { addWhatsappBusinessAccountRoutes } from './whatsapp-business-accounts.ts';

/** Adds what an administrator does: make businesses and what belongs to them, grant and revoke, read the log. */
export function addAdminApi(routes: TypedHttp, manager: BusinessManager): void {
  addBusinessRoutes(routes, manager);
  addAppRoutes(routes, manager);
  addWhatsappBusinessAccountRoutes(routes, manager);
  addPhoneNumberRoutes(routes, manager);
  addAppGrantRoutes(routes, manager);
  addSystemUserRoutes(routes, manager);
  addAccessTokenRoutes(routes, manager);
  addOauthCodeRoutes(routes, manager);
  addAccountSharingRoutes(routes, manager);
  addAdminLogRoutes(routes, manager);
}
