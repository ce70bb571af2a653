import type { Keyring } from '@postern/keyring';
import type { Database } from '@postern/postgres';
import type { Logger } from '@postern/service';
import type { AuditTrail } from '../audit/audit-trail.ts';
import { checkEpoch, type ClaimedNumber } from './number-claim.ts';

interface RestoreGuardOptions {
  readonly db: Database;
  readonly keyring: Keyring;
  readonly audit: AuditTrail;
  readonly logger: Logger;
}

/**
 * A database that was restored from a backup holds sessions that have moved on since: to encrypt with one of them would
 * use a message key twice, and prekeys that were used up would answer once more. The keyring remembers outside the
 * database how far a number's sessions had come. When the database is behind, everything that has a state of its own is
 * dropped before anything is sent: the next message to each person opens a new session with new prekeys, and what they
 * sent to the old one is asked for again. Messages that wait to be sent are encrypted anew.
 */
export async function dropRestoredSessions(
  { db, keyring, audit, logger }: RestoreGuardOptions,
  number: ClaimedNumber,
): Promise<void> {
  const { phoneNumberId } = number;
  const [row] = await db.query<{ generation: number }>(
    'SELECT generation FROM session_generations WHERE phone_number_id = $1',
    [phoneNumberId],
  );
  const stored = row?.generation ?? 0;
  const reached = keyring.markOf(phoneNumberId);
  // Also what a crash kept from being noted: ciphertexts of the last commit leave after this.
  if (stored >= reached) return keyring.noteMark(phoneNumberId, stored);
  await db.transaction(async (tx) => {
    await checkEpoch(tx, number);
    await audit.record(tx, { kind: 'restore-guard', phoneNumberId, details: { numbers: 1 } });
    for (const table of ['sessions', 'prekeys', 'base_keys'])
      await tx.query(`DELETE FROM ${table} WHERE phone_number_id = $1`, [phoneNumberId]);
    // A retry request names a session that is no more; everything else is encrypted from what is sealed.
    await tx.query(
      'DELETE FROM outbox WHERE phone_number_id = $1 AND envelopes IS NOT NULL AND message_id IS NULL AND sealed IS NULL',
      [phoneNumberId],
    );
    await tx.query('UPDATE outbox SET envelopes = NULL WHERE phone_number_id = $1', [phoneNumberId]);
    await tx.query(
      `INSERT INTO session_generations (phone_number_id, generation, must_replace_prekeys) VALUES ($1, $2, true)
       ON CONFLICT (phone_number_id) DO UPDATE SET generation = EXCLUDED.generation, must_replace_prekeys = true`,
      [phoneNumberId, reached + 1],
    );
  });
  logger.error(
    { alarm: 'database-restored', phoneNumberId, stored, reached },
    'the database is older than the keyring: it was restored from a backup; all sessions of this number were dropped',
  );
}
