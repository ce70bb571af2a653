import { categories, type MessageCategory } from '../../messages/message-record.ts';
import type { AskForAnalytics } from './ask-for-analytics.ts';
import { findChoices } from './filters.ts';
import { answerPricedPoints, type LabelsOf } from './priced-points.ts';

const types = ['REGULAR', 'FREE_TIER', 'FREE_ENTRY_POINT'] as const;
const directions = ['BUSINESS_INITIATED', 'USER_INITIATED', 'UNKNOWN'] as const;
const names = ['AUTHENTICATION', 'MARKETING', 'MARKETING_LITE', 'SERVICE', 'UTILITY'] as const;
const dimensions = [
  'CONVERSATION_CATEGORY',
  'CONVERSATION_DIRECTION',
  'CONVERSATION_TYPE',
  'COUNTRY',
  'PHONE',
] as const;

const labelsOf: LabelsOf = (category) => ({
  CONVERSATION_TYPE: { conversation_type: typeOf(category) },
  CONVERSATION_DIRECTION: { conversation_direction: directionOf(category) },
  CONVERSATION_CATEGORY: { conversation_category: category.toUpperCase() },
});

/**
 * The field `conversation_analytics` (contract section 5.7). As in the webhooks, every message that was delivered is a
 * conversation of its own.
 */
export const conversationAnalytics: AskForAnalytics = async ({ services, node, parameters }) => {
  const [wantedNames, wantedTypes, wantedDirections] = [
    findChoices(parameters, 'conversation_categories', names),
    findChoices(parameters, 'conversation_types', types),
    findChoices(parameters, 'conversation_directions', directions),
  ];
  const isWanted = (category: MessageCategory) =>
    (wantedNames?.some((name) => name === category.toUpperCase()) ?? true) &&
    (wantedTypes?.includes(typeOf(category)) ?? true) &&
    (wantedDirections?.includes(directionOf(category)) ?? true);
  return answerPricedPoints({
    services,
    node,
    parameters,
    dimensions,
    counted: { metric: 'CONVERSATION', member: 'conversation' },
    categories: categories.filter(isWanted),
    labelsOf,
  });
};

function typeOf(category: MessageCategory): (typeof types)[number] {
  return category === 'service' ? 'FREE_TIER' : 'REGULAR';
}

function directionOf(category: MessageCategory): (typeof directions)[number] {
  return category === 'service' ? 'USER_INITIATED' : 'BUSINESS_INITIATED';
}
