import { performance } from 'node:perf_hooks';
import type { Database } from '@postern/postgres';
import { limits, type Clock } from '@postern/protocol';
import type { Logger } from '@postern/service';
import type { Sealer } from '../sealing/sealer.ts';
import type { UpkeepTask } from '../upkeep.ts';
import type { MediaFolder } from './media-folder.ts';
import { deleteExpiredMedia, fileOf, listKnownMedia } from './media-rows.ts';

interface MediaSweepOptions {
  readonly db: Database;
  readonly folder: MediaFolder;
  readonly sealer: Sealer;
  readonly clock: Clock;
  readonly logger: Logger;
  /** How long a file may be without a row; no upload takes that long. */
  readonly orphanAfterMs?: number;
}

/**
 * Removes media that are past their time, files that no row names, and whatever there is of numbers that are gone. Nothing
 * depends on it: what it removes cannot be read any more.
 */
export class MediaSweep implements UpkeepTask {
  readonly name = 'media';
  readonly #options: MediaSweepOptions;
  readonly #orphanAfterMs: number;
  /** Files without a row, and since when that is known. By the time of this process: others can be set. */
  #orphans = new Map<string, number>();

  constructor(options: MediaSweepOptions) {
    this.#options = options;
    this.#orphanAfterMs = options.orphanAfterMs ?? limits.orphanMediaMs;
  }

  async run(): Promise<void> {
    const { sealer, logger } = this.#options;
    sealer.checkClock();
    const [expired, orphans] = [await this.#sweepExpired(), await this.#sweepOrphans()];
    if (expired + orphans > 0) logger.info({ expired, orphans }, 'media were removed');
  }

  async #sweepExpired(): Promise<number> {
    const { db, folder, clock } = this.#options;
    for (let removed = 0; ;) {
      const names = await deleteExpiredMedia(db, clock.now(), limits.maxRowsPerRetentionSweep);
      // crash point: media.rows-swept
      await folder.remove(names.map(fileOf));
      removed += names.length;
      if (names.length < limits.maxRowsPerRetentionSweep) return removed;
    }
  }

  async #sweepOrphans(): Promise<number> {
    const { db, folder } = this.#options;
    const numbers = (await folder.listOwners()).filter((owner) => /^[0-9]+$/.test(owner));
    const alive = await listKeyed(db, numbers);
    const orphans = new Map<string, number>();
    let removed = 0;
    for (const phoneNumberId of numbers) {
      const files = await folder.listFiles(phoneNumberId);
      const known = await listKnownMedia(db, phoneNumberId, files);
      const unknown = files.filter((file) => !known.has(file));
      // Nothing comes in any more for a number that is gone; nor is there anything to wait for.
      if (!alive.has(phoneNumberId) && known.size === 0) await folder.removeOwner(phoneNumberId);
      else removed += await this.#removeOld(phoneNumberId, { unknown, orphans });
    }
    this.#orphans = orphans;
    return removed;
  }

  /** Removes those that have been without a row for long, and remembers the others. */
  async #removeOld(
    phoneNumberId: string,
    { unknown, orphans }: { unknown: readonly string[]; orphans: Map<string, number> },
  ): Promise<number> {
    const nowMs = performance.now();
    let removed = 0;
    for (const mediaId of unknown) {
      const path = `${phoneNumberId}/${mediaId}`;
      const sinceMs = this.#orphans.get(path) ?? nowMs;
      if (nowMs - sinceMs < this.#orphanAfterMs) orphans.set(path, sinceMs);
      else {
        await this.#options.folder.remove([{ owner: phoneNumberId, file: mediaId }]);
        removed += 1;
      }
    }
    return removed;
  }
}

/** Which of these numbers can have media: registered ones, and those that are on their way out. */
async function listKeyed(db: Database, phoneNumberIds: readonly string[]): Promise<Set<string>> {
  const rows = await db.query<{ phone_number_id: string }>(
    `SELECT phone_number_id FROM numbers
     WHERE phone_number_id = ANY($1) AND (state = 'registered' OR leaving_since_ms IS NOT NULL)`,
    [phoneNumberIds],
  );
  return new Set(rows.map(({ phone_number_id: id }) => id));
}
