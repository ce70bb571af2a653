import { Type, type Static } from 'typebox';
import { Compile } from 'typebox/compile';
import type { PhoneNumber } from '@postern/protocol';

const phoneNumberNode = Type.Object({
  kind: Type.Literal('phone_number'),
  id: Type.String(),
  phoneNumber: Type.Unsafe<PhoneNumber>(Type.String({ pattern: '^[1-9][0-9]{6,14}$' })),
  verifiedName: Type.String(),
  wabaId: Type.String(),
  businessId: Type.String(),
  /** Whether the account's marketing messages may only be sent over `/marketing_messages`. */
  disablesMarketingOnCloudApi: Type.Boolean(),
});

const businessAccountNode = Type.Object({
  kind: Type.Literal('whatsapp_business_account'),
  id: Type.String(),
  name: Type.String(),
  /** The business that owns it; the token may be one of another that it is shared with. */
  businessId: Type.String(),
  businessName: Type.String(),
  isShared: Type.Boolean(),
  isEnabledForInsights: Type.Boolean(),
  disablesMarketingOnCloudApi: Type.Boolean(),
  createdAtMs: Type.Integer(),
  timezoneId: Type.String(),
  currency: Type.String(),
  messageTemplateNamespace: Type.String(),
  phoneNumbers: Type.Array(phoneNumberNode),
});

const appNode = Type.Object({ kind: Type.Literal('app'), id: Type.String(), name: Type.String() });

const businessNode = Type.Object({
  kind: Type.Literal('business'),
  id: Type.String(),
  name: Type.String(),
  createdAtMs: Type.Integer(),
});

const systemUserNode = Type.Object({
  kind: Type.Literal('system_user'),
  id: Type.String(),
  name: Type.String(),
  businessId: Type.String(),
  businessName: Type.String(),
});

const inactiveToken = Type.Object({
  active: Type.Literal(false),
  reason: Type.Union([
    Type.Literal('unknown'),
    Type.Literal('expired'),
    Type.Literal('revoked'),
    Type.Literal('malformed'),
  ]),
});

const activeToken = Type.Object({
  active: Type.Literal(true),
  kind: Type.Union([Type.Literal('system_user'), Type.Literal('app')]),
  appId: Type.String(),
  appName: Type.String(),
  /** Whether the caller has to prove that they know the app's secret. */
  requiresSecretProof: Type.Boolean(),
  /** Whose the app is, and the user. */
  businessId: Type.String(),
  /** The system user whose token it is; null for an app's own. */
  userId: Type.Union([Type.String(), Type.Null()]),
  scopes: Type.Array(Type.String()),
  /** The business accounts that the token may act on; none for an app's own. */
  wabaIds: Type.Array(Type.String()),
  /** Null for a token that never expires. */
  expiresAtMs: Type.Union([Type.Integer(), Type.Null()]),
  /** The object asked for; null when none was, when there is none, or when the token may not act on it. */
  node: Type.Union([phoneNumberNode, businessAccountNode, appNode, businessNode, systemUserNode, Type.Null()]),
});

const introspection = Type.Union([inactiveToken, activeToken]);
const checkedIntrospection = Compile(introspection);

export type PhoneNumberNode = Static<typeof phoneNumberNode>;
export type BusinessAccountNode = Static<typeof businessAccountNode>;
export type AppNode = Static<typeof appNode>;
export type BusinessNode = Static<typeof businessNode>;
export type SystemUserNode = Static<typeof systemUserNode>;
/** An object that a token may act on. */
export type Node = PhoneNumberNode | BusinessAccountNode | AppNode | BusinessNode | SystemUserNode;
export type InactiveToken = Static<typeof inactiveToken>;
export type ActiveToken = Static<typeof activeToken>;
/** What the Business Manager says of a token and of the object it is used on. */
export type Introspection = InactiveToken | ActiveToken;

/** Reads the Business Manager's answer; null when it is not one. */
export function parseIntrospection(answer: unknown): Introspection | null {
  return checkedIntrospection.Check(answer) ? answer : null;
}
