import type { Queryable } from '@postern/postgres';
import { hashToken } from '@postern/service';
import type { BusinessManager } from '../business-manager.ts';
import type { Scope } from './access-tokens.ts';
import type { BusinessAccountNode, Introspection, Node, PhoneNumberNode } from './introspection-answer.ts';

/** A token as it is stored, live or not, and the node that was asked for with it. */
interface TokenRow {
  tokenId: string;
  userId: string;
  appId: string;
  appName: string;
  requiresSecretProof: boolean;
  businessId: string;
  businessName: string;
  businessCreatedAtMs: number;
  scopes: Scope[];
  wabaIds: string[];
  issuedAtMs: number;
  expiresAtMs: number | null;
  revokedAtMs: number | null;
  account: AccountRow | null;
  phone: PhoneRow | null;
  /** The system user that was asked for. */
  nodeUserName: string | null;
}

interface AccountRow extends Omit<BusinessAccountNode, 'kind' | 'phoneNumbers'> {
  /** Null when a phone number was asked for. */
  phones: PhoneRow[] | null;
}

interface PhoneRow {
  id: string;
  phoneNumber: string;
  verifiedName: string;
}

const phoneObject = (phone: string) =>
  `jsonb_build_object('id', ${phone}.id, 'phoneNumber', ${phone}.phone_number, 'verifiedName', ${phone}.verified_name)`;

/*
 * One statement for the token, its app and the node. The node is reached by its account: a phone number stands for the
 * account that it belongs to, any other id for itself; what the token cannot reach is not joined.
 */
const tokenQuery = `
  SELECT tokens.id AS "tokenId", tokens.system_user_id AS "userId", tokens.app_id AS "appId", apps.name AS "appName",
    apps.requires_secret_proof AS "requiresSecretProof",
    tokens.business_id AS "businessId", business.name AS "businessName", business.created_at_ms AS "businessCreatedAtMs",
    node_user.name AS "nodeUserName", tokens.scopes, tokens.created_at_ms AS "issuedAtMs",
    tokens.expires_at_ms AS "expiresAtMs", tokens.revoked_at_ms AS "revokedAtMs",
    ARRAY(SELECT waba_id FROM reachable_accounts WHERE token_id = tokens.id ORDER BY waba_id) AS "wabaIds",
    CASE WHEN accounts.id IS NOT NULL THEN jsonb_build_object(
      'id', accounts.id, 'businessId', accounts.business_id, 'businessName', owner.name, 'name', accounts.name,
      'currency', accounts.currency, 'timezoneId', accounts.timezone_id, 'createdAtMs', accounts.created_at_ms,
      'messageTemplateNamespace', accounts.message_template_namespace,
      'isEnabledForInsights', accounts.is_enabled_for_insights,
      'disablesMarketingOnCloudApi', accounts.disables_marketing_on_cloud_api,
      'isShared', EXISTS (SELECT FROM account_businesses AS shared WHERE shared.waba_id = accounts.id AND NOT shared.is_owner),
      'phones', CASE WHEN phone.id IS NULL THEN (
        SELECT coalesce(jsonb_agg(${phoneObject('each_phone')} ORDER BY each_phone.created_at_ms, each_phone.id), '[]')
        FROM phone_numbers AS each_phone WHERE each_phone.waba_id = accounts.id AND each_phone.status = 'active'
      ) END
    ) END AS account,
    CASE WHEN accounts.id IS NOT NULL AND phone.id IS NOT NULL THEN ${phoneObject('phone')} END AS phone
  FROM access_tokens AS tokens
  JOIN apps ON apps.id = tokens.app_id
  JOIN businesses AS business ON business.id = tokens.business_id
  LEFT JOIN system_users AS node_user ON node_user.id = $2 AND node_user.business_id = tokens.business_id
  LEFT JOIN phone_numbers AS phone ON phone.id = $2 AND phone.status = 'active'
  LEFT JOIN reachable_accounts AS reach
    ON reach.token_id = tokens.id AND reach.waba_id = coalesce(phone.waba_id, $2)
  LEFT JOIN whatsapp_business_accounts AS accounts ON accounts.id = reach.waba_id
  LEFT JOIN businesses AS owner ON owner.id = accounts.business_id
  WHERE tokens.token_hash = $1`;

/** What is stored of a token, be it live or not. */
export async function findTokenRow(
  database: Queryable,
  { token, node }: { token: string; node: string | null },
): Promise<TokenRow | null> {
  const [row] = await database.prepared<TokenRow>('introspect-token', tokenQuery, [hashToken(token), node]);
  return row ?? null;
}

/** Introspects a system user's token. */
export async function introspectSystemUserToken(
  { database, clock }: BusinessManager,
  { token, node }: { token: string; node: string | null },
): Promise<Introspection> {
  const row = await findTokenRow(database, { token, node });
  if (!row) return { active: false, reason: 'unknown' };
  if (row.revokedAtMs !== null) return { active: false, reason: 'revoked' };
  if (row.expiresAtMs !== null && row.expiresAtMs <= clock.now()) return { active: false, reason: 'expired' };
  return {
    active: true,
    kind: 'system_user',
    tokenId: row.tokenId,
    appId: row.appId,
    appName: row.appName,
    requiresSecretProof: row.requiresSecretProof,
    businessId: row.businessId,
    userId: row.userId,
    scopes: row.scopes,
    wabaIds: row.wabaIds,
    issuedAtMs: row.issuedAtMs,
    expiresAtMs: row.expiresAtMs,
    node: nodeOf(row, node),
  };
}

function nodeOf({ account, phone, ...row }: TokenRow, node: string | null): Node | null {
  if (node === null) return null;
  if (account) return phone ? phoneNumberNode(phone, account) : accountNode(account);
  const { appId, appName, businessId, businessName, nodeUserName } = row;
  if (node === appId) return { kind: 'app', id: appId, name: appName };
  if (node === businessId)
    return { kind: 'business', id: businessId, name: businessName, createdAtMs: row.businessCreatedAtMs };
  if (nodeUserName === null) return null;
  return { kind: 'system_user', id: node, name: nodeUserName, businessId, businessName };
}

function accountNode({ phones, ...account }: AccountRow): Node {
  const phoneNumbers = (phones ?? []).map((each) => phoneNumberNode(each, { phones, ...account }));
  return { kind: 'whatsapp_business_account', ...account, phoneNumbers };
}

function phoneNumberNode(phone: PhoneRow, account: AccountRow): PhoneNumberNode {
  const { id: wabaId, name: wabaName, businessId, disablesMarketingOnCloudApi } = account;
  return { kind: 'phone_number', ...phone, wabaId, wabaName, businessId, disablesMarketingOnCloudApi };
}
