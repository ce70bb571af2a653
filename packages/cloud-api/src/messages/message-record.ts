import type { AccountId, PhoneNumber } from '@postern/protocol';
import type { MessageUser } from '../user-ids/user-id.ts';

/** On which terms a message goes out and is priced (contract section 8): free-form messages are `service`. */
export const categories = ['service', 'marketing', 'marketing_lite', 'utility', 'authentication'] as const;
export type MessageCategory = (typeof categories)[number];

/** As what media are shown in a message. */
export type MediaUseKind = 'image' | 'video' | 'audio' | 'document' | 'sticker' | 'gif';

/** What an attachment is to be made of: media that were uploaded, or something to fetch; or, of a person's, how to get it. */
export type MediaSource = ({ readonly id: string } | { readonly link: string }) & { readonly kind?: MediaUseKind };

/** What is sealed of a message: whom it is with, and what it says. */
export interface MessageRecord {
  readonly person: PhoneNumber;
  /** The person's account at the transport; known for inbound messages. */
  readonly accountId: AccountId | null;
  readonly callbackData: string | null;
  /** Null for inbound messages. */
  readonly category: MessageCategory | null;
  /** What the attachments of the content are made of, in their order; empty for inbound messages. */
  readonly media: readonly MediaSource[];
  /** The identity that the business expects the person to have (contract section 7.4). */
  readonly identityKeyHash: string | null;
  /** For how long it is tried to deliver it; null for as long as it is kept, and for inbound messages. */
  readonly ttlMs: number | null;
  /** The template that it was made of; null for free-form and inbound messages. */
  readonly templateId: string | null;
  /** The encoded Content. */
  readonly content: Uint8Array;
  /** How the business knows the person; null when it has no user id of them. */
  readonly user?: MessageUser | null;
}

type Header = readonly [
  person: PhoneNumber,
  accountId: AccountId | null,
  callbackData: string | null,
  category: MessageCategory | null,
  media: readonly MediaSource[],
  identityKeyHash: string | null,
  ttlMs: number | null,
  // Missing in records that earlier versions have sealed.
  templateId?: string | null,
];

/** How the business knows the person and a small JSON header, each after two bytes of length, then the content as it is. */
export function encodeMessageRecord({ user = null, ...record }: MessageRecord): Buffer {
  return withUser(encodeWithoutUser(record), user);
}

/** Puts who it is before the rest, which may have been encoded before that was known. */
export function withUser(encoded: Uint8Array, user: MessageUser | null): Buffer {
  const json = user ? Buffer.from(JSON.stringify(user)) : Buffer.alloc(0);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(json.length);
  return Buffer.concat([length, json, encoded]);
}

/** What {@link withUser} makes a whole record of. @throws RangeError when the header is too long */
export function encodeWithoutUser(record: Omit<MessageRecord, 'user'>): Buffer {
  const { person, accountId, callbackData, category, media, identityKeyHash, ttlMs, templateId, content } = record;
  const header: Header = [person, accountId, callbackData, category, media, identityKeyHash, ttlMs, templateId];
  const json = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(2);
  length.writeUInt16BE(json.length);
  return Buffer.concat([length, json, content]);
}

/** Reads {@link encodeMessageRecord} back. */
export function decodeMessageRecord(bytes: Buffer): MessageRecord {
  const { user, start } = readUser(bytes);
  const end = start + 2 + bytes.readUInt16BE(start);
  const header = JSON.parse(bytes.toString('utf8', start + 2, end)) as Header;
  const [person, accountId, callbackData, category, media, identityKeyHash, ttlMs, templateId = null] = header;
  const content = bytes.subarray(end);
  return { person, accountId, callbackData, category, media, identityKeyHash, ttlMs, templateId, content, user };
}

/** How the business knows the person, and where the rest begins. */
function readUser(bytes: Buffer): { user: MessageUser | null; start: number } {
  const start = 2 + bytes.readUInt16BE();
  if (start === 2) return { user: null, start };
  const json = bytes.toString('utf8', 2, start);
  // Records that earlier versions have sealed begin with the header, which is a list.
  return json.startsWith('[') ? { user: null, start: 0 } : { user: JSON.parse(json) as MessageUser, start };
}
