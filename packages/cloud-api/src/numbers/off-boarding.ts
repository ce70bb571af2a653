import { TransportRefusedError, type Registrar } from '@postern/client';
import type { Database, Transaction } from '@postern/postgres';
import { limits, type AccountId } from '@postern/protocol';
import type { Logger } from '@postern/service';
import type { SealedStorage } from '../sealed-storage.ts';
import type { UpkeepTask } from '../upkeep.ts';
import { queueWebhookEvents } from '../webhooks/events.ts';
import { decodeDeviceRecord, devicePlace } from './device-record.ts';
import { countRegistrationChange } from './registration-changes.ts';
import { removeSealedRows } from './lost-keyring.ts';

/** What a status says of a message that was waiting when its number left. */
const deregisteredCode = 133010;

/** What a number shows of its business: no key seals it, so that it goes only when the number leaves. */
const shownTables = [
  'business_encryption_keys',
  'number_documents',
  'profile_pictures',
  'qr_codes',
  'business_usernames',
  'display_names',
] as const;

interface LeavingNumber {
  readonly phone_number_id: string;
  readonly account_id: AccountId | null;
  readonly sealed_device: Buffer | null;
}

interface OffBoardingOptions {
  readonly db: Database;
  readonly storage: Pick<SealedStorage, 'keyring' | 'sealer' | 'clock' | 'audit'>;
  readonly registrar: Pick<Registrar, 'closeAccount'>;
  readonly logger: Logger;
}

/**
 * Takes numbers out of service: at once nothing is accepted, sent or received for them, and sessions and prekeys are
 * gone; then the account at the transport is closed; when the webhooks that waited have been told, or a day later, the
 * number's key is destroyed, and nothing that was kept for it opens any more.
 */
export class OffBoarding implements UpkeepTask {
  readonly name = 'off-boarding';
  readonly #options: OffBoardingOptions;

  constructor(options: OffBoardingOptions) {
    this.#options = options;
  }

