import { randomFillSync } from 'node:crypto';

const bytesPerId = 17;
// Random bytes are drawn in blocks: one draw per request would cost more than the id.
const block = Buffer.alloc(bytesPerId * 512);
let used = block.length;

/** A new `fbtrace_id`: `A` and 23 random characters of base64url. */
export function newTraceId(): string {
  if (used === block.length) {
    randomFillSync(block);
    used = 0;
  }
  used += bytesPerId;
  return `A${block.toString('base64url', used - bytesPerId, used)}`;
}
