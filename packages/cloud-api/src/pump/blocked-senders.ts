import type { Sender } from '@postern/client';
import type { Receiving } from './inbound-row.ts';

/** What somebody says whom the business has blocked is dealt with, and told to nobody. */
export async function withoutBlocked<Event extends { readonly from: Sender }>(
  { tx, number, storage }: Pick<Receiving, 'tx' | 'number' | 'storage'>,
  events: readonly Event[],
): Promise<readonly Event[]> {
  if (events.length === 0) return events;
  const senders = events.map(({ from }) => from.phoneNumber);
  const blocked = await storage.suppressions.findBlocked(tx, number.phoneNumberId, senders);
  return events.filter(({ from }) => !blocked.has(from.phoneNumber));
}
