import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import type { PhoneNumber } from '@postern/protocol';

const hashBytes = 16;

/** The key that a number's look-ups of one hour are hashed with; it cannot be made any more when the hour's key is gone. */
export function lookupKey(hourKey: KeyObject, phoneNumberId: string): KeyObject {
  return createSecretKey(createHmac('sha256', hourKey).update(`postern person look-up v1\0${phoneNumberId}`).digest());
}

/** 16 bytes that stand for a person in one hour of one number. */
export function hashPerson(key: KeyObject, person: PhoneNumber): Buffer {
  return createHmac('sha256', key).update(person).digest().subarray(0, hashBytes);
}
