import { differs, missing, proofsIn, supported, type Section } from '../row.ts';

const http = proofsIn('http-analytics.test.ts');
const counts = proofsIn('message-counts.test.ts');
const crashes = proofsIn('test/invariants/crash.test.ts');

/** Contract section 5.7. */
export const analytics: Section = {
  title: 'Analytics of a business account',
  rows: [
    supported('counts of what really happened, each message once', [
      ...counts('what was sent, delivered and read is counted once each, and apart by category, country and template'),
      ...crashes('through all of that every message was counted once as sent, and once as delivered'),
    ]),
    differs('`analytics`', 'Days and months are those of UTC; half hours reach back 30 days, days 90.', [
      ...http('analytics tell what was sent and delivered on each day, by all numbers or those asked for'),
      ...http('analytics tell templates from free-form messages, and countries, and half hours'),
    ]),
    differs(
      '`conversation_analytics`',
      'Each delivered message is a conversation of its own, and costs nothing.',
      http('every message that was delivered is a conversation of its category'),
    ),
    differs(
      '`pricing_analytics`',
      'Nothing costs anything, and there are no tiers of volume.',
      http('prices are told by the terms that webhooks name, and nothing costs anything'),
    ),
    differs('`template_analytics`, also as a field', 'Taps are counted on quick replies, not on links.', [
      ...http('template analytics add up what became of messages, day by day, and taps on each quick reply'),
      ...counts(
        'a tap on a quick reply is counted by its place, if whoever the message went to taps on what it showed',
      ),
    ]),
    missing(
      '`call_analytics`',
      'There are no calls: the field is unknown.',
      proofsIn('conformance/endpoints.test.ts')('GET /{waba}'),
    ),
  ],
};
