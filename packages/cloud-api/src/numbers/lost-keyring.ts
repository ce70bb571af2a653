import { KeyMissingError, KeyringLockedError, type Keyring } from '@postern/keyring';
import type { Database, Transaction } from '@postern/postgres';
import type { Logger } from '@postern/service';

interface LostKeyringOptions {
  readonly db: Database;
  readonly keyring: Keyring;
  readonly logger: Logger;
  /** Whether the operator says that the keyring is lost, and with it what it sealed. */
  readonly isLossAccepted: boolean;
}

/**
 * Looks whether the keyring is this database's. With another one, as when its folder is misspelt, nothing would open, and
 * what cannot be opened is not told. When the loss is accepted the numbers concerned are to be registered anew.
 * @throws KeyringLockedError when it has the key of no number that is registered
 */
export async function checkNumberKeys({ db, keyring, logger, isLossAccepted }: LostKeyringOptions): Promise<void> {
  const rows = await db.query<{ phone_number_id: string }>(
    'SELECT phone_number_id FROM numbers WHERE sealed_device IS NOT NULL',
  );
  const lost = rows.map(({ phone_number_id: id }) => id).filter((id) => !hasKey(keyring, id));
  if (lost.length === 0) return;
  if (isLossAccepted) {
    for (const id of lost) await db.transaction((tx) => forgetNumber(tx, id));
    logger.error(
      { alarm: 'keyring-lost', numbers: lost.length },
      'numbers whose keys are lost are to be registered anew',
    );
    return;
  }
  if (lost.length === rows.length)
    throw new KeyringLockedError(
      `the keyring is not this database's: it has none of the keys of its ${rows.length} numbers. Name the right keyringFolder, or, if that is lost, set acceptLostKeyring once`,
    );
  logger.error({ alarm: 'keyring-lost', numbers: lost.length }, 'the keys of some numbers are not in the keyring');
}

function hasKey(keyring: Keyring, phoneNumberId: string): boolean {
  try {
    return Boolean(keyring.numberKey(phoneNumberId));
  } catch (error) {
    if (error instanceof KeyMissingError) return false;
    throw error;
  }
}

/** The number stays, to be verified and registered again; what it sealed is noise. */
async function forgetNumber(tx: Transaction, phoneNumberId: string): Promise<void> {
  await tx.query(
    `UPDATE numbers SET state = 'unverified', account_id = NULL, device_id = NULL, sealed_device = NULL,
       registered_at_ms = NULL, transport_registration_id = NULL, leaving_since_ms = NULL, pump_owner = NULL,
       pump_epoch = pump_epoch + 1 WHERE phone_number_id = $1`,
    [phoneNumberId],
  );
  await removeSealedRows(tx, phoneNumberId);
}

/** Removes every row of a number that its key sealed or that names such a row. */
export async function removeSealedRows(tx: Transaction, phoneNumberId: string): Promise<void> {
  for (const table of numberTables) await tx.query(`DELETE FROM ${table} WHERE phone_number_id = $1`, [phoneNumberId]);
  await tx.query('DELETE FROM webhook_events WHERE owner_id = $1', [phoneNumberId]);
  await tx.query(
    `DELETE FROM webhook_events WHERE phone_number_id = $1
       AND owner_id = (SELECT waba_id FROM numbers WHERE phone_number_id = $1)`,
    [phoneNumberId],
  );
  await tx.query('DELETE FROM webhook_deliveries WHERE owner_id = $1', [phoneNumberId]);
}

const numberTables = [
  'outbox',
  'flow_requests',
  'messages',
  'media',
  'sessions',
  'prekeys',
  'base_keys',
  'processed_envelopes',
  'conversations',
  'suppressions',
  'user_ids',
  'subject_lookups',
  'subjects',
];
