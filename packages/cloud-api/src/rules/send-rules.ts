import type { OutboxId, SendFailure } from '@postern/client';
import type { Queryable } from '@postern/postgres';
import type { Clock, PhoneNumber } from '@postern/protocol';
import type { MessageCategory } from '../messages/message-record.ts';
import { isWindowOpen } from './conversations.ts';
import type { FirstContacts } from './first-contacts.ts';
import type { SuppressionKind, Suppressions } from './suppressions.ts';

/** A message that is about to be sent for the first time. */
export interface OutgoingMessage {
  readonly outboxId: OutboxId;
  readonly person: PhoneNumber;
  readonly category: MessageCategory;
  /** When the business handed it over. */
  readonly acceptedAtMs: number;
  /** When the person wrote to the number last, within the last day; null when they did not. */
  readonly lastInboundAtMs: number | null;
}

interface SendRulesOptions {
  readonly suppressions: Suppressions;
  readonly firstContacts: Pick<FirstContacts, 'admit'>;
  readonly clock: Clock;
  /** Whether free-form messages go only to people who wrote in the last 24 hours. */
  readonly hasServiceWindow: boolean;
  /** To how many people a portfolio may begin to write in 24 hours; null for any number. */
  readonly maxFirstContacts: number | null;
}

/** Whose messages they are. */
interface SendingNumber {
  readonly phoneNumberId: string;
  readonly portfolioId: string;
}

/**
 * The rules that a message meets after it was accepted (contract section 6.7): whoever breaks one hears so by a `failed`
 * status. Read receipts, typing and what is sent again are not asked about.
 */
export class SendRules {
  readonly #options: SendRulesOptions;

  constructor(options: SendRulesOptions) {
    this.#options = options;
  }

  /** Which of these messages of a number may not be sent, and why. */
  async findFailures(
    by: Queryable,
    number: SendingNumber,
    { messages, hasSuppressions }: { messages: readonly OutgoingMessage[]; hasSuppressions: boolean },
  ): Promise<Map<OutboxId, SendFailure>> {
    const people = hasSuppressions ? messages.map(({ person }) => person) : [];
    const suppressed = await this.#options.suppressions.find(by, number.phoneNumberId, people);
    const failures = new Map<OutboxId, SendFailure>();
    for (const message of messages) {
      const failure = this.#failureOf(message, suppressed.get(message.person));
      if (failure) failures.set(message.outboxId, failure);
    }
    const rest = messages.filter(({ outboxId }) => !failures.has(outboxId));
    for (const outboxId of await this.#findOverLimit(number, rest)) failures.set(outboxId, 'limit-reached');
    return failures;
  }

  /** Which of these messages would begin a conversation with more people than the portfolio may begin one with. */
  async #findOverLimit({ portfolioId }: SendingNumber, messages: readonly OutgoingMessage[]): Promise<OutboxId[]> {
    const { maxFirstContacts: limit, firstContacts, clock } = this.#options;
    if (limit === null) return [];
    const first = messages.filter(({ lastInboundAtMs, acceptedAtMs }) => !isWindowOpen(lastInboundAtMs, acceptedAtMs));
    if (first.length === 0) return [];
    const people = first.map(({ person }) => person);
    const admitted = await firstContacts.admit(portfolioId, people, { limit, nowMs: clock.now() });
    return first.filter(({ person }) => !admitted.has(person)).map(({ outboxId }) => outboxId);
  }

  #failureOf(
    { category, acceptedAtMs, lastInboundAtMs }: OutgoingMessage,
    suppressions: ReadonlySet<SuppressionKind> | undefined,
  ): SendFailure | null {
    if (suppressions?.has('blocked')) return 'blocked';
    if (isMarketing(category) && suppressions?.has('marketing')) return 'marketing-stopped';
    const needsWindow = category === 'service' && this.#options.hasServiceWindow;
    return needsWindow && !isWindowOpen(lastInboundAtMs, acceptedAtMs) ? 'window-closed' : null;
  }
}

function isMarketing(category: MessageCategory): boolean {
  return category === 'marketing' || category === 'marketing_lite';
}
