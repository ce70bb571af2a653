import { categories, type MessageCategory } from '../../messages/message-record.ts';
import { pricingOf } from '../../webhooks/status-body.ts';
import type { AskForAnalytics } from './ask-for-analytics.ts';
import { findChoices } from './filters.ts';
import { answerPricedPoints, type LabelsOf } from './priced-points.ts';

const types = ['REGULAR', 'FREE_CUSTOMER_SERVICE', 'FREE_ENTRY_POINT'] as const;
const names = [
  'AUTHENTICATION',
  'AUTHENTICATION_INTERNATIONAL',
  'MARKETING',
  'MARKETING_LITE',
  'SERVICE',
  'UTILITY',
] as const;
const dimensions = ['COUNTRY', 'PHONE', 'PRICING_CATEGORY', 'PRICING_TYPE', 'TIER'] as const;
/** There are no tiers of volume here: everything that has a price is in the one that begins at 0. */
const onlyTier = '0:MAX';

const labelsOf: LabelsOf = (category) => ({
  ...(pricingOf(category).billable && { TIER: { tier: onlyTier } }),
  PRICING_TYPE: { pricing_type: typeOf(category) },
  PRICING_CATEGORY: { pricing_category: category.toUpperCase() },
});

/** The field `pricing_analytics`: what was delivered on which terms (contract section 5.7). Nothing costs anything here. */
export const pricingAnalytics: AskForAnalytics = async ({ services, node, parameters }) => {
  const wantedTypes = findChoices(parameters, 'pricing_types', types);
  const wantedNames = findChoices(parameters, 'pricing_categories', names);
  const isWanted = (category: MessageCategory) =>
    (wantedTypes?.some((type) => type === typeOf(category)) ?? true) &&
    (wantedNames?.some((name) => name === category.toUpperCase()) ?? true);
  return answerPricedPoints({
    services,
    node,
    parameters,
    dimensions,
    counted: { metric: 'VOLUME', member: 'volume' },
    categories: categories.filter(isWanted),
    labelsOf,
  });
};

function typeOf(category: MessageCategory): string {
  return pricingOf(category).type.toUpperCase();
}
