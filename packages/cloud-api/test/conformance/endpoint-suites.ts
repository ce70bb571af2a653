import type { EndpointSuite } from './endpoint-suite.ts';
import { accountAnalytics } from './endpoints/account-analytics.ts';
import { getBusinessEncryption, setBusinessEncryption, withoutDevice } from './endpoints/business-encryption.ts';
import { getBusinessProfile, setBusinessProfile } from './endpoints/business-profile.ts';
import { getCommerceSettings, setCommerceSettings } from './endpoints/commerce-settings.ts';
import { getComplianceInfo, setComplianceInfo } from './endpoints/compliance-info.ts';
import { setConversationalAutomation } from './endpoints/conversational-automation.ts';
import { getOfficialBusinessAccount } from './endpoints/official-business-account.ts';
import { getNewPhoneNumber, getPhoneNumber } from './endpoints/phone-number.ts';
import * as flowSuites from './endpoints/flows.ts';
import { getSettings, setSettings } from './endpoints/settings.ts';

/** The suites of every endpoint but `POST /{phone}/messages`, which has suites of its own. */
export const endpointSuites: readonly EndpointSuite[] = [
  getPhoneNumber,
  getNewPhoneNumber,
  getSettings,
  setSettings,
  getBusinessEncryption,
  setBusinessEncryption,
  withoutDevice,
  getBusinessProfile,
  setBusinessProfile,
  getCommerceSettings,
  setCommerceSettings,
  setConversationalAutomation,
  getComplianceInfo,
  setComplianceInfo,
  getOfficialBusinessAccount,
  accountAnalytics,
  ...Object.values(flowSuites),
];
