import { randomInt } from 'node:crypto';

const graphIdPattern = /^[1-9][0-9]{14,16}$/;

/** Whether this may be the id of an object that has a decimal one (contract section 1.1). */
export function isGraphId(id: string): boolean {
  return graphIdPattern.test(id);
}

/**
 * Draws the id of an object that the Cloud API keeps: 16 digits, so that it never looks like a phone number, and below 2^53,
 * so that a client that reads ids as numbers does not change them. Of 8 · 10^15 ids none is drawn twice, nor one of the
 * Business Manager's.
 */
export function newGraphId(): string {
  return String(randomInt(1_000, 9_007)) + String(randomInt(10 ** 12)).padStart(12, '0');
}
