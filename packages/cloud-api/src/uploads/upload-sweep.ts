import type { Database } from '@postern/postgres';
import { limits, type Clock } from '@postern/protocol';
import type { MediaFolder } from '../media/media-folder.ts';
import type { Sealer } from '../sealing/sealer.ts';
import type { UpkeepTask } from '../upkeep.ts';
import { deleteExpiredUploads, listKnownUploads } from './upload-rows.ts';

interface UploadSweepOptions {
  readonly db: Database;
  readonly folder: MediaFolder;
  readonly sealer: Sealer;
  readonly clock: Clock;
}

/** Removes uploads that are past their time. A row comes before its files, so files without one are left over. */
export class UploadSweep implements UpkeepTask {
  readonly name = 'uploads';
  readonly #options: UploadSweepOptions;

  constructor(options: UploadSweepOptions) {
    this.#options = options;
  }

  async run(): Promise<void> {
    const { db, folder, sealer, clock } = this.#options;
    sealer.checkClock();
    let removed = 0;
    do removed = await deleteExpiredUploads(db, clock.now(), limits.maxRowsPerRetentionSweep);
    while (removed === limits.maxRowsPerRetentionSweep);
    const owners = await folder.listOwners();
    const known = await listKnownUploads(db, owners);
    for (const owner of owners) if (!known.has(owner)) await folder.removeOwner(owner);
  }
}
