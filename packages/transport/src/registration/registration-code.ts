import { createHash, createHmac, randomInt } from 'node:crypto';
import { equalHashes } from '@postern/service';

const codeDigits = 6;

/** Draws a code of six digits. */
export function newCode(): string {
  return randomInt(10 ** codeDigits)
    .toString()
    .padStart(codeDigits, '0');
}

/** How a registration id is stored: who reads the table cannot go on with somebody's registration. */
export function hashRegistrationId(registrationId: string): Buffer {
  return createHash('sha256').update(registrationId).digest();
}

/**
 * How a code is stored. A million codes are quickly tried, so the hash is keyed with the registration id, whose 122
 * random bits are not in the table.
 */
export function hashCode(registrationId: string, code: string): Buffer {
  return createHmac('sha256', registrationId).update(code).digest();
}

/** Compares a code with a stored hash in constant time. */
export function isRightCode(registrationId: string, code: string, codeHash: Buffer): boolean {
  return equalHashes(hashCode(registrationId, code), codeHash);
}
