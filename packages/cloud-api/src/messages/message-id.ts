import { randomFillSync } from 'node:crypto';
import type { MessageId } from '@postern/protocol';

const randomBytesPerId = 5;
const block = Buffer.alloc(randomBytesPerId * 1024);
let used = block.length;

/** A business's message id: 8 hex characters of the second it was accepted in, then 40 random bits. */
export function newMessageId(nowMs: number): MessageId {
  if (used === block.length) {
    randomFillSync(block);
    used = 0;
  }
  used += randomBytesPerId;
  const second = Math.floor(nowMs / 1000)
    .toString(16)
    .padStart(8, '0');
  return (second + block.toString('hex', used - randomBytesPerId, used)).toUpperCase() as MessageId;
}

/** The second that {@link newMessageId} put in front. */
export function acceptedSecondOf(messageId: MessageId): number {
  return parseInt(messageId.slice(0, 8), 16);
}
