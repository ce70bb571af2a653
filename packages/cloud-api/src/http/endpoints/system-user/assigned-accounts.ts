import { listAccounts, listedAccounts } from '../../accounts/list-accounts.ts';
import type { SystemUserOperation } from '../../operation.ts';
import { requireOwnUser } from './own-user.ts';

/** `GET /{user}/assigned_whatsapp_business_accounts` (contract section 9): all that the token reaches. */
export const listAssignedAccounts: SystemUserOperation = {
  name: 'assigned accounts',
  method: 'GET',
  edge: 'assigned_whatsapp_business_accounts',
  permission: 'whatsapp_business_management',
  schema: { summary: 'Lists the accounts that a system user is assigned to', ...listedAccounts },
  async run(services, call) {
    requireOwnUser(call);
    return listAccounts(services, call, () => true);
  },
};
