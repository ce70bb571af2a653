import { Type } from 'typebox';
import { gaps } from '../../contract/gaps.ts';
import type { ActiveToken, BusinessAccountNode } from '../../access/introspection.ts';
import { analyticsFields, describeAnalytics, type AnalyticsField } from '../analytics/account-analytics.ts';
import { analyticsShapes } from '../analytics/analytics-shapes.ts';
import { healthShape } from '../health-shape.ts';
import type { FieldList, RequestedFields } from '../fields.ts';
import type { Services } from '../operation.ts';
import { graphId, nodeOf, oneOf, unixSeconds } from '../shapes.ts';

/** What can be asked of an account (contract section 5.1). */
export const accountFields = {
  nodeType: 'WhatsAppBusinessAccount',
  all: [
    'id',
    'name',
    'currency',
    'timezone_id',
    'message_template_namespace',
    'account_review_status',
    'business_verification_status',
    'country',
    'creation_time',
    'disable_marketing_messages_on_cloud_api',
    'health_status',
    'is_enabled_for_insights',
    'is_shared_with_partners',
    'marketing_messages_lite_api_status',
    'marketing_messages_onboarding_status',
    'on_behalf_of_business_info',
    'owner_business_info',
    'ownership_type',
    'primary_business_location',
    'primary_funding_id',
    'purchase_order_number',
    'status',
    'whatsapp_business_manager_messaging_limit',
    ...analyticsFields,
  ],
  unasked: ['id', 'name', 'timezone_id', 'message_template_namespace'],
} as const satisfies FieldList<string>;

export type AccountField = (typeof accountFields.all)[number];

const never = Type.String({ description: 'Known, and never there.' });
const business = Type.Object({ id: graphId, name: Type.String() });

export const accountShape = nodeOf(accountFields, {
  id: graphId,
  name: Type.String(),
  currency: Type.String(),
  timezone_id: Type.String(),
  message_template_namespace: Type.String(),
  account_review_status: oneOf(['APPROVED']),
  business_verification_status: Type.String(),
  country: never,
  creation_time: unixSeconds,
  disable_marketing_messages_on_cloud_api: Type.Boolean(),
  health_status: healthShape,
  is_enabled_for_insights: Type.Boolean(),
  is_shared_with_partners: Type.Boolean(),
  marketing_messages_lite_api_status: oneOf(['ONBOARDED']),
  marketing_messages_onboarding_status: oneOf(['ONBOARDED']),
  on_behalf_of_business_info: never,
  owner_business_info: business,
  ownership_type: oneOf(['SELF', 'CLIENT_OWNED']),
  primary_business_location: never,
  primary_funding_id: never,
  purchase_order_number: never,
  status: oneOf(['ACTIVE']),
  whatsapp_business_manager_messaging_limit: Type.String(),
  ...analyticsShapes,
});

/** An account, who looks at it, and which of its fields are wanted. */
interface AccountView {
  readonly node: BusinessAccountNode;
  readonly caller: ActiveToken;
  readonly fields: RequestedFields<AccountField>;
}

/** The values of an account's fields; those that cost something only when they are wanted. @throws GraphError */
export async function viewAccount(
  services: Services,
  { node, caller, fields }: AccountView,
): Promise<Record<AccountField, unknown>> {
  const subject = { wabaId: node.id, businessId: node.businessId, appId: caller.appId };
  const numbers = node.phoneNumbers.map(({ id }) => id);
  return {
    ...describeAccount(node, caller.businessId),
    whatsapp_business_manager_messaging_limit: services.sending.messagingLimit,
    health_status: fields.has('health_status') ? await services.health.describeAccount(subject, numbers) : undefined,
    ...(await describeAnalytics(services, node, fields)),
  };
}

type OwnField = Exclude<AccountField, AnalyticsField | 'health_status' | 'whatsapp_business_manager_messaging_limit'>;

/** What an account itself says. What is undefined does not exist here: nobody pays, and nobody acts on behalf. */
function describeAccount(node: BusinessAccountNode, callerBusinessId: string): Record<OwnField, unknown> {
  const { businessId, businessName } = node;
  return {
    id: node.id,
    name: node.name,
    currency: node.currency,
    timezone_id: node.timezoneId,
    message_template_namespace: node.messageTemplateNamespace,
    // Accounts are made by an administrator of this installation, who is all the review there is.
    account_review_status: 'APPROVED',
    business_verification_status: gaps.businessVerificationStatus,
    country: undefined,
    creation_time: Math.floor(node.createdAtMs / 1000),
    disable_marketing_messages_on_cloud_api: node.disablesMarketingOnCloudApi,
    is_enabled_for_insights: node.isEnabledForInsights,
    is_shared_with_partners: node.isShared,
    marketing_messages_lite_api_status: 'ONBOARDED',
    marketing_messages_onboarding_status: 'ONBOARDED',
    on_behalf_of_business_info: undefined,
    owner_business_info: { name: businessName, id: businessId },
    ownership_type: callerBusinessId === businessId ? 'SELF' : 'CLIENT_OWNED',
    primary_business_location: undefined,
    primary_funding_id: undefined,
    purchase_order_number: undefined,
    status: 'ACTIVE',
  };
}
