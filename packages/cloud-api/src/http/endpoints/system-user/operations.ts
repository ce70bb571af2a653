import type { SystemUserOperation } from '../../operation.ts';
import { listAssignedAccounts } from './assigned-accounts.ts';
import { listBusinesses } from './businesses.ts';
import { listPermissions } from './permissions.ts';
import { getSystemUser } from './system-user.ts';

/** What can be done with a system user of a business. */
export const systemUserOperations: readonly SystemUserOperation[] = [
  getSystemUser,
  listPermissions,
  listBusinesses,
  listAssignedAccounts,
];
