import { Type, type Static } from 'typebox';

/** A token that an app was given. */
export const issuedToken = Type.Object({
  accessToken: Type.String(),
  /** Null for a token that never expires. */
  expiresInSeconds: Type.Union([Type.Integer(), Type.Null()]),
});

/** What the Business Manager says of a token, live or not; one of another app is as unknown as one that is none. */
export const tokenDescription = Type.Union([
  Type.Object({ known: Type.Literal(false) }),
  Type.Object({
    known: Type.Literal(true),
    kind: Type.Union([Type.Literal('system_user'), Type.Literal('app')]),
    state: Type.Union([Type.Literal('live'), Type.Literal('expired'), Type.Literal('revoked')]),
    appId: Type.String(),
    appName: Type.String(),
    businessId: Type.String(),
    userId: Type.Union([Type.String(), Type.Null()]),
    scopes: Type.Array(Type.String()),
    wabaIds: Type.Array(Type.String()),
    issuedAtMs: Type.Integer(),
    expiresAtMs: Type.Union([Type.Integer(), Type.Null()]),
  }),
]);

export type IssuedToken = Static<typeof issuedToken>;
export type TokenDescription = Static<typeof tokenDescription>;
export type KnownToken = Extract<TokenDescription, { known: true }>;
