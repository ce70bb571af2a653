/** What each figure of `operator.figures` means, for the metrics. */
export const gauges: Readonly<Record<string, string>> = {
  numbers: 'Phone numbers that are set up, by state.',
  outbox: 'What is to be sent, queued for encryption and encrypted.',
  outbox_oldest_accepted_at_ms: 'When the oldest of what is to be sent was accepted, in Unix milliseconds.',
  webhook_events: 'Events that wait to be delivered, by kind.',
  webhook_oldest_event_at_ms: 'When the oldest event that waits happened, in Unix milliseconds.',
  webhook_troubles: 'Lanes of webhooks whose endpoint fails.',
  seal_refusals: 'Sealed records that were refused because they were damaged or out of place, by table.',
  erasures: 'Erasures of people, begun and done.',
};
