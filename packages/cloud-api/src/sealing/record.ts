import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  randomFillSync,
  timingSafeEqual,
  type KeyObject,
} from 'node:crypto';

const formatVersion = 1;
const saltBytes = 24;
const commitmentBytes = 32;
const tagBytes = 16;
const headerBytes = 1 + saltBytes + commitmentBytes + tagBytes;

// Each record has a key of its own, so the nonce may be the same for all.
const nonce = Buffer.alloc(12);

const saltBlock = Buffer.alloc(saltBytes * 512);
let usedSaltBytes = saltBlock.length;

/** The record does not open: damaged, moved to another place, or under another key. */
export class SealBrokenError extends Error {
  override readonly name = 'SealBrokenError';
  readonly retryable = false;
}

/** Where a record stands. It opens nowhere else. */
export interface RecordPlace {
  readonly table: string;
  readonly column: string;
  readonly region: string;
  readonly phoneNumberId: string;
  readonly row: string;
  /** What dates the record: `retention/slot` of its time key, or the version of a row that is written again. */
  readonly epoch: string;
}

/**
 * Seals one record under a long-lived key: HMAC-SHA512 over salt and place gives an AES-256-GCM key of the
 * record's own and a commitment to it; the place is associated data as well. GCM alone does not commit to its
 * key (one ciphertext can open under two), hence the commitment, which is checked first.
 * Layout: version 1, salt 24, commitment 32, tag 16, ciphertext.
 */
export function sealRecord(key: KeyObject, place: RecordPlace, plaintext: Uint8Array): Buffer {
  const salt = nextSalt();
  const context = encodePlace(place);
  const { recordKey, commitment } = deriveRecordKey(key, salt, context);
  const cipher = createCipheriv('aes-256-gcm', recordKey, nonce, { authTagLength: tagBytes });
  cipher.setAAD(context);
  const ciphertext = cipher.update(plaintext);
  cipher.final();
  return Buffer.concat([Buffer.from([formatVersion]), salt, commitment, cipher.getAuthTag(), ciphertext]);
}

/** Opens what {@link sealRecord} sealed at the same place. @throws SealBrokenError */
export function openRecord(key: KeyObject, place: RecordPlace, sealed: Uint8Array): Buffer {
  if (sealed.length < headerBytes || sealed[0] !== formatVersion)
    throw new SealBrokenError('A sealed record has no known form.');
  const salt = sealed.subarray(1, 1 + saltBytes);
  const context = encodePlace(place);
  const { recordKey, commitment } = deriveRecordKey(key, salt, context);
  const tagStart = 1 + saltBytes + commitmentBytes;
  if (!timingSafeEqual(commitment, sealed.subarray(1 + saltBytes, tagStart))) {
    throw new SealBrokenError('A sealed record does not belong here.');
  }
  const decipher = createDecipheriv('aes-256-gcm', recordKey, nonce, { authTagLength: tagBytes });
  decipher.setAAD(context);
  decipher.setAuthTag(sealed.subarray(tagStart, headerBytes));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(headerBytes)), decipher.final()]);
  } catch {
    throw new SealBrokenError('A sealed record is damaged.');
  }
}

/** A record's own key, and what commits to it. */
function deriveRecordKey(
  key: KeyObject,
  salt: Uint8Array,
  context: Uint8Array,
): { recordKey: Buffer; commitment: Buffer } {
  const output = createHmac('sha512', key).update('postern record v1\0').update(salt).update(context).digest();
  return { recordKey: output.subarray(0, 32), commitment: output.subarray(32) };
}

/** Each part with its length before it, so that no two places read the same. */
function encodePlace({ table, column, region, phoneNumberId, row, epoch }: RecordPlace): Buffer {
  const parts = [table, column, region, phoneNumberId, row, epoch];
  return Buffer.from(parts.map((part) => `${part.length}:${part}`).join(''), 'utf8');
}

/** Random salts, drawn 512 at a time: one system call per record costs more than the seal. */
function nextSalt(): Buffer {
  if (usedSaltBytes === saltBlock.length) {
    randomFillSync(saltBlock);
    usedSaltBytes = 0;
  }
  usedSaltBytes += saltBytes;
  return Buffer.from(saltBlock.subarray(usedSaltBytes - saltBytes, usedSaltBytes));
}
