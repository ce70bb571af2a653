import { acceptTerms, listAcceptedTerms } from './endpoints/accepted-terms.ts';
import { listSubscriptions, removeSubscription, setSubscription } from './endpoints/app-subscriptions.ts';
import { listAuditLog } from './endpoints/audit-log.ts';
import { blockUsers, listBlockedUsers, unblockUsers } from './endpoints/block-users.ts';
import { getBusinessAccount } from './endpoints/business-account.ts';
import { deregister } from './endpoints/deregister.ts';
import { getMedia, removeMedia } from './endpoints/media.ts';
import { appendToUpload, getUpload } from './endpoints/upload-session.ts';
import { beginUpload } from './endpoints/uploads.ts';
import { uploadMedia } from './endpoints/upload-media.ts';
import { encryptedMessages } from './endpoints/encrypted-messages.ts';
import { listPhoneNumbers } from './endpoints/list-phone-numbers.ts';
import { archiveTemplates, unarchiveTemplates } from './endpoints/archive-templates.ts';
import { editTemplate, getTemplate, unpauseTemplate } from './endpoints/message-template.ts';
import { createTemplate, deleteTemplates, listTemplates } from './endpoints/message-templates.ts';
import { marketingMessages } from './endpoints/marketing-messages.ts';
import { messages } from './endpoints/messages.ts';
import { getPhoneNumber } from './endpoints/phone-number.ts';
import { listRecordsOfProcessing } from './endpoints/records-of-processing.ts';
import { erasePerson, exportPerson, listErasures } from './endpoints/person-data.ts';
import { register } from './endpoints/register.ts';
import { requestCode } from './endpoints/request-code.ts';
import { getSettings, setSettings } from './endpoints/settings.ts';
import { getRetention } from './endpoints/retention.ts';
import { listSubProcessors } from './endpoints/sub-processors.ts';
import { listSubscribedApps, subscribeApp, unsubscribeApp } from './endpoints/subscribed-apps.ts';
import { listTransfers } from './endpoints/transfers.ts';
import { upsertTemplates } from './endpoints/upsert-message-templates.ts';
import { updatePhoneNumber } from './endpoints/update-phone-number.ts';
import { verifyCode } from './endpoints/verify-code.ts';
import { listWebhookDeliveries, redeliverWebhooks } from './endpoints/webhook-deliveries.ts';
import { unknownEdgeError, unknownObjectError } from './graph-errors.ts';
import type {
  AppOperation,
  BusinessAccountOperation,
  GraphNode,
  MediaOperation,
  Operation,
  PhoneNumberOperation,
  UploadOperation,
  TemplateOperation,
} from './operation.ts';

const phoneNumberOperations: readonly PhoneNumberOperation[] = [
  messages,
  encryptedMessages,
  marketingMessages,
  getPhoneNumber,
  updatePhoneNumber,
  requestCode,
  verifyCode,
  register,
  deregister,
  getSettings,
  setSettings,
  blockUsers,
  unblockUsers,
  listBlockedUsers,
  uploadMedia,
];
const businessAccountOperations: readonly BusinessAccountOperation[] = [
  getBusinessAccount,
  listPhoneNumbers,
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
  archiveTemplates,
  unarchiveTemplates,
];
const appOperations: readonly AppOperation[] = [
  setSubscription,
  listSubscriptions,
  removeSubscription,
  listWebhookDeliveries,
  redeliverWebhooks,
  beginUpload,
];
const uploadOperations: readonly UploadOperation[] = [appendToUpload, getUpload];
const mediaOperations: readonly MediaOperation[] = [getMedia, removeMedia];
const templateOperations: readonly TemplateOperation[] = [getTemplate, editTemplate, unpauseTemplate];

// An operation is only ever run with a node of the kind that it is listed under.
const operations = {
  phone_number: phoneNumberOperations,
  whatsapp_business_account: businessAccountOperations,
  app: appOperations,
  media: mediaOperations,
  upload: uploadOperations,
  message_template: templateOperations,
} as unknown as Readonly<Record<GraphNode['kind'], readonly Operation<GraphNode>[]>>;

/**
 * What this request wants done with the object.
 * @throws GraphError when the object has no such edge (2500), or does not do this with it (100/33)
 */
export function getOperation(
  node: GraphNode,
  { method, edge }: { method: string; edge: string | null },
): Operation<GraphNode> {
  const onEdge = operations[node.kind].filter((operation) => operation.edge === edge);
  const operation = onEdge.find((each) => each.method === method);
  if (operation) return operation;
  if (edge !== null && onEdge.length === 0) throw unknownEdgeError(edge);
  throw unknownObjectError(method, node.id);
}
