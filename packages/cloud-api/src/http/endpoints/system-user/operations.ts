import type { SystemUserOperation } from '../../operation.ts';
import { getSystemUser } from './system-user.ts';

/** What can be done with a system user of a business. */
export const systemUserOperations: readonly SystemUserOperation[] = [getSystemUser];
