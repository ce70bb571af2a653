import type { BusinessAccountNode } from '../../access/introspection.ts';
import type { RequestedFields } from '../fields.ts';
import type { Services } from '../operation.ts';
import type { AskForAnalytics } from './ask-for-analytics.ts';
import { conversationAnalytics } from './conversation-analytics.ts';
import { messagingAnalytics } from './messaging-analytics.ts';
import { pricingAnalytics } from './pricing-analytics.ts';

/** The fields of a business account that are added up when they are asked for. */
export const analyticsFields = ['analytics', 'conversation_analytics', 'pricing_analytics'] as const;
export type AnalyticsField = (typeof analyticsFields)[number];

const kinds: Readonly<Record<AnalyticsField, AskForAnalytics>> = {
  analytics: messagingAnalytics,
  conversation_analytics: conversationAnalytics,
  pricing_analytics: pricingAnalytics,
};

/** The values of those of these fields that are asked for. @throws GraphError */
export async function describeAnalytics(
  services: Services,
  node: BusinessAccountNode,
  fields: RequestedFields<string>,
): Promise<Record<AnalyticsField, object | undefined>> {
  const values: Record<AnalyticsField, object | undefined> = {
    analytics: undefined,
    conversation_analytics: undefined,
    pricing_analytics: undefined,
  };
  for (const field of analyticsFields) {
    const asked = fields.get(field);
    if (asked) values[field] = await kinds[field]({ services, node, parameters: asked.parameters });
  }
  return values;
}
