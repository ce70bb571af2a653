import { createSecretKey, randomBytes, type KeyObject } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { destroyFile, ensurePrivateFolder, findFile, writeDurably } from './durable-file.ts';
import { KeyringLockedError } from './errors.ts';
import { decodeKeyContents, encodeKeyContents, type Generation, type KeyContents } from './key-contents.ts';
import type { RootStore } from './roots/root-store.ts';
import { findUnwrapped, wrap } from './wrapped-secret.ts';

const magic = Buffer.from('postern keys v1\n');
const maxReadTries = 10;

/**
 * The keys files `keys.<generation>`: magic ‖ length of the wrapped file key (2 bytes) ‖ file key wrapped by the root of
 * this generation ‖ contents sealed by the file key. The file is whole at any moment; one writer at a time.
 */
export class KeysFolder {
  readonly #folder: string;
  readonly #roots: RootStore;

  constructor(folder: string, roots: RootStore) {
    this.#folder = folder;
    this.#roots = roots;
    ensurePrivateFolder(folder);
  }

  /** The generations that have a keys file, in rising order. */
  list(): number[] {
    return readdirSync(this.#folder)
      .flatMap((name) => /^keys\.(\d{1,10})$/.exec(name)?.[1] ?? [])
      .map(Number)
      .sort((a, b) => a - b);
  }

  /** Differs as soon as another process has written. */
  stamp(): string {
    const latest = this.list().at(-1);
    const found =
      latest === undefined ? undefined : statSync(this.#path(latest), { bigint: true, throwIfNoEntry: false });
    return found ? `${latest}/${found.ino}/${found.mtimeNs}` : '';
  }

  /**
   * The highest generation that opens, while another process may be moving on to the next one; null when there are no
   * keys files at all. @throws KeyringLockedError when there are some and none opens
   */
  findLatest(known: KeyContents['keys']): Generation | null {
    for (let tries = 0; tries < maxReadTries; tries += 1) {
      const generations = this.list();
      if (generations.length === 0) return null;
      for (const number of generations.toReversed()) {
        const contents = this.#findContents(number, known);
        if (contents) return { number, contents };
      }
      // Between listing and reading, another process destroyed what was listed: the next one is there by now.
    }
    throw new KeyringLockedError('no root key opens the keys file of the keyring');
  }

  write({ number, contents }: Generation): void {
    const secret = randomBytes(32);
    const payload = encodeKeyContents(contents);
    try {
      const wrapped = this.#roots.wrap(number, aboutFileKey(number), secret);
      const length = Buffer.alloc(2);
      length.writeUInt16BE(wrapped.length);
      const sealed = wrap(createSecretKey(secret), aboutContents(number), payload);
      writeDurably(this.#path(number), Buffer.concat([magic, length, wrapped, sealed]));
    } finally {
      secret.fill(0);
      payload.fill(0);
    }
  }

  destroy(generation: number): void {
    destroyFile(this.#path(generation));
  }

  #findContents(number: number, known: KeyContents['keys']): KeyContents | null {
    const bytes = findFile(this.#path(number));
    if (!bytes?.subarray(0, magic.length).equals(magic)) return null;
    const wrappedEnd = magic.length + 2 + bytes.readUInt16BE(magic.length);
    const wrapped = bytes.subarray(magic.length + 2, wrappedEnd);
    const secret = this.#roots.findUnwrapped(number, aboutFileKey(number), wrapped);
    if (!secret) return null;
    const key: KeyObject = createSecretKey(secret);
    secret.fill(0);
    const payload = findUnwrapped(key, aboutContents(number), bytes.subarray(wrappedEnd));
    if (!payload) return null;
    try {
      return decodeKeyContents(payload, known);
    } finally {
      payload.fill(0);
    }
  }

  #path(generation: number): string {
    return join(this.#folder, `keys.${generation}`);
  }
}

function aboutFileKey(generation: number): string {
  return `postern file key ${generation}`;
}

function aboutContents(generation: number): string {
  return `postern keys ${generation}`;
}
