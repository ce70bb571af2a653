import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Writes a file so that, whenever the machine stops, either the old or the new one is there, whole. Makes its folders. */
export async function writeDurably(path: string, bytes: Uint8Array | string, mode = 0o644): Promise<void> {
  const made = await mkdir(dirname(path), { recursive: true });
  const draft = `${path}.new`;
  const file = await open(draft, 'w', mode);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(draft, path);
  await syncFolder(dirname(path));
  if (made !== undefined) await syncFoldersFrom(dirname(path), made);
}

/** A file's bytes; null when it is not there. */
export async function findFile(path: string): Promise<Buffer | null> {
  try {
    return await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** A new folder is durable only when the one it was made in is: from the innermost new one out to the first. */
async function syncFoldersFrom(innermost: string, first: string): Promise<void> {
  for (let folder = innermost; folder !== dirname(first); folder = dirname(folder)) await syncFolder(dirname(folder));
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
