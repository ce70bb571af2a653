import type { Section } from '../row.ts';
import { analytics } from './analytics.ts';
import { unmodifiedClients } from './clients.ts';
import { graphBehaviour } from './graph.ts';
import { sentMessages } from './messages.ts';
import { phoneNumbers } from './numbers.ts';
import { conversationRules } from './rules.ts';
import { templatesAndFlows } from './templates-and-flows.ts';
import { webhooks } from './webhooks.ts';

/** What is no endpoint, and stands in the table all the same. */
export const features: readonly Section[] = [
  graphBehaviour,
  sentMessages,
  conversationRules,
  webhooks,
  phoneNumbers,
  analytics,
  templatesAndFlows,
  unmodifiedClients,
];
