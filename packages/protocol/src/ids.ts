import { randomUUID } from 'node:crypto';

/** An id that cannot be taken for another kind of id, though both are strings. */
type Branded<Value, Name extends string> = Value & { readonly __brand: Name };

/** A transport account: a lower-case UUID. Signal addresses are made of these, never of phone numbers. */
export type AccountId = Branded<string, 'AccountId'>;
/** One device of an account: 1 to 127. */
export type DeviceId = Branded<number, 'DeviceId'>;
/** One ciphertext for one device: a lower-case UUID chosen by the sender. */
export type EnvelopeId = Branded<string, 'EnvelopeId'>;
/** The digits of an E.164 number without the plus; the contract's `wa_id`. */
export type PhoneNumber = Branded<string, 'PhoneNumber'>;
/** Stands for a person towards one business: a country and characters that say nothing (the contract's BSUID, section 5.11). */
export type UserId = Branded<string, 'UserId'>;
/** Upper-case hex, unique for its sender; the core of a wamid. */
export type MessageId = Branded<string, 'MessageId'>;

const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Returns the text as an account id, or null when it is no lower-case UUID. */
export function parseAccountId(text: string): AccountId | null {
  return uuidPattern.test(text) ? (text as AccountId) : null;
}

/** Returns the number as a device id, or null outside 1 to 127 (libsignal's range). */
export function parseDeviceId(value: number): DeviceId | null {
  return Number.isInteger(value) && value >= 1 && value <= 127 ? (value as DeviceId) : null;
}

/** Returns 7 to 15 digits without a leading zero as a phone number, or null (ITU-T E.164). */
export function parsePhoneNumber(digits: string): PhoneNumber | null {
  return /^[1-9][0-9]{6,14}$/.test(digits) ? (digits as PhoneNumber) : null;
}

/** Returns a country's two letters, a dot and up to 128 letters and digits as a user id, or null. */
export function parseUserId(text: string): UserId | null {
  return /^[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}$/.test(text) ? (text as UserId) : null;
}

/** Returns 16 to 32 upper-case hex characters as a message id, or null. */
export function parseMessageId(text: string): MessageId | null {
  return /^[0-9A-F]{16,32}$/.test(text) ? (text as MessageId) : null;
}

export function newAccountId(): AccountId {
  return randomUUID() as AccountId;
}

export function newEnvelopeId(): EnvelopeId {
  return randomUUID() as EnvelopeId;
}

/** The 16 bytes of a UUID, as ids travel on the wire. */
export function uuidToBytes(uuid: AccountId | EnvelopeId): Uint8Array {
  return Buffer.from(uuid.replaceAll('-', ''), 'hex');
}

function bytesToUuid(bytes: Uint8Array): string | null {
  if (bytes.length !== 16) return null;
  const hex = Buffer.from(bytes.buffer, bytes.byteOffset, 16).toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** Reads an account id from the wire; null unless it has 16 bytes. */
export function accountIdFromBytes(bytes: Uint8Array): AccountId | null {
  return bytesToUuid(bytes) as AccountId | null;
}

/** Reads an envelope id from the wire; null unless it has 16 bytes. */
export function envelopeIdFromBytes(bytes: Uint8Array): EnvelopeId | null {
  return bytesToUuid(bytes) as EnvelopeId | null;
}
