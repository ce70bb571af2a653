import { limits } from '@postern/protocol';

const dayMs = 24 * limits.hourMs;

/** How long data of one kind is kept. */
export interface RetentionRule {
  readonly what: string;
  /** Hours at most; null where no time ends it, but what `ends` says. */
  readonly keptHours: number | null;
  readonly countedFrom: string;
  readonly ends: string;
  /** A number's own setting can make the time shorter. */
  readonly isPerNumber: boolean;
  /** The longest retention of the installation can make it shorter. */
  readonly isCapped?: boolean;
}

/** The retention table. Its times are those that the programs themselves work with. */
export const retentionTable = {
  messages: {
    what: 'Messages: content, the other person’s phone number, delivery states',
    keptHours: limits.maxRetentionHours,
    countedFrom: 'the hour in which the message was accepted',
    ends: 'The keys are destroyed; nothing is answered from then on. The rows are dropped within a day more. Earlier when the person is erased, or the number is deregistered.',
    isPerNumber: true,
    isCapped: true,
  },
  conversations: {
    what: 'What is kept between messages: encryption sessions, keys of a person, user ids, pseudonymous look-ups',
    keptHours: limits.maxRetentionHours,
    countedFrom: 'the last message with the person',
    ends: 'The keys are destroyed and the rows are deleted.',
    isPerNumber: false,
    isCapped: true,
  },
  webhooks: {
    what: 'Notices to the business that its endpoint has not taken yet',
    keptHours: limits.webhookRetryForMs / limits.hourMs,
    countedFrom: 'the first attempt that failed',
    ends: 'Deleted as soon as they are taken; never sent after their message is gone.',
    isPerNumber: false,
  },
  numberKeys: {
    what: 'Keys of the business’s own phone numbers',
    keptHours: null,
    countedFrom: 'the registration of the number',
    ends: `Destroyed when the number was deregistered and its last notices are told, or a day later; replaced prekeys are deleted ${limits.replacedPrekeyKeptMs / dayMs} days after their replacement.`,
    isPerNumber: false,
  },
  settings: {
    what: 'Settings of the business: numbers, apps, callbacks, tokens',
    keptHours: null,
    countedFrom: 'the setting up',
    ends: 'Until the business removes them.',
    isPerNumber: false,
  },
  evidence: {
    what: 'Evidence: accepted terms, sub-processor versions, logs of administrative acts; no message, no customer’s number',
    keptHours: null,
    countedFrom: 'the act',
    ends: 'Kept; it can be added to, not changed.',
    isPerNumber: false,
  },
  work: {
    what: 'Random ids, counters, states and times that the work itself needs, and receipts of erasures',
    keptHours: null,
    countedFrom: 'the act',
    ends: 'What belongs to a message or a conversation goes with it; receipts of erasures and counters that name nobody stay.',
    isPerNumber: false,
  },
  statistics: {
    what: 'Statistics that no person can be found in',
    keptHours: null,
    countedFrom: 'the release',
    ends: `Kept. What they are counted from is deleted at the release, ${limits.statisticsCountedHours} hours after the day began.`,
    isPerNumber: false,
  },
  counts: {
    what: 'Sums of a business’s messages, in which no person stands',
    keptHours: limits.messageCountsKeptMs / limits.hourMs,
    countedFrom: 'the day that is counted',
    ends: `Half hours are added up to days after ${limits.halfHourCountsKeptMs / dayMs} days; the days are deleted when the time is over. They outlive the registration of their number, and an erasure takes nothing from them: nobody stands in them.`,
    isPerNumber: false,
  },
  envelopes: {
    what: 'Encrypted messages and attachments on their way, which the transport cannot read',
    keptHours: limits.mailboxTtlMs / limits.hourMs,
    countedFrom: 'the arrival at the transport',
    ends: 'Messages are deleted as soon as the device has acknowledged them, attachments when the time is over.',
    isPerNumber: false,
  },
  accounts: {
    what: 'Accounts of the transport: phone number, devices, public keys',
    keptHours: null,
    countedFrom: 'the registration',
    ends: `Deleted ${limits.mailboxTtlMs / dayMs} days after the account is closed.`,
    isPerNumber: false,
  },
  registrations: {
    what: 'Registrations under way, and the attempts at their codes',
    keptHours: limits.registrationKeptMs / limits.hourMs,
    countedFrom: 'the request for a code',
    ends: 'Deleted.',
    isPerNumber: false,
  },
} as const satisfies Readonly<Record<string, RetentionRule>>;

/** The kinds of data that there are rules for. */
export type RetentionRuleName = keyof typeof retentionTable;
