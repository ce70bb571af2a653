import { limits, type PhoneNumber } from '@postern/protocol';
import { RateLimiter } from './rate-limiter.ts';

/** How many messages a second a number may send and receive: 80 or 1,000. */
export type ThroughputLevel = 'STANDARD' | 'HIGH';

/** Which rate a message would exceed. */
export type RateExceeded = 'throughput' | 'pair';

/** Notified by the worker when a number got messages, as `number:count`. */
export const inboundChannel = 'inbound_messages';

const perSecond: Readonly<Record<ThroughputLevel, number>> = {
  STANDARD: limits.standardMessagesPerSecond,
  HIGH: limits.highMessagesPerSecond,
};

/**
 * How fast a number may send (contract section 6.3), told before a message is accepted. What it knows is in memory: each
 * process that accepts messages counts for itself, and begins anew when it starts.
 */
export class SendingRates {
  readonly #throughput: Readonly<Record<ThroughputLevel, RateLimiter>>;
  readonly #pairs = new RateLimiter({ burst: limits.pairRateBurst, maxKeys: limits.maxTrackedPairs });

  constructor() {
    const limiter = (level: ThroughputLevel) =>
      new RateLimiter({ burst: perSecond[level], maxKeys: limits.maxTrackedNumbers });
    this.#throughput = { STANDARD: limiter('STANDARD'), HIGH: limiter('HIGH') };
  }

  /** Counts a message that is to be sent, unless it would exceed a rate: then nothing is counted, and which rate is said. */
  take(
    { phoneNumberId, to, level }: { phoneNumberId: string; to: PhoneNumber; level: ThroughputLevel },
    nowMs: number,
  ): RateExceeded | null {
    const throughput = this.#throughput[level];
    const each = { intervalMs: 1_000 / perSecond[level], nowMs };
    const ofPair = { intervalMs: limits.pairRateIntervalMs, nowMs };
    const pair = `${phoneNumberId}/${to}`;
    if (!throughput.allows(phoneNumberId, each)) return 'throughput';
    if (!this.#pairs.allows(pair, ofPair)) return 'pair';
    throughput.note(phoneNumberId, { ...each, count: 1 });
    this.#pairs.note(pair, { ...ofPair, count: 1 });
    return null;
  }

  /** Counts messages that a number got: they cannot be refused, but leave less for what it sends. */
  noteInbound(phoneNumberId: string, count: number, nowMs: number): void {
    for (const level of ['STANDARD', 'HIGH'] as const)
      this.#throughput[level].note(phoneNumberId, { count, intervalMs: 1_000 / perSecond[level], nowMs });
  }
}

/** What {@link inboundChannel} carries; null for anything else. */
export function parseInbound(payload: string): { phoneNumberId: string; count: number } | null {
  const [phoneNumberId = '', text = ''] = payload.split(':');
  const count = Number(text);
  return phoneNumberId !== '' && Number.isSafeInteger(count) && count > 0 ? { phoneNumberId, count } : null;
}
