import type { EndpointSuite } from './endpoint-suite.ts';
import * as accountAnalytics from './endpoints/account-analytics.ts';
import * as appSubscriptions from './endpoints/app-subscriptions.ts';
import * as auditLog from './endpoints/audit-log.ts';
import * as blockUsers from './endpoints/block-users.ts';
import * as businessAccount from './endpoints/business-account.ts';
import * as businessEncryption from './endpoints/business-encryption.ts';
import * as businessProfile from './endpoints/business-profile.ts';
import * as business from './endpoints/business.ts';
import * as commerceSettings from './endpoints/commerce-settings.ts';
import * as complianceInfo from './endpoints/compliance-info.ts';
import * as compliance from './endpoints/compliance.ts';
import * as conversationalAutomation from './endpoints/conversational-automation.ts';
import * as flows from './endpoints/flows.ts';
import * as marketingMessages from './endpoints/marketing-messages.ts';
import * as media from './endpoints/media.ts';
import * as messageTemplates from './endpoints/message-templates.ts';
import * as numberSetup from './endpoints/number-setup.ts';
import * as officialBusinessAccount from './endpoints/official-business-account.ts';
import * as personData from './endpoints/person-data.ts';
import * as phoneNumber from './endpoints/phone-number.ts';
import * as qrCodes from './endpoints/qr-codes.ts';
import * as registration from './endpoints/registration.ts';
import * as root from './endpoints/root.ts';
import * as settings from './endpoints/settings.ts';
import * as subscribedApps from './endpoints/subscribed-apps.ts';
import * as templateAnalytics from './endpoints/template-analytics.ts';
import * as templateComparison from './endpoints/template-comparison.ts';
import * as templateLibrary from './endpoints/template-library.ts';
import * as templateMigration from './endpoints/template-migration.ts';
import * as templatePreviews from './endpoints/template-previews.ts';
import * as template from './endpoints/template.ts';
import * as tokens from './endpoints/tokens.ts';
import * as updatePhoneNumber from './endpoints/update-phone-number.ts';
import * as uploads from './endpoints/uploads.ts';
import * as username from './endpoints/username.ts';
import * as webhookDeliveries from './endpoints/webhook-deliveries.ts';

/** The suites of every endpoint but `POST /{phone}/messages`, which has suites of its own, file by file. */
export const endpointSuites: readonly EndpointSuite[] = [
  ...Object.values(accountAnalytics),
  ...Object.values(appSubscriptions),
  ...Object.values(auditLog),
  ...Object.values(blockUsers),
  ...Object.values(businessAccount),
  ...Object.values(businessEncryption),
  ...Object.values(businessProfile),
  ...Object.values(business),
  ...Object.values(commerceSettings),
  ...Object.values(complianceInfo),
  ...Object.values(compliance),
  ...Object.values(conversationalAutomation),
  ...Object.values(flows),
  ...Object.values(marketingMessages),
  ...Object.values(media),
  ...Object.values(messageTemplates),
  ...Object.values(numberSetup),
  ...Object.values(officialBusinessAccount),
  ...Object.values(personData),
  ...Object.values(phoneNumber),
  ...Object.values(qrCodes),
  ...Object.values(registration),
  ...Object.values(root),
  ...Object.values(settings),
  ...Object.values(subscribedApps),
  ...Object.values(templateAnalytics),
  ...Object.values(templateComparison),
  ...Object.values(templateLibrary),
  ...Object.values(templateMigration),
  ...Object.values(templatePreviews),
  ...Object.values(template),
  ...Object.values(tokens),
  ...Object.values(updatePhoneNumber),
  ...Object.values(uploads),
  ...Object.values(username),
  ...Object.values(webhookDeliveries),
];
