import { createSecretKey, type KeyObject } from 'node:crypto';
import { KeyringLockedError } from './errors.ts';

/** What a keys file holds: its keys by their names, such as `time/eu/720/490000`, `number/1555…`, `shard/3/1`. */
export interface KeyContents {
  /** Unix milliseconds at which the root key of this generation was made. */
  readonly rootMadeAtMs: number;
  /** The longest retention of anything sealed with these keys; fixed when the keyring is made. */
  readonly maxRetentionHours: number;
  readonly keys: ReadonlyMap<string, KeyObject>;
}

/** The keys of one generation. */
export interface Generation {
  readonly number: number;
  readonly contents: KeyContents;
}

const keyBytes = 32;

interface Header {
  readonly rootMadeAtMs: number;
  readonly maxRetentionHours: number;
  readonly names: readonly string[];
}

/** Length of the header (4 bytes), header in JSON, then each key. The caller overwrites the answer when it is done. */
export function encodeKeyContents({ rootMadeAtMs, maxRetentionHours, keys }: KeyContents): Buffer {
  const header = Buffer.from(
    JSON.stringify({ rootMadeAtMs, maxRetentionHours, names: [...keys.keys()] } satisfies Header),
  );
  const bytes = Buffer.alloc(4 + header.length + keys.size * keyBytes);
  bytes.writeUInt32BE(header.length, 0);
  header.copy(bytes, 4);
  let at = 4 + header.length;
  for (const key of keys.values()) {
    const secret = key.export();
    secret.copy(bytes, at);
    secret.fill(0);
    at += keyBytes;
  }
  return bytes;
}

/**
 * The reverse of {@link encodeKeyContents}. A key that was known before stays the same object, so that what was derived
 * from it and is kept beside it stays usable. @throws KeyringLockedError
 */
export function decodeKeyContents(bytes: Buffer, known: ReadonlyMap<string, KeyObject>): KeyContents {
  const headerEnd = 4 + bytes.readUInt32BE(0);
  const { rootMadeAtMs, maxRetentionHours, names } = JSON.parse(bytes.toString('utf8', 4, headerEnd)) as Header;
  if (bytes.length !== headerEnd + names.length * keyBytes)
    throw new KeyringLockedError('the keys file does not hold as many keys as it names');
  const keys = new Map<string, KeyObject>();
  for (const [index, name] of names.entries()) {
    const key = createSecretKey(bytes.subarray(headerEnd + index * keyBytes, headerEnd + (index + 1) * keyBytes));
    const same = known.get(name);
    keys.set(name, same?.equals(key) ? same : key);
  }
  return { rootMadeAtMs, maxRetentionHours, keys };
}
