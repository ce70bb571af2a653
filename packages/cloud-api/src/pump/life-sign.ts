import { randomInt } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Database, HeldLock } from '@postern/postgres';
import { limits } from '@postern/protocol';
import type { Logger } from '@postern/service';
import { workerLockClass } from './number-claim.ts';

/**
 * Tells other workers that this one lives: an advisory lock that PostgreSQL frees by itself when the process dies.
 * When the database was away the lock is taken again; whoever claimed numbers in between has raised their epochs.
 */
export class LifeSign {
  readonly workerId: number;
  readonly #db: Database;
  readonly #logger: Logger;
  #lock: HeldLock;
  #isStopping = false;

  private constructor(db: Database, logger: Logger, held: { workerId: number; lock: HeldLock }) {
    this.#db = db;
    this.#logger = logger;
    this.workerId = held.workerId;
    this.#lock = held.lock;
    void this.#keep();
  }

  /** Takes an id that no other living worker has. */
  static async start(db: Database, logger: Logger): Promise<LifeSign> {
    for (;;) {
      const workerId = randomInt(1, 2 ** 31 - 1);
      const lock = await db.holdLock([workerLockClass, workerId]);
      if (lock) return new LifeSign(db, logger, { workerId, lock });
    }
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    await this.#lock.release();
  }

  async #keep(): Promise<void> {
    for (;;) {
      await this.#lock.released;
      if (this.#isStopping) return;
      this.#logger.warn({}, 'the database forgot that this worker lives; telling it again');
      this.#lock = await this.#takeAgain();
    }
  }

  async #takeAgain(): Promise<HeldLock> {
    for (;;) {
      const lock = await this.#db.holdLock([workerLockClass, this.workerId]).catch(() => null);
      if (lock) return lock;
      await delay(limits.lifeSignRetryMs);
    }
  }
}
