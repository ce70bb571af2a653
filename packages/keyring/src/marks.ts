import { createHash } from 'node:crypto';
import { closeSync, constants, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { ensurePrivateFolder, findFile } from './durable-file.ts';

/**
 * How far something has come, outside the database: when the database is behind its mark, it was restored from a backup.
 * One file of 8 bytes for each name, written by one process at a time. Not forced to disk: a mark that a power cut takes
 * back is a missed warning about the last moments before it, and a flush for each batch would cost more than it is worth.
 */
export class Marks {
  readonly #folder: string;
  readonly #known = new Map<string, number>();

  constructor(folder: string) {
    this.#folder = folder;
    ensurePrivateFolder(folder);
  }

  /** Raises a mark; a lower value than the present one changes nothing. */
  note(name: string, value: number): void {
    if (value <= this.get(name)) return;
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64BE(BigInt(value));
    const descriptor = openSync(this.#path(name), constants.O_WRONLY | constants.O_CREAT, 0o600);
    try {
      writeSync(descriptor, bytes, 0, bytes.length, 0);
    } finally {
      closeSync(descriptor);
    }
    this.#known.set(name, value);
  }

  /** 0 when there is none. */
  get(name: string): number {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const bytes = findFile(this.#path(name));
    const value = bytes?.length === 8 ? Number(bytes.readBigUInt64BE()) : 0;
    this.#known.set(name, value);
    return value;
  }

  /** Forgets what this process knows, so that the next look reads what another one wrote. */
  refresh(name: string): void {
    this.#known.delete(name);
  }

  #path(name: string): string {
    return join(this.#folder, createHash('sha256').update(name).digest('hex').slice(0, 32));
  }
}
