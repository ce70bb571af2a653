import { auditChecks } from './audit.ts';
import { canaryChecks } from './canary-checks.ts';
import type { Check } from './check.ts';
import { columnChecks } from './columns.ts';
import { complianceChecks } from './compliance.ts';
import { databaseAccessChecks } from './database-access.ts';
import { databaseSettingsChecks } from './database-settings.ts';
import { fileChecks } from './files.ts';
import { httpChecks } from './http-access.ts';
import { keyringChecks } from './keyring.ts';
import { numberChecks } from './numbers.ts';
import { retentionChecks } from './retention.ts';
import { statisticsChecks } from './statistics.ts';
import { unseenChecks } from './unseen.ts';

/** Everything that is looked at. The canary travels first, so that what it leaves is there for the others. */
export const checks: readonly Check[] = [
  ...canaryChecks,
  ...numberChecks,
  ...columnChecks,
  ...databaseAccessChecks,
  ...databaseSettingsChecks,
  ...fileChecks,
  ...keyringChecks,
  ...retentionChecks,
  ...auditChecks,
  ...httpChecks,
  ...statisticsChecks,
  ...complianceChecks,
  ...unseenChecks,
];