  /** False when the number is not registered. What the transport does not hear now, it hears later. */
  async deregister(phoneNumberId: string): Promise<boolean> {
    const { db, logger } = this.#options;
    if (!(await db.transaction((tx) => this.#leave(tx, phoneNumberId)))) return false;
    // crash point: deregister.left
    await this.closeAccount(phoneNumberId).catch((error: unknown) =>
      logger.warn({ err: error, phoneNumberId }, 'the account of a number could not be closed; will be tried again'),
    );
    return true;
  }

  /**
   * Closes the account of a number that is leaving. When its device's record is refused, nobody can close it any more:
   * the number leaves all the same, and the account stays until the phone number is registered anew.
   * @throws TransportUnavailableError
   */
  async closeAccount(phoneNumberId: string): Promise<void> {
    const { db, storage, registrar } = this.#options;
    const [row] = await db.query<LeavingNumber>(
      `SELECT phone_number_id, account_id, sealed_device FROM numbers
       WHERE phone_number_id = $1 AND leaving_since_ms IS NOT NULL`,
      [phoneNumberId],
    );
    if (row?.account_id && row.sealed_device) {
      const key = storage.sealer.findNumberKey(phoneNumberId);
      const device = key && storage.sealer.find(key, devicePlace(phoneNumberId), row.sealed_device);
      if (device)
        await registrar.closeAccount(row.account_id, decodeDeviceRecord(device).secret).catch((error: unknown) => {
          // It is closed already, as by another registration of the same phone number.
          if (!(error instanceof TransportRefusedError) || error.retryable) throw error;
        });
    }
    await db.query(
      `UPDATE numbers SET account_id = NULL, device_id = NULL, sealed_device = NULL
       WHERE phone_number_id = $1 AND leaving_since_ms IS NOT NULL`,
      [phoneNumberId],
    );
  }

  /**
   * Goes on with all numbers that are leaving, as far as they have come: one that cannot go on keeps no other from it.
   * @throws what kept the first of those, when all others have been seen to
   */
  async run(): Promise<void> {
    this.#options.storage.sealer.checkClock();
    const { db, storage, logger } = this.#options;
    const leaving = await db.query<LeavingNumber>(
      'SELECT phone_number_id, account_id, sealed_device FROM numbers WHERE leaving_since_ms IS NOT NULL AND account_id IS NOT NULL',
    );
    const failures: unknown[] = [];
    for (const { phone_number_id: id } of leaving)
      await this.closeAccount(id).catch((error: unknown) => failures.push(error));
    const ready = await db.query<{ phone_number_id: string }>(
      `SELECT phone_number_id FROM numbers n WHERE leaving_since_ms IS NOT NULL AND account_id IS NULL
         AND (leaving_since_ms < $1 OR NOT EXISTS (SELECT FROM webhook_events e WHERE e.owner_id = n.phone_number_id))`,
      [storage.clock.now() - limits.leavingGraceMs],
    );
    for (const { phone_number_id: id } of ready)
      if (await db.transaction((tx) => this.#forget(tx, id))) logger.info({ phoneNumberId: id }, 'a number has left');
    if (failures.length > 0) throw failures[0];
  }

  async #leave(tx: Transaction, phoneNumberId: string): Promise<boolean> {
    const nowMs = this.#options.storage.clock.now();
    // Waits for writers that hold the number, and fences its pump.
    const [number] = await tx.query<{ waba_id: string }>(
      `UPDATE numbers SET state = 'unverified', leaving_since_ms = $2, pump_owner = NULL, pump_epoch = pump_epoch + 1,
         registered_at_ms = NULL, transport_registration_id = NULL
       WHERE phone_number_id = $1 AND state = 'registered' RETURNING waba_id`,
      [phoneNumberId, nowMs],
    );
    if (!number) return false;
    await countRegistrationChange(tx, phoneNumberId, nowMs);
    await this.#options.storage.audit.record(tx, {
      kind: 'number-deregistered',
      wabaId: number.waba_id,
      phoneNumberId,
      details: {},
    });
    const failed = await tx.query<{ message_id: string; accepted_s: number }>(
      `WITH gone AS (DELETE FROM outbox WHERE phone_number_id = $1 RETURNING message_id, accepted_s)
       UPDATE messages m SET state = 'failed' FROM gone
       WHERE m.phone_number_id = $1 AND m.message_id = gone.message_id AND m.sent_by_business
         AND m.accepted_s = gone.accepted_s AND m.state = 'accepted'
       RETURNING m.message_id, m.accepted_s`,
      [phoneNumberId],
    );
    const events = failed.map(({ message_id: messageId, accepted_s: acceptedS }) => ({
      kind: 'failed' as const,
      messageId: messageId as never,
      acceptedS,
      errorCode: deregisteredCode,
      happenedAtMs: nowMs,
    }));
    await queueWebhookEvents(tx, { phoneNumberId, wabaId: number.waba_id }, events);
    for (const table of ['sessions', 'prekeys', 'base_keys', 'processed_envelopes'])
      await tx.query(`DELETE FROM ${table} WHERE phone_number_id = $1`, [phoneNumberId]);
    await tx.query("SELECT pg_notify('numbers', $1)", [phoneNumberId]);
    return true;
  }

  /** Destroys the number's key and removes what it sealed, unless the number was set up again meanwhile. */
  async #forget(tx: Transaction, phoneNumberId: string): Promise<boolean> {
    const leaving = await tx.query(
      'SELECT FROM numbers WHERE phone_number_id = $1 AND leaving_since_ms IS NOT NULL FOR UPDATE',
      [phoneNumberId],
    );
    if (leaving.length === 0) return false;
    await this.#options.storage.keyring.destroyNumberKeys([phoneNumberId]);
    // crash point: deregister.key-destroyed
    await removeSealedRows(tx, phoneNumberId);
    for (const table of shownTables) await tx.query(`DELETE FROM ${table} WHERE phone_number_id = $1`, [phoneNumberId]);
    await tx.query('UPDATE numbers SET leaving_since_ms = NULL WHERE phone_number_id = $1', [phoneNumberId]);
    return true;
  }
}
