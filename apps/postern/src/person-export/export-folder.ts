import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join, resolve } from 'node:path';

/** An export cannot be written there; the message says why. */
export class ExportFolderError extends Error {
  override readonly name = 'ExportFolderError';
  readonly retryable = false;
}

/** A file of an export while it is written, to its end. */
class ExportFile {
  readonly #descriptor: number;
  #isOpen = true;

  constructor(path: string) {
    this.#descriptor = openSync(path, 'wx', 0o600);
  }

  append(text: string): void {
    let left = Buffer.from(text);
    while (left.length > 0) left = left.subarray(writeSync(this.#descriptor, left));
  }

  /** Durable when this returns. */
  finish(): void {
    fsyncSync(this.#descriptor);
    this.close();
  }

  close(): void {
    if (this.#isOpen) closeSync(this.#descriptor);
    this.#isOpen = false;
  }
}

/** The folder (mode 0700) with the files (0600) of one export, and of nothing else. */
export class ExportFolder {
  readonly path: string;
  readonly #isNew: boolean;
  readonly #files = new Map<string, ExportFile>();

  private constructor(path: string, isNew: boolean) {
    this.path = path;
    this.#isNew = isNew;
  }

  /** Makes the folder, or takes an empty one. @throws ExportFolderError */
  static create(path: string): ExportFolder {
    const root = resolve(path);
    try {
      const isNew = !existsSync(root);
      if (isNew) mkdirSync(root, { recursive: true, mode: 0o700 });
      if (readdirSync(root).length > 0)
        throw new ExportFolderError(`${root} is not empty. Name an empty or a new folder with --to.`);
      chmodSync(root, 0o700);
      return new ExportFolder(root, isNew);
    } catch (error) {
      if (error instanceof ExportFolderError) throw error;
      throw new ExportFolderError(`The folder ${root} cannot be used: ${(error as Error).message}`);
    }
  }

  /** Makes a file that is not there yet. */
  add(name: string): ExportFile {
    const file = new ExportFile(join(this.path, name));
    this.#files.set(name, file);
    return file;
  }

  /** Takes back all that was made here. */
  remove(): void {
    for (const [name, file] of this.#files) {
      file.close();
      rmSync(join(this.path, name), { force: true });
    }
    if (this.#isNew) rmSync(this.path, { recursive: true, force: true });
  }
}
