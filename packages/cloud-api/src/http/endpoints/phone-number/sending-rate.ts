import type { PhoneNumber } from '@postern/protocol';
import type { RateExceeded, ThroughputLevel } from '../../../rules/sending-rates.ts';
import { GraphError, type GraphErrorCode } from '../../graph-errors.ts';
import type { Services } from '../../operation.ts';

const errors: Readonly<Record<RateExceeded, { code: GraphErrorCode; details: string }>> = {
  throughput: { code: 130429, details: 'Too many messages from this phone number at once. Send more slowly.' },
  pair: {
    code: 131056,
    details: 'Too many messages from this phone number to the same recipient in a short time. Send more slowly.',
  },
};

/** Counts a message that is about to be accepted. @throws GraphError when it would exceed a rate */
export function takeRate(
  { sending, clock }: Pick<Services, 'sending' | 'clock'>,
  message: { phoneNumberId: string; to: PhoneNumber; level: ThroughputLevel },
): void {
  const exceeded = sending.rates?.take(message, clock.now());
  if (!exceeded) return;
  const { code, details } = errors[exceeded];
  throw new GraphError(code, { details, http: sending.refusedStatus });
}
