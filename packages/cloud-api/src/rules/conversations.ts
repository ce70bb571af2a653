import type { InsertSpec } from '@postern/postgres';
import { limits } from '@postern/protocol';

/** Notes that people have written to a number: opens the service window with each of them, or opens it anew. */
export const noteInbound: InsertSpec = {
  name: 'conversations.note-inbound',
  into: 'conversations',
  columns: [
    { name: 'phone_number_id', type: 'text' },
    { name: 'subject_id', type: 'uuid' },
    { name: 'last_inbound_at_ms', type: 'bigint' },
  ],
  suffix: `ON CONFLICT (phone_number_id, subject_id) DO UPDATE
    SET last_inbound_at_ms = GREATEST(conversations.last_inbound_at_ms, EXCLUDED.last_inbound_at_ms)`,
};

/** Whether a person who wrote last at one time may be written to freely at another (contract section 6.1). */
export function isWindowOpen(lastInboundAtMs: number | null, atMs: number): boolean {
  return lastInboundAtMs !== null && atMs < lastInboundAtMs + limits.serviceWindowMs;
}
