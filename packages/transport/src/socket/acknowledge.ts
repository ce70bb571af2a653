import { limits, type Acknowledge } from '@postern/protocol';
import type { Operations, Requester } from './operations.ts';
import { tooMany } from './request-error.ts';

/** Removes what the device has taken over. There is no answer; positions that were not delivered here are ignored. */
export async function acknowledge(
  { writes }: Operations,
  { connection }: Requester,
  request: Acknowledge,
): Promise<void> {
  const { mailbox } = connection.getAttachment(request.attachment);
  const lists = [
    { positions: request.positions, isReadable: true },
    { positions: request.unreadablePositions, isReadable: false },
  ];
  if (lists.some(({ positions }) => positions.length > limits.maxWindow))
    throw tooMany('Acknowledge fewer positions at once.');
  const acknowledged = lists
    .map(({ positions, isReadable }) => ({ positions: mailbox.selectInFlight(positions.map(Number)), isReadable }))
    .filter(({ positions }) => positions.length > 0);
  // Without an answer the client cannot know that this was in vain: on a new socket everything is delivered again.
  if (!acknowledged.every((list) => writes.acknowledge(mailbox.owner, list))) connection.giveUp();
}
