import { listAccounts, listedAccounts } from '../../accounts/list-accounts.ts';
import type { BusinessOperation } from '../../operation.ts';

const permission = 'whatsapp_business_management';

/** `GET /{business}/owned_whatsapp_business_accounts` (contract section 5.1): the business's own, as far as the token reaches. */
export const listOwnedAccounts: BusinessOperation = {
  name: 'owned accounts',
  method: 'GET',
  edge: 'owned_whatsapp_business_accounts',
  permission,
  schema: { summary: 'Lists the accounts that the business owns', ...listedAccounts },
  run: (services, call) => listAccounts(services, call, ({ businessId }) => businessId === call.node.id),
};

/** `GET /{business}/client_whatsapp_business_accounts` (contract section 5.1): those that others share with it. */
export const listClientAccounts: BusinessOperation = {
  name: 'client accounts',
  method: 'GET',
  edge: 'client_whatsapp_business_accounts',
  permission,
  schema: { summary: 'Lists the accounts of other businesses that are shared with this one', ...listedAccounts },
  run: (services, call) => listAccounts(services, call, ({ businessId }) => businessId !== call.node.id),
};
