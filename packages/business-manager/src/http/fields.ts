import { limits } from '@postern/protocol';
import { Type, type Static } from 'typebox';
import { allScopes } from '../access/access-tokens.ts';
import { graphIdPattern } from '../directory/graph-ids.ts';
import type { PageRequest } from '../directory/pages.ts';

/** A Graph id. */
export const idField = Type.String({ pattern: graphIdPattern });

/** Text for people: something visible, no control characters. */
export const nameField = Type.String({
  minLength: 1,
  maxLength: limits.maxNameCharacters,
  pattern: '^(?=.*\\S)[^\\u0000-\\u001f\\u007f]*$',
});

/** The contract's number of a time zone. */
export const timezoneField = Type.String({ pattern: '^[0-9]{1,3}$' });

/** What a token allows. */
export const scopesField = Type.Array(Type.Union(allScopes.map((scope) => Type.Literal(scope))), {
  minItems: 1,
  maxItems: allScopes.length,
  uniqueItems: true,
});

/** The accounts granted to a token. */
export const wabaIdsField = Type.Array(idField, { maxItems: limits.maxBusinessAccountsPerToken, uniqueItems: true });

export const redirectUriField = Type.String({ minLength: 1, maxLength: limits.maxRedirectUriCharacters });

export const idParams = Type.Object({ id: idField });

export const nameBody = Type.Object({ name: nameField }, { additionalProperties: false });

const limitField = Type.Optional(Type.Integer({ minimum: 1, maximum: limits.maxItemsPerPage }));

export const pageQuery = Type.Object(
  { limit: limitField, after: Type.Optional(idField) },
  { additionalProperties: false },
);

export const logQuery = Type.Object(
  { limit: limitField, after: Type.Optional(Type.Integer({ minimum: 0 })) },
  { additionalProperties: false },
);

export function pageRequest({ limit, after }: Static<typeof pageQuery>): PageRequest {
  return { limit: limit ?? limits.defaultItemsPerPage, after: after ?? null };
}
