import type { AccountId, PhoneNumber } from '@postern/protocol';

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

/** Two bytes of length, a small JSON header, then the content as it is. */
export function encodeMessageRecord(record: MessageRecord): Buffer {
  const { person, accountId, callbackData, category, media, identityKeyHash, ttlMs, templateId, content } = record;
  const header: Header = [person, accountId, callbackData, category, media, identityKeyHash, ttlMs, templateId];
  const json = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(2);
  length.writeUInt16BE(json.length);
  return Buffer.concat([length, json, content]);
}

/** Reads {@link encodeMessageRecord} back. */
export function decodeMessageRecord(bytes: Buffer): MessageRecord {
  const end = 2 + bytes.readUInt16BE();
  const header = JSON.parse(bytes.toString('utf8', 2, end)) as Header;
  const [person, accountId, callbackData, category, media, identityKeyHash, ttlMs, templateId = null] = header;
  const content = bytes.subarray(end);
  return { person, accountId, callbackData, category, media, identityKeyHash, ttlMs, templateId, content };
}
