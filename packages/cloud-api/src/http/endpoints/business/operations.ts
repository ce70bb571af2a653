import type { BusinessOperation } from '../../operation.ts';
import { listClientAccounts, listOwnedAccounts } from './accounts.ts';
import { getBusiness } from './business.ts';

/** What can be done with a business portfolio. */
export const businessOperations: readonly BusinessOperation[] = [getBusiness, listOwnedAccounts, listClientAccounts];
