import type { Queryable } from '@postern/postgres';
import { limits } from '@postern/protocol';

/** Remembers that a number was registered or deregistered, for as long as it is counted. */
export async function countRegistrationChange(tx: Queryable, phoneNumberId: string, nowMs: number): Promise<void> {
  await tx.query(
    `UPDATE numbers SET registrations_at_ms =
       ARRAY(SELECT at_ms FROM unnest(registrations_at_ms) at_ms WHERE at_ms > $3) || $2::bigint
     WHERE phone_number_id = $1`,
    [phoneNumberId, nowMs, nowMs - limits.registrationChangesCountedMs],
  );
}
