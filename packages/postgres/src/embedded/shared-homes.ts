import { readdir, rm } from 'node:fs/promises';
import type { DatabaseLogger } from '../database-logger.ts';
import { DataFolderInUseError } from '../errors.ts';
import { findSharedHome } from './cluster-home.ts';
import { hasCode } from './durable-file.ts';
import { clearPostmaster } from './running-postmaster.ts';

/** Removes the clusters in `sharedDir` whose data folder is gone or names another one. A running one stays. */
export async function removeAbandonedHomes(sharedDir: string, logger: DatabaseLogger): Promise<void> {
  for (const id of await listNames(sharedDir)) {
    const home = await findSharedHome(sharedDir, id);
    if (home === null || !home.isAbandoned) continue;
    try {
      await clearPostmaster(home.cluster);
      await rm(home.folder, { recursive: true, force: true });
      logger.info({ folder: home.folder }, 'removed a database whose data folder is gone');
    } catch (error) {
      if (!(error instanceof DataFolderInUseError)) throw error;
    }
  }
}

async function listNames(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return [];
    throw error;
  }
}
