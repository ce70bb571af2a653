import type { BusinessAccountOperation } from '../../operation.ts';
import { acceptTerms, listAcceptedTerms } from './accepted-terms.ts';
import { addPhoneNumber } from './add-phone-number.ts';
import { assignUser, listAssignedUsers, removeUser } from './assigned-users.ts';
import { archiveTemplates, unarchiveTemplates } from './archive-templates.ts';
import { listAuditLog } from './audit-log.ts';
import { getBusinessAccount } from './business-account.ts';
import { createFlow, listFlows } from './flows.ts';
import { listPhoneNumbers } from './list-phone-numbers.ts';
import { migrateTemplates } from './migrate-message-templates.ts';
import { createTemplate, deleteTemplates, listTemplates } from './message-templates.ts';
import { migrateFlows } from './migrate-flows.ts';
import { erasePerson, exportPerson, listErasures } from './person-data.ts';
import { listRecordsOfProcessing } from './records-of-processing.ts';
import { getRetention } from './retention.ts';
import { listSubProcessors } from './sub-processors.ts';
import { listSubscribedApps, subscribeApp, unsubscribeApp } from './subscribed-apps.ts';
import { getTemplateAnalytics } from './template-analytics.ts';
import { listTemplatePreviews } from './template-previews.ts';
import { listTransfers } from './transfers.ts';
import { updateBusinessAccount } from './update-business-account.ts';
import { upsertTemplates } from './upsert-message-templates.ts';

/** What can be done with a WhatsApp Business Account. */
export const businessAccountOperations: readonly BusinessAccountOperation[] = [
  getBusinessAccount,
  updateBusinessAccount,
  listPhoneNumbers,
  addPhoneNumber,
  listAssignedUsers,
  assignUser,
  removeUser,
  subscribeApp,
  unsubscribeApp,
  listSubscribedApps,
  listRecordsOfProcessing,
  getRetention,
  listAuditLog,
  listTransfers,
  listSubProcessors,
  listAcceptedTerms,
  acceptTerms,
  exportPerson,
  erasePerson,
  listErasures,
  listTemplates,
  createTemplate,
  deleteTemplates,
  upsertTemplates,
  getTemplateAnalytics,
  listTemplatePreviews,
  migrateTemplates,
  archiveTemplates,
  unarchiveTemplates,
  listFlows,
  createFlow,
  migrateFlows,
];
