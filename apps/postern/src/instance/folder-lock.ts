import { closeSync, openSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { DataFolderError } from './data-folder.ts';

/** SQLite's result code for a lock that somebody else holds. */
const sqliteBusy = 5;

/** Holds a data folder for this process alone. */
export interface FolderLock {
  release(): void;
}

/**
 * Takes the lock of a data folder; null when another process has it. It is SQLite's lock on an empty file, which the
 * operating system drops with the process, however that ends: no process id that another may have by now is trusted.
 */
export function takeFolderLock(lockFile: string): FolderLock | null {
  closeSync(openSync(lockFile, 'a', 0o600));
  const db = new DatabaseSync(lockFile);
  try {
    db.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
  } catch (error) {
    db.close();
    if ((error as { errcode?: number }).errcode === sqliteBusy) return null;
    throw new DataFolderError(`The lock ${lockFile} cannot be taken: ${(error as Error).message}`);
  }
  return { release: () => db.close() };
}
