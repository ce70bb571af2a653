import { Type } from 'typebox';
import { fieldsOf, graphId, nodeOf, oneOf, time, webLink } from '../../shapes.ts';
import { healthShape } from '../../health-shape.ts';
import type { FieldList } from '../../fields.ts';
import { phoneNumberFields, type PhoneNumberField } from './phone-number-fields.ts';

/** The fields of a number, and those that are shown unasked. */
export const phoneNumberFieldList: FieldList<PhoneNumberField> = {
  nodeType: 'WhatsAppBusinessPhoneNumber',
  all: Object.keys(phoneNumberFields) as PhoneNumberField[],
  unasked: [
    'verified_name',
    'code_verification_status',
    'display_phone_number',
    'quality_rating',
    'platform_type',
    'throughput',
    'webhook_configuration',
    'last_onboarded_time',
    'id',
  ],
};

/** The parameter that says which fields of a number are shown. */
export const phoneNumberFieldsParameter = fieldsOf(phoneNumberFieldList);

const platform = oneOf(['CLOUD_API', 'NOT_APPLICABLE']);
const tier = Type.String({ pattern: '^TIER_' });

/** A number as answers show it: those of the fields that were asked for, and that have something to show. */
export const shownPhoneNumber = nodeOf<PhoneNumberField>(phoneNumberFieldList, {
  id: graphId,
  verified_name: Type.String(),
  code_verification_status: oneOf(['VERIFIED', 'NOT_VERIFIED', 'EXPIRED']),
  display_phone_number: Type.String({ pattern: '^\\+[0-9]' }),
  quality_rating: oneOf(['GREEN', 'YELLOW', 'RED', 'NA', 'UNKNOWN']),
  quality_score: Type.Object({ score: oneOf(['GREEN', 'YELLOW', 'RED', 'NA', 'UNKNOWN']) }),
  platform_type: platform,
  host_platform: platform,
  throughput: Type.Object({ level: oneOf(['STANDARD', 'HIGH', 'NOT_APPLICABLE']) }),
  webhook_configuration: Type.Object({
    phone_number: Type.Optional(webLink),
    whatsapp_business_account: Type.Optional(webLink),
    application: Type.Optional(webLink),
  }),
  last_onboarded_time: time,
  status: oneOf(['CONNECTED', 'DISCONNECTED', 'PENDING', 'UNVERIFIED']),
  name_status: oneOf(['APPROVED', 'AVAILABLE_WITHOUT_REVIEW']),
  new_name_status: oneOf(['APPROVED', 'DECLINED', 'PENDING_REVIEW', 'NONE']),
  new_display_name: Type.String(),
  account_mode: oneOf(['LIVE', 'SANDBOX']),
  country_code: Type.String({ pattern: '^[A-Z]{2}$' }),
  country_dial_code: Type.String({ pattern: '^[0-9]{1,3}$' }),
  is_official_business_account: Type.Boolean(),
  is_on_biz_app: Type.Boolean(),
  is_preverified_number: Type.Boolean(),
  is_pin_enabled: Type.Boolean(),
  messaging_limit_tier: tier,
  whatsapp_business_manager_messaging_limit: tier,
  conversational_automation: Type.Object({
    prompts: Type.Array(Type.String()),
    commands: Type.Array(Type.Object({ command_name: Type.String(), command_description: Type.String() })),
    id: graphId,
  }),
  search_visibility: oneOf(['VISIBLE', 'HIDDEN']),
  username: Type.String(),
  health_status: healthShape,
  certificate: Type.String(),
  new_certificate: Type.String(),
  eligibility_for_api_business_global_search: Type.String(),
});
