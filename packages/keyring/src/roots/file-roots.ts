import { createSecretKey, randomBytes, type KeyObject } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { destroyFile, ensurePrivateFolder, findFile, writeDurably } from '../durable-file.ts';
import { KeyringLockedError } from '../errors.ts';
import { findUnwrapped, wrap } from '../wrapped-secret.ts';
import type { Passphrase } from './passphrase.ts';
import type { RootBackend, RootStore } from './root-store.ts';

const plainMagic = Buffer.from('postern root v1\n');

/** Root keys in files of their own, `root.<generation>` (0600), as they are or sealed with a passphrase. */
export class FileRoots implements RootStore {
  readonly backend: RootBackend;
  readonly #folder: string;
  readonly #passphrase: Passphrase | null;
  /** Of the generation used last only: those before it are to be forgotten. */
  #latest: { readonly generation: number; readonly key: KeyObject } | null = null;

  constructor(folder: string, passphrase: Passphrase | null) {
    this.backend = passphrase ? 'passphrase' : 'file';
    this.#folder = folder;
    this.#passphrase = passphrase;
    ensurePrivateFolder(folder);
  }

  listGenerations(): number[] {
    return readdirSync(this.#folder)
      .flatMap((name) => /^root\.(\d{1,10})$/.exec(name)?.[1] ?? [])
      .map(Number)
      .sort((a, b) => a - b);
  }

  create(generation: number): void {
    const secret = randomBytes(32);
    const bytes = this.#passphrase?.seal(generation, secret) ?? Buffer.concat([plainMagic, secret]);
    writeDurably(this.#path(generation), bytes);
    this.#latest = { generation, key: createSecretKey(secret) };
    secret.fill(0);
    bytes.fill(0);
  }

  destroy(generation: number): void {
    destroyFile(this.#path(generation));
    if (this.#latest?.generation === generation) this.#latest = null;
  }

  wrap(generation: number, about: string, secret: Uint8Array): Buffer {
    const key = this.#findKey(generation);
    if (!key) throw new KeyringLockedError(`the root key of generation ${generation} is gone`);
    return wrap(key, about, secret);
  }

  findUnwrapped(generation: number, about: string, wrapped: Uint8Array): Buffer | null {
    const key = this.#findKey(generation);
    return key && findUnwrapped(key, about, wrapped);
  }

  close(): void {
    this.#latest = null;
  }

  #findKey(generation: number): KeyObject | null {
    if (this.#latest?.generation === generation) return this.#latest.key;
    const bytes = findFile(this.#path(generation));
    const secret = bytes && this.#open(generation, bytes);
    if (!secret) return null;
    const key = createSecretKey(secret);
    secret.fill(0);
    this.#latest = { generation, key };
    return key;
  }

  #open(generation: number, bytes: Buffer): Buffer | null {
    if (this.#passphrase) return this.#passphrase.findOpened(generation, bytes);
    const isPlain = bytes.subarray(0, plainMagic.length).equals(plainMagic);
    if (!isPlain && bytes.some((byte) => byte !== 0))
      throw new KeyringLockedError(
        'the root key is not a plain file; if a passphrase seals it, set keyringPassphraseFile',
      );
    return bytes.length === plainMagic.length + 32 && isPlain ? bytes.subarray(plainMagic.length) : null;
  }

  #path(generation: number): string {
    return join(this.#folder, `root.${generation}`);
  }
}
