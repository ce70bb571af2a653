import { Type, type TArray, type TObject, type TOptional, type TProperties, type TSchema } from 'typebox';
import { limits } from '@postern/protocol';
import type { FieldList } from './fields.ts';

// What the schemas of operations are made of. They say what the JSON body of a request is; in a query or a form the same
// values are written as text (contract section 1.2).

/** An id of the Graph: digits, as text. */
export const graphId = Type.String({ pattern: '^[0-9]{1,20}$' });
/** The digits of a phone number in international form. */
export const waId = Type.String({ pattern: '^[0-9]{5,15}$' });
/** What the contract calls a BSUID (section 5.11). */
export const scopedUserId = Type.String({ pattern: '^[A-Z]{2}\\.(ENT\\.)?[A-Za-z0-9]{1,128}$' });
/** `2026-11-26T01:02:03+0000` */
export const time = Type.String({ pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\\+0000$' });
export const unixSeconds = Type.Integer({ minimum: 0 });
export const count = Type.Integer({ minimum: 0 });
export const webLink = Type.String({ format: 'uri' });

/** Members beyond those that are named. */
export const open = { additionalProperties: true } as const;
export const anyObject = Type.Object({}, open);

/** The answer to a change that was made. */
export const succeeded = Type.Object({ success: Type.Literal(true) });
/** Of an operation that reads no parameters. */
export const nothing = Type.Object({});

/** One of a few words; requests may write them in any case. */
export function oneOf<const Word extends string>(choices: readonly Word[], description?: string): TSchema {
  return Type.Enum([...choices], description === undefined ? {} : { description });
}

/** A list of words; requests may also write them between commas. */
export function words(description?: string, item: TSchema = Type.String()): TArray {
  return Type.Array(item, description === undefined ? {} : { description });
}

/** A text of at most so many characters. */
export function text(maxLength: number, description?: string): TSchema {
  return Type.String({ maxLength, ...(description !== undefined && { description }) });
}

/** What has to be said of every request about messages. */
export const messagingProduct = oneOf(['whatsapp']);

/** How a request walks through a list (contract section 1.6). */
export const paging = {
  limit: Type.Optional(Type.Integer({ minimum: 1, description: `At most ${limits.maxItemsPerPage} count.` })),
  after: Type.Optional(Type.String({ description: 'The cursor `after` of the page before.' })),
  before: Type.Optional(Type.String({ description: 'The cursor `before` of the page after.' })),
};

/** A page of a list, and whatever else the answer tells. */
export function pageOf(item: TSchema, more: TProperties = {}): TObject {
  const cursors = Type.Object({ before: Type.Optional(Type.String()), after: Type.Optional(Type.String()) });
  const links = { next: Type.Optional(webLink), previous: Type.Optional(webLink) };
  return Type.Object({
    data: Type.Array(item),
    paging: Type.Optional(Type.Object({ cursors: Type.Optional(cursors), ...links })),
    ...more,
  });
}

/** The parameter that says which fields of an object are shown. */
export function fieldsOf({ all, unasked }: FieldList<string>): { fields: TOptional<TArray> } {
  const description = `Of: ${all.join(', ')}. Unasked: ${unasked.join(', ')}.`;
  return { fields: Type.Optional(words(description)) };
}

/** An object with those of its fields that were asked for: `id` always is one. */
export function nodeOf<Field extends string>(
  list: FieldList<Field>,
  shapes: Readonly<Record<Field, TSchema>>,
): TObject {
  const shown = list.all.map((field) => [field, field === 'id' ? shapes[field] : Type.Optional(shapes[field])]);
  return Type.Object({ ...(Object.fromEntries(shown) as TProperties), ...(!('id' in shapes) && { id: graphId }) });
}
