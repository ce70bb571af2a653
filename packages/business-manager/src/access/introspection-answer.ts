import type { Scope } from './access-tokens.ts';

export interface PhoneNumberNode {
  kind: 'phone_number';
  id: string;
  /** Digits without the plus. */
  phoneNumber: string;
  verifiedName: string;
  wabaId: string;
  wabaName: string;
  /** Whose account it is in: the portfolio that its limits are counted for. */
  businessId: string;
  /** Whether the account's marketing messages may only be sent over `/marketing_messages`. */
  disablesMarketingOnCloudApi: boolean;
}

export interface BusinessAccountNode {
  kind: 'whatsapp_business_account';
  id: string;
  name: string;
  /** The business that owns it; its token may be one of another that it is shared with. */
  businessId: string;
  businessName: string;
  isShared: boolean;
  isEnabledForInsights: boolean;
  disablesMarketingOnCloudApi: boolean;
  createdAtMs: number;
  currency: string;
  timezoneId: string;
  messageTemplateNamespace: string;
  phoneNumbers: PhoneNumberNode[];
}

interface AppNode {
  kind: 'app';
  id: string;
  name: string;
}

interface BusinessNode {
  kind: 'business';
  id: string;
  name: string;
  createdAtMs: number;
}

interface SystemUserNode {
  kind: 'system_user';
  id: string;
  name: string;
  businessId: string;
  businessName: string;
}

/** An object that a token may act on. */
export type Node = PhoneNumberNode | BusinessAccountNode | AppNode | BusinessNode | SystemUserNode;

interface InactiveToken {
  active: false;
  reason: 'unknown' | 'expired' | 'revoked' | 'malformed';
}

interface ActiveToken {
  active: true;
  kind: 'system_user' | 'app';
  /** Null for an app token, which is the app's id and secret. */
  tokenId: string | null;
  appId: string;
  appName: string;
  /** Whether the caller has to prove that they know the app's secret. */
  requiresSecretProof: boolean;
  businessId: string;
  /** Null for an app token. */
  userId: string | null;
  scopes: Scope[];
  /** The accounts that the token may act on. */
  wabaIds: string[];
  issuedAtMs: number;
  /** Null for a token that never expires. */
  expiresAtMs: number | null;
  /** The object that was asked for; null when none was, or when the token may not act on it, or there is none. */
  node: Node | null;
}

export type Introspection = InactiveToken | ActiveToken;
