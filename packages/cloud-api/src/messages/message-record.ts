import type { AccountId, PhoneNumber } from '@postern/protocol';

/** What is sealed of a message: whom it is with, and what it says. */
export interface MessageRecord {
  readonly person: PhoneNumber;
  /** The person's account at the transport; known for inbound messages. */
  readonly accountId: AccountId | null;
  readonly callbackData: string | null;
  /** The encoded Content. */
  readonly content: Uint8Array;
}

type Header = readonly [person: PhoneNumber, accountId: AccountId | null, callbackData: string | null];

/** Two bytes of length, a small JSON header, then the content as it is. */
export function encodeMessageRecord({ person, accountId, callbackData, content }: MessageRecord): Buffer {
  const header: Header = [person, accountId, callbackData];
  const json = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(2);
  length.writeUInt16BE(json.length);
  return Buffer.concat([length, json, content]);
}

/** Reads {@link encodeMessageRecord} back. */
export function decodeMessageRecord(bytes: Buffer): MessageRecord {
  const end = 2 + bytes.readUInt16BE();
  const [person, accountId, callbackData] = JSON.parse(bytes.toString('utf8', 2, end)) as Header;
  return { person, accountId, callbackData, content: bytes.subarray(end) };
}
