import { createHash } from 'node:crypto';

const hashBytes = 8;

/**
 * What stands for an identity key where businesses are told of it: the first 8 bytes of its SHA-256, in base64. Enough to
 * notice that somebody has another key than before; to compare keys with certainty there are safety numbers.
 */
export function identityKeyHash(identityKey: Uint8Array): string {
  return createHash('sha256').update(identityKey).digest().subarray(0, hashBytes).toString('base64');
}
