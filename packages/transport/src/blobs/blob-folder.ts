import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, opendir, rm, statfs, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';

/** The disk has no room for a blob. Trying again later may help. */
export class DiskFullError extends Error {
  override readonly name = 'DiskFullError';
  readonly retryable = true;
}

/** The folder cannot be written or read. Trying again later may help. */
export class BlobFolderError extends Error {
  override readonly name = 'BlobFolderError';
  readonly retryable = true;
}

/** More or less came than was told. */
export class BlobIncompleteError extends Error {
  override readonly name = 'BlobIncompleteError';
  readonly retryable = true;
}

const fileForm = /^[0-9a-f]{32}$/;

/**
 * The files of the blobs, for their owner alone: names that were drawn here, in a folder for each first two characters.
 * A file counts from when the table names it; until then nobody can find it.
 */
export class BlobFolder {
  readonly #root: string;
  readonly #minFreeBytes: number;
  readonly #arriving = new Set<string>();

  constructor(root: string, minFreeBytes: number) {
    this.#root = root;
    this.#minFreeBytes = minFreeBytes;
  }

  /** Makes the folder, and sees that it can be written. @throws BlobFolderError */
  async prepare(): Promise<void> {
    const probe = join(this.#root, 'probe');
    try {
      await mkdir(this.#root, { recursive: true, mode: 0o700 });
      await (await open(probe, 'w', 0o600)).close();
      await rm(probe);
    } catch (error) {
      throwFolderError(error);
    }
  }

  /**
   * Writes a file and waits until it is on the disk with its name, then does the work that makes it count. When anything
   * of that fails, the file is gone again.
   * @throws DiskFullError; BlobFolderError; what the source and the work throw
   */
  async write<T>(
    { source, bytes }: { source: () => AsyncIterable<Uint8Array>; bytes: number },
    work: (fileName: string) => Promise<T>,
  ): Promise<T> {
    await this.#checkRoom(bytes);
    const fileName = randomBytes(16).toString('hex');
    this.#arriving.add(fileName);
    try {
      await writeDurably(this.#pathOf(fileName), source, bytes);
      return await work(fileName);
    } catch (error) {
      await this.remove(fileName);
      throw error;
    } finally {
      this.#arriving.delete(fileName);
    }
  }

  async #checkRoom(bytes: number): Promise<void> {
    const { bavail, bsize } = await statfs(this.#root).catch(throwFolderError);
    if (bavail * bsize - bytes < this.#minFreeBytes) throw new DiskFullError('The disk of the blobs is full.');
  }

  /** Opens a file of exactly this many bytes; null when it is not there or has another size. @throws BlobFolderError */
  async open(fileName: string, bytes: number): Promise<Readable | null> {
    const file = await this.#openFile(fileName, bytes);
    return file && createReadStream('', { fd: file });
  }

  /** Whether a file of exactly this many bytes is there. @throws BlobFolderError */
  async has(fileName: string, bytes: number): Promise<boolean> {
    const file = await this.#openFile(fileName, bytes);
    await file?.close();
    return file !== null;
  }

  async #openFile(fileName: string, bytes: number): Promise<FileHandle | null> {
    const file = await open(this.#pathOf(fileName), 'r').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null;
      return throwFolderError(error);
    });
    if (file === null || (await file.stat()).size === bytes) return file;
    await file.close();
    return null;
  }

  /** Removes a file; it need not be there. @throws BlobFolderError */
  async remove(fileName: string): Promise<void> {
    await rm(this.#pathOf(fileName), { force: true }).catch(throwFolderError);
  }

  /** Every file that is not just being written, in batches. */
  async *listBatches(size: number): AsyncGenerator<string[], void> {
    let batch: string[] = [];
    for await (const group of await opendir(this.#root)) {
      if (!group.isDirectory()) continue;
      for await (const { name } of await opendir(join(this.#root, group.name))) {
        if (fileForm.test(name) && !this.#arriving.has(name)) batch.push(name);
        if (batch.length < size) continue;
        yield batch;
        batch = [];
      }
    }
    if (batch.length > 0) yield batch;
  }

  #pathOf(fileName: string): string {
    return join(this.#root, fileName.slice(0, 2), fileName);
  }
}

async function writeDurably(path: string, source: () => AsyncIterable<Uint8Array>, bytes: number): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 }).catch(throwFolderError);
  const file = await open(path, 'wx', 0o600).catch(throwFolderError);
  try {
    for await (const piece of source()) await file.writeFile(piece).catch(throwFolderError);
    if ((await file.stat()).size !== bytes)
      throw new BlobIncompleteError('A blob has not the size that it was to have.');
    await file.sync().catch(throwFolderError);
  } finally {
    await file.close();
  }
  await syncFolder(dirname(path)).catch(throwFolderError);
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

const fullCodes: readonly unknown[] = ['ENOSPC', 'EDQUOT'];

function throwFolderError(error: unknown): never {
  if (fullCodes.includes((error as NodeJS.ErrnoException).code))
    throw new DiskFullError('The disk of the blobs is full.', { cause: error });
  throw new BlobFolderError('The folder of the blobs cannot be used.', { cause: error });
}
