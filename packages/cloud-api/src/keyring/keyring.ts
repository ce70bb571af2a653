import { createSecretKey, randomBytes, type KeyObject } from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

interface KeyringFile {
  readonly version: 1;
  /** `region/hour` → key, base64. */
  readonly hours: Record<string, string>;
  /** Phone number id → key, base64. */
  readonly numbers: Record<string, string>;
}

/** Runs work while no other process changes the keyring. */
export type Exclusively = <T>(work: () => Promise<T>) => Promise<T>;

/** A key that must be there is not: the keyring was lost or is another installation's. */
export class KeyMissingError extends Error {
  override readonly name = 'KeyMissingError';
  readonly retryable = false;
}

/**
 * The keys of sealed data, in a file outside PostgreSQL (mode 0600): one per region and hour, one per number.
 * Several processes use it; each change is made by one at a time, read again first, and replaces the file in
 * one step. A key is on disk before anything is sealed with it.
 */
export class Keyring {
  readonly #path: string;
  readonly #exclusively: Exclusively;
  readonly #hours = new Map<string, KeyObject>();
  readonly #numbers = new Map<string, KeyObject>();
  readonly #making = new Map<string, Promise<KeyObject>>();

  constructor(path: string, exclusively: Exclusively) {
    this.#path = path;
    this.#exclusively = exclusively;
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    this.#read();
  }

  /** The key of an hour, made when it is missing. */
  hourKey(region: string, hour: number): KeyObject | Promise<KeyObject> {
    const name = `${region}/${hour}`;
    return this.#hours.get(name) ?? this.#makeOnce('hours', name);
  }

  /** The key of an hour; null when there is none. */
  findHourKey(region: string, hour: number): KeyObject | null {
    const name = `${region}/${hour}`;
    if (!this.#hours.has(name)) this.#read();
    return this.#hours.get(name) ?? null;
  }

  /** The key of a number that has one. @throws KeyMissingError */
  numberKey(phoneNumberId: string): KeyObject {
    if (!this.#numbers.has(phoneNumberId)) this.#read();
    const key = this.#numbers.get(phoneNumberId);
    if (!key) throw new KeyMissingError('The keyring has no key for this number.');
    return key;
  }

  /** The key of a number, made when it is missing: when the number is set up, and only then. */
  async createNumberKey(phoneNumberId: string): Promise<KeyObject> {
    return this.#numbers.get(phoneNumberId) ?? this.#makeOnce('numbers', phoneNumberId);
  }

  #makeOnce(kind: 'hours' | 'numbers', name: string): Promise<KeyObject> {
    const under = `${kind}/${name}`;
    const making = this.#making.get(under) ?? this.#make(kind, name).finally(() => this.#making.delete(under));
    this.#making.set(under, making);
    return making;
  }

  #make(kind: 'hours' | 'numbers', name: string): Promise<KeyObject> {
    return this.#exclusively(async () => {
      const file = this.#read();
      const known = (kind === 'hours' ? this.#hours : this.#numbers).get(name);
      if (known) return known;
      const secret = randomBytes(32);
      this.#write({ ...file, [kind]: { ...file[kind], [name]: secret.toString('base64') } });
      this.#read();
      return createSecretKey(secret);
    });
  }

  #read(): KeyringFile {
    const file = readKeyringFile(this.#path);
    takeOver(this.#hours, file.hours);
    takeOver(this.#numbers, file.numbers);
    return file;
  }

  #write(file: KeyringFile): void {
    const draft = `${this.#path}.${process.pid}.new`;
    const descriptor = openSync(draft, 'w', 0o600);
    writeSync(descriptor, `${JSON.stringify(file, null, 1)}\n`);
    fsyncSync(descriptor);
    closeSync(descriptor);
    renameSync(draft, this.#path);
    syncFolder(dirname(this.#path));
  }
}

function takeOver(keys: Map<string, KeyObject>, stored: Record<string, string>): void {
  for (const name of keys.keys()) if (!(name in stored)) keys.delete(name);
  for (const [name, secret] of Object.entries(stored)) {
    if (!keys.has(name)) keys.set(name, createSecretKey(Buffer.from(secret, 'base64')));
  }
}

function readKeyringFile(path: string): KeyringFile {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as KeyringFile;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { version: 1, hours: {}, numbers: {} };
    throw error;
  }
}

/** A rename is durable only when its folder is. */
function syncFolder(folder: string): void {
  const descriptor = openSync(folder, 'r');
  fsyncSync(descriptor);
  closeSync(descriptor);
}
