import { ContentSchema, decode, MediaKind, type Message } from '@postern/protocol';

/** Seen from the business. */
export const directions = ['sent', 'received'] as const;
export type Direction = (typeof directions)[number];

/** The types of messages (contract section 2.1) that are counted apart. Every cell is always there, counted or not. */
export const countedTypes = [
  'text',
  'image',
  'video',
  'audio',
  'document',
  'sticker',
  'location',
  'contacts',
  'interactive',
  'template',
  'reaction',
  'other',
] as const;
export type CountedType = (typeof countedTypes)[number];

/** What one message is counted under in a region's day. */
export interface Cell {
  readonly direction: Direction;
  readonly type: CountedType;
}

/** Every cell of a region's day. */
export const cells: readonly Cell[] = directions.flatMap((direction) =>
  countedTypes.map((type) => ({ direction, type })),
);

/** How a cell is called in the database: `sent/text`. */
export function nameOfCell({ direction, type }: Cell): string {
  return `${direction}/${type}`;
}

const mediaTypes: Readonly<Record<MediaKind, CountedType>> = {
  [MediaKind.UNSPECIFIED]: 'other',
  [MediaKind.IMAGE]: 'image',
  [MediaKind.VIDEO]: 'video',
  [MediaKind.AUDIO]: 'audio',
  [MediaKind.DOCUMENT]: 'document',
  [MediaKind.STICKER]: 'sticker',
};

/** The type under which a message is counted. */
export function countedTypeOf({ body }: Pick<Message, 'body'>): CountedType {
  if (body.case === 'media') return mediaTypes[body.value.kind];
  if (body.case === 'reply') return 'interactive';
  return countedTypes.find((type) => type === body.case) ?? 'other';
}

/** The same of an encoded Content. */
export function countedTypeOfContent(content: Uint8Array): CountedType {
  const body = decode(ContentSchema, content)?.body;
  return body?.case === 'message' ? countedTypeOf(body.value) : 'other';
}
