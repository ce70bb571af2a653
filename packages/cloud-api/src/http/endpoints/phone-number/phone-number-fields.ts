import { parsePhoneNumberFromString } from 'libphonenumber-js';
import type { PhoneNumberNode } from '../../../access/introspection.ts';
import type { DisplayName } from '../../../numbers/display-names.ts';
import type { NumberSetup } from '../../../numbers/numbers.ts';
import type { NumberCallbacks } from '../../../webhooks/subscribed-apps.ts';
import { graphTime } from '../../graph-time.ts';
import type { Services } from '../../operation.ts';
import { describeAutomation } from './conversational-automation.ts';

/** A number that is shown to an app. */
interface ShownNumber {
  readonly services: Services;
  readonly node: PhoneNumberNode;
  readonly appId: string;
  /** Null when nothing has been done for it. */
  readonly setup: NumberSetup | null;
}

/** What a field says of a number; left out when that is undefined. */
type ReadField = (shown: ShownNumber) => unknown;

const isRegistered = ({ setup }: ShownNumber) => setup?.state === 'registered';
const platformType: ReadField = (shown) => (isRegistered(shown) ? 'CLOUD_API' : 'NOT_APPLICABLE');
const messagingLimit: ReadField = ({ services }) => services.sending.messagingLimit;
const nothing: ReadField = () => undefined;

/** Every field of a number (contract section 5.2). What is asked for and has nothing behind it here is left out. */
export const phoneNumberFields = {
  id: ({ node }) => node.id,
  verified_name: ({ node }) => node.verifiedName,
  code_verification_status: ({ setup }) => verificationStatus(setup),
  display_phone_number: ({ node }) => displayPhoneNumber(node.phoneNumber),
  quality_rating: () => 'UNKNOWN',
  quality_score: () => ({ score: 'UNKNOWN' }),
  platform_type: platformType,
  host_platform: platformType,
  throughput: async ({ services, node }) => ({
    level: (await services.numbers.findSettings(node.id))?.throughputLevel ?? 'NOT_APPLICABLE',
  }),
  webhook_configuration: showCallbacks,
  last_onboarded_time: ({ setup }) => (setup?.registeredAtMs ? graphTime(setup.registeredAtMs) : undefined),
  status: ({ setup }) => connectionStatus(setup),
  name_status: async (shown) => ((await findName(shown))?.isApplied ? 'APPROVED' : 'AVAILABLE_WITHOUT_REVIEW'),
  new_name_status: async (shown) => (await findNewName(shown))?.status ?? 'NONE',
  new_display_name: async (shown) => (await findNewName(shown))?.name,
  account_mode: () => 'LIVE',
  country_code: ({ node }) => parsePhoneNumberFromString(`+${node.phoneNumber}`)?.country,
  country_dial_code: ({ node }) => parsePhoneNumberFromString(`+${node.phoneNumber}`)?.countryCallingCode,
  is_official_business_account: () => false,
  is_on_biz_app: () => false,
  is_preverified_number: () => false,
  is_pin_enabled: ({ setup }) => setup?.wasRegistered ?? false,
  messaging_limit_tier: messagingLimit,
  whatsapp_business_manager_messaging_limit: messagingLimit,
  conversational_automation: ({ services, node }) => describeAutomation(services, node.id),
  search_visibility: ({ setup }) => (setup?.isSearchable === false ? 'HIDDEN' : 'VISIBLE'),
  username: async ({ services, node }) => (await services.usernames.find(node.id))?.username,
  health_status: ({ services, node: { id, wabaId, businessId }, appId }) =>
    services.health.describeNumber({ wabaId, businessId, appId }, id),
  // Of a registration with certificates, and of a search among businesses, as there is none here.
  certificate: nothing,
  new_certificate: nothing,
  eligibility_for_api_business_global_search: nothing,
} as const satisfies Readonly<Record<string, ReadField>>;

export type PhoneNumberField = keyof typeof phoneNumberFields;

function findName({ services, node }: ShownNumber): Promise<DisplayName | null> {
  return services.displayNames.find(node.id);
}

/** The name that was asked for, unless the number has it by now. */
async function findNewName(shown: ShownNumber): Promise<DisplayName | null> {
  const name = await findName(shown);
  return name?.isApplied ? null : name;
}

/** A number that was deregistered needs a code again. */
function verificationStatus(setup: NumberSetup | null): string {
  if (setup?.state === 'verified' || setup?.state === 'registered') return 'VERIFIED';
  return setup?.wasRegistered ? 'EXPIRED' : 'NOT_VERIFIED';
}

function connectionStatus(setup: NumberSetup | null): string {
  if (setup?.state === 'registered') return 'CONNECTED';
  if (setup?.wasRegistered) return 'DISCONNECTED';
  return setup?.state === 'verified' ? 'PENDING' : 'UNVERIFIED';
}

/** The URLs that the app has set; nothing when it has set none. */
async function showCallbacks({ services, node, appId }: ShownNumber): Promise<object | undefined> {
  const { id: phoneNumberId, wabaId } = node;
  const { number, account, app }: NumberCallbacks = await services.subscribedApps.findNumberCallbacks({
    phoneNumberId,
    wabaId,
    appId,
  });
  if (number === null && account === null && app === null) return undefined;
  return {
    ...(number !== null && { phone_number: number }),
    ...(account !== null && { whatsapp_business_account: account }),
    ...(app !== null && { application: app }),
  };
}

/** `+1 631-555-5555`, `+49 30 123456`: as the contract shows numbers over REST. */
function displayPhoneNumber(digits: string): string {
  const northAmerican = /^1(\d{3})(\d{3})(\d{4})$/.exec(digits);
  if (northAmerican) return `+1 ${northAmerican.slice(1).join('-')}`;
  return parsePhoneNumberFromString(`+${digits}`)?.formatInternational() ?? `+${digits}`;
}
