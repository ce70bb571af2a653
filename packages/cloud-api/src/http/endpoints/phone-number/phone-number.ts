import { parsePhoneNumberFromString } from 'libphonenumber-js';
import type { PhoneNumberNode } from '../../../access/introspection.ts';
import { parseFields, pickFields, type FieldList, type RequestedFields } from '../../fields.ts';
import type { PhoneNumberOperation, Services } from '../../operation.ts';
import type { Parameters } from '../../parameters.ts';
import type { NumberCallbacks } from '../../../webhooks/subscribed-apps.ts';

const fieldList = {
  nodeType: 'WhatsAppBusinessPhoneNumber',
  all: [
    'id',
    'verified_name',
    'code_verification_status',
    'display_phone_number',
    'quality_rating',
    'quality_score',
    'platform_type',
    'throughput',
    'webhook_configuration',
    'status',
    'name_status',
    'account_mode',
    'country_dial_code',
    'is_official_business_account',
    'is_pin_enabled',
    'messaging_limit_tier',
    'whatsapp_business_manager_messaging_limit',
  ],
  unasked: [
    'verified_name',
    'code_verification_status',
    'display_phone_number',
    'quality_rating',
    'platform_type',
    'throughput',
    'webhook_configuration',
    'id',
  ],
} as const satisfies FieldList<string>;

type PhoneNumberField = (typeof fieldList.all)[number];

/** The fields of a number that a request asks for. @throws GraphError */
export function parsePhoneNumberFields(parameters: Parameters): RequestedFields<PhoneNumberField> {
  return parseFields<PhoneNumberField>(parameters, fieldList);
}

/** `GET /{phone}` (contract section 5.2). */
export const getPhoneNumber: PhoneNumberOperation = {
  name: 'phone number',
  method: 'GET',
  edge: null,
  permission: 'whatsapp_business_management',
  run(services, { node, caller, parameters }) {
    const fields = parsePhoneNumberFields(parameters);
    return describePhoneNumber(services, node, { appId: caller.appId, fields });
  },
};

/** A number as the app sees it. */
export async function describePhoneNumber(
  { numbers, sending, subscribedApps }: Services,
  { id, phoneNumber, verifiedName, wabaId }: PhoneNumberNode,
  { appId, fields }: { appId: string; fields: RequestedFields<PhoneNumberField> },
): Promise<Record<string, unknown>> {
  const [state, settings] = [await numbers.findState(id), await numbers.findSettings(id)];
  const callbacks = fields.has('webhook_configuration')
    ? await subscribedApps.findNumberCallbacks({ phoneNumberId: id, wabaId, appId })
    : null;
  const isVerified = state === 'verified' || state === 'registered';
  const isRegistered = state === 'registered';
  const values: Record<PhoneNumberField, unknown> = {
    id,
    verified_name: verifiedName,
    code_verification_status: isVerified ? 'VERIFIED' : 'NOT_VERIFIED',
    display_phone_number: displayPhoneNumber(phoneNumber),
    quality_rating: 'UNKNOWN',
    quality_score: { score: 'UNKNOWN' },
    platform_type: isRegistered ? 'CLOUD_API' : 'NOT_APPLICABLE',
    throughput: { level: settings?.throughputLevel ?? 'NOT_APPLICABLE' },
    webhook_configuration: callbacks ? showCallbacks(callbacks) : undefined,
    status: isRegistered ? 'CONNECTED' : isVerified ? 'PENDING' : 'UNVERIFIED',
    name_status: 'AVAILABLE_WITHOUT_REVIEW',
    account_mode: 'LIVE',
    country_dial_code: parsePhoneNumberFromString(`+${phoneNumber}`)?.countryCallingCode,
    is_official_business_account: false,
    is_pin_enabled: isRegistered,
    messaging_limit_tier: sending.messagingLimit,
    whatsapp_business_manager_messaging_limit: sending.messagingLimit,
  };
  return pickFields(values, fields, id);
}

/** The URLs that the app has set; nothing when it has set none. */
function showCallbacks({ number, account, app }: NumberCallbacks): object | undefined {
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
