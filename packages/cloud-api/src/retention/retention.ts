import type { Keyring } from '@postern/keyring';
import type { Database } from '@postern/postgres';
import { limits, type Clock } from '@postern/protocol';
import type { Logger } from '@postern/service';
import { ensurePartitions } from '../messages/partitions.ts';
import type { PrekeyStore } from '../numbers/prekey-store.ts';
import type { UpkeepTask } from '../upkeep.ts';
import { sweepMessages, sweepShards, sweepSilent } from './retention-sweep.ts';

interface RetentionOptions {
  readonly db: Database;
  readonly keyring: Keyring;
  readonly prekeys: PrekeyStore;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Destroys keys when their time has come, and then removes what they sealed. */
export class Retention implements UpkeepTask {
  readonly name = 'retention';
  readonly #options: RetentionOptions;
  #sweptHour = 0;

  constructor(options: RetentionOptions) {
    this.#options = options;
  }

  async run(): Promise<void> {
    const { db, keyring, clock, logger } = this.#options;
    const { destroyed, generation, ratcheted } = await keyring.upkeep();
    // crash point: retention.keys-destroyed
    if (destroyed.length > 0 || ratcheted)
      logger.info({ destroyed: destroyed.length, generation }, 'the keyring has moved on');
    if (keyring.clock.state.state === 'suspect') return;
    const swept = { ...(await sweepMessages(db, clock.now())), ...(await this.#sweepHourly()) };
    if (Object.values(swept).some((count) => count > 0))
      logger.info({ ...swept }, 'what was past its time was removed');
  }

  /** Prekeys are kept longer than the hour that sealed them. */
  async #resealPrekeys(): Promise<void> {
    const { db, prekeys, clock } = this.#options;
    for (const id of await prekeys.listOld(db, clock.now()))
      await db.transaction((tx) => prekeys.resealOld(tx, id, clock.now()));
  }

  async #sweepHourly(): Promise<{ sessions: number; subjects: number; shards: number }> {
    const { db, keyring, clock } = this.#options;
    const hour = Math.floor(clock.now() / limits.hourMs);
    if (hour === this.#sweptHour) return { sessions: 0, subjects: 0, shards: 0 };
    await this.#resealPrekeys();
    await ensurePartitions(db, clock.now());
    const silent = await sweepSilent(db, clock.now());
    const shards = await sweepShards(db, keyring);
    this.#sweptHour = hour;
    return { ...silent, shards };
  }
}
