import { Device, type TransportConnection } from '@postern/client';
import type { Database } from '@postern/postgres';
import { limits } from '@postern/protocol';
import type { Logger } from '@postern/service';
import { decodeDeviceRecord, devicePlace } from '../numbers/device-record.ts';
import type { SendRules } from '../rules/send-rules.ts';
import type { SealedStorage } from '../sealed-storage.ts';
import { claimNumbers, releaseNumbers, type ClaimedNumber } from './number-claim.ts';
import { NumberStore } from './number-store.ts';
import { dropRestoredSessions } from './restore-guard.ts';

interface WorkerOptions {
  readonly db: Database;
  readonly storage: SealedStorage;
  readonly rules: SendRules;
  readonly connection: TransportConnection;
  readonly logger: Logger;
  /** A positive int4 that no other living worker has. */
  readonly workerId: number;
  /** Something was committed for this number that its webhooks may tell. */
  readonly onCommitted: (phoneNumberId: string) => void;
}

/**
 * Runs the pumps of the numbers this worker has claimed: one device per number, all on one socket. A number that
 * has nothing to do costs a map entry and a mailbox at the transport.
 */
export class PumpWorker {
  readonly #options: WorkerOptions;
  readonly #devices = new Map<string, Device>();
  #claiming: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(options: WorkerOptions) {
    this.#options = options;
  }

  /** Claims what is free, and goes on looking. */
  async start(): Promise<void> {
    const { db } = this.#options;
    await db.listen('outbox', (phoneNumberId) => this.wake(phoneNumberId));
    await db.listen('numbers', () => void this.#claim());
    this.#timer = setInterval(() => void this.#claim(), limits.claimIntervalMs);
    await this.#claim();
  }

  /** There may be something to send for this number; for all of them when the id is empty. */
  wake(phoneNumberId: string): void {
    if (phoneNumberId !== '') return this.#devices.get(phoneNumberId)?.wake();
    for (const device of this.#devices.values()) device.wake();
  }

  /** Stops every pump after its batch and gives the numbers back. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#timer);
    await this.#claiming;
    await Promise.all([...this.#devices.values()].map((device) => device.stop()));
    await releaseNumbers(this.#options.db, this.#options.workerId);
  }

  /** One look at a time. */
  #claim(): Promise<void> {
    this.#claiming = this.#claiming.then(() => this.#claimNow());
    return this.#claiming;
  }

  async #claimNow(): Promise<void> {
    if (this.#stopped) return;
    const { db, workerId, logger } = this.#options;
    try {
      for (const number of await claimNumbers(db, workerId)) await this.#tryPump(number);
    } catch (error) {
      logger.warn({ err: error }, 'numbers could not be claimed; will be tried again');
    }
  }

  /** A number that cannot be pumped keeps no other one from it; it is tried again at the next look. */
  async #tryPump(number: ClaimedNumber): Promise<void> {
    const { logger } = this.#options;
    const { phoneNumberId } = number;
    try {
      await this.#startPump(number);
    } catch (error) {
      logger.error({ err: error, phoneNumberId }, 'a number cannot be pumped; will be tried again');
      await this.#letGo(phoneNumberId);
    }
  }

  async #startPump(number: ClaimedNumber): Promise<void> {
    const { db, storage, rules, logger, connection, onCommitted } = this.#options;
    const { clock, sealer, keyUse } = storage;
    const { phoneNumberId, accountId, deviceId } = number;
    const log = logger.child({ phoneNumberId });
    await dropRestoredSessions({ db, ...storage, logger: log }, number);
    await keyUse.note('device', [phoneNumberId]);
    const key = sealer.numberKey(phoneNumberId);
    const { keys, secret } = decodeDeviceRecord(sealer.open(key, devicePlace(phoneNumberId), number.sealedDevice));
    const device = new Device({
      local: { accountId, deviceId, keys },
      credential: { accountId, deviceId, secret, window: limits.maxWindow },
      store: new NumberStore({ db, storage, rules, number }),
      connection,
      clock,
      log,
      onCommitted: () => onCommitted(phoneNumberId),
      onStopped: () => void this.#letGo(phoneNumberId),
    });
    this.#devices.set(phoneNumberId, device);
    log.info({ epoch: number.epoch }, 'the number is pumped here');
  }

  /** A pump ended by itself. Unless another worker has the number, it may be claimed anew at the next look. */
  async #letGo(phoneNumberId: string): Promise<void> {
    const { db, logger, workerId } = this.#options;
    this.#devices.delete(phoneNumberId);
    try {
      await db.query('UPDATE numbers SET pump_owner = NULL WHERE phone_number_id = $1 AND pump_owner = $2', [
        phoneNumberId,
        workerId,
      ]);
    } catch (error) {
      logger.warn({ err: error }, 'a number could not be given back');
    }
  }
}
