import { createSecretKey, hkdfSync, randomBytes, scryptSync, type KeyObject } from 'node:crypto';
import { KeyringLockedError } from '../errors.ts';
import { findUnwrapped, wrap } from '../wrapped-secret.ts';

/** RFC 7914; 128 MiB and some tenths of a second for each guess. */
const cost = { N: 2 ** 17, r: 8, p: 1, maxmem: 256 * 1024 * 1024 };
const magic = Buffer.from('postern root scrypt v1\n');
const saltBytes = 16;

/**
 * Seals root keys with a passphrase: magic ‖ salt ‖ wrapped key. All generations share a salt, so that scrypt runs once
 * in a process; each has its own key by HKDF.
 */
export class Passphrase {
  readonly #passphrase: Buffer;
  #salt: Buffer | null = null;
  #stretched: KeyObject | null = null;

  /** @throws KeyringLockedError when it is empty */
  constructor(passphrase: Buffer) {
    if (passphrase.length === 0) throw new KeyringLockedError('the passphrase of the keyring is empty');
    this.#passphrase = passphrase;
  }

  seal(generation: number, secret: Uint8Array): Buffer {
    const salt = this.#salt ?? randomBytes(saltBytes);
    return Buffer.concat([magic, salt, wrap(this.#keyOf(salt, generation), aboutRoot(generation), secret)]);
  }

  /** Null when the file was being destroyed while it was read. @throws KeyringLockedError for a wrong passphrase */
  findOpened(generation: number, bytes: Buffer): Buffer | null {
    if (bytes.every((byte) => byte === 0)) return null;
    if (!bytes.subarray(0, magic.length).equals(magic))
      throw new KeyringLockedError('no passphrase seals the root key; leave keyringPassphraseFile out');
    const salt = bytes.subarray(magic.length, magic.length + saltBytes);
    const wrapped = bytes.subarray(magic.length + saltBytes);
    const secret = findUnwrapped(this.#keyOf(salt, generation), aboutRoot(generation), wrapped);
    if (!secret) throw new KeyringLockedError('the passphrase does not open the root key of the keyring');
    return secret;
  }

  #keyOf(salt: Buffer, generation: number): KeyObject {
    if (!this.#stretched || !this.#salt?.equals(salt)) {
      this.#stretched = createSecretKey(scryptSync(this.#passphrase, salt, 32, cost));
      this.#salt = Buffer.from(salt);
    }
    return createSecretKey(Buffer.from(hkdfSync('sha256', this.#stretched, '', aboutRoot(generation), 32)));
  }
}

function aboutRoot(generation: number): string {
  return `postern root ${generation}`;
}
