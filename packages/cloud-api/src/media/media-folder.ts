import { mkdir, open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Where a file lies. */
export interface FileName {
  /** What it belongs to: a number, for example. */
  readonly owner: string;
  readonly file: string;
}

/**
 * A folder of encrypted files, in a folder for each owner. What may be read, and with which key, stands in the database; a
 * file that no row names is noise, and goes at the next sweep.
 */
export class MediaFolder {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Writes a file and sees that it is on the disk. What was written of it is removed when the source fails. */
  async write(name: FileName, source: AsyncIterable<Uint8Array>): Promise<void> {
    const folder = join(this.#folder, name.owner);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const file = await open(this.#pathOf(name), 'wx', 0o600);
    try {
      for await (const bytes of source) await file.writeFile(bytes);
      await file.sync();
    } catch (error) {
      await file.close();
      await this.remove([name]);
      throw error;
    }
    await file.close();
    // crash point: media.file-written
    await syncFolder(folder);
  }

  /** Opens a file to read it once, to its end or until it is left; null when it is not there. */
  async read(name: FileName): Promise<AsyncIterable<Buffer> | null> {
    try {
      return (await open(this.#pathOf(name))).createReadStream() as AsyncIterable<Buffer>;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    }
  }

  /** Removes files; those that are gone already are passed over. */
  async remove(names: readonly FileName[]): Promise<void> {
    for (const name of names) await rm(this.#pathOf(name), { force: true });
  }

  /** Removes whatever there is of an owner. */
  async removeOwner(owner: string): Promise<void> {
    await rm(join(this.#folder, owner), { recursive: true, force: true });
  }

  /** Whoever has or had files. */
  listOwners(): Promise<string[]> {
    return listFolder(this.#folder);
  }

  listFiles(owner: string): Promise<string[]> {
    return listFolder(join(this.#folder, owner));
  }

  #pathOf({ owner, file }: FileName): string {
    return join(this.#folder, owner, file);
  }
}

async function listFolder(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** A new file's name is on the disk only when its folder is. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
