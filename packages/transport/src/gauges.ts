/** What each figure of `operator.figures` means, for the metrics. */
export const gauges: Readonly<Record<string, string>> = {
  accounts: 'Accounts, open and closed.',
  registrations: 'Registrations under way, by whether their code was right.',
  mailbox_items: 'What waits in mailboxes, by kind.',
  mailbox_oldest_stored_at_ms: 'When the oldest item of any mailbox was stored, in Unix milliseconds.',
  one_time_prekeys: 'One-time prekeys that are left, by kind.',
  blobs: 'Encrypted attachments.',
  blob_bytes: 'How many bytes all encrypted attachments have.',
};
