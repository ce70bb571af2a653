import { limits } from '@postern/protocol';
import { Type, type Static } from 'typebox';
import { gaps } from './contract/gaps.ts';
import { messagingLimits, type MessagingLimit } from './rules/messaging-limit.ts';

/** Settings of the Cloud API. */
export const cloudApiConfig = Type.Object({
  databaseUrl: Type.String({ minLength: 1 }),
  host: Type.String({ default: '127.0.0.1' }),
  port: Type.Integer({ minimum: 0, maximum: 65_535, default: 8700 }),
  /** The port for HTTPS, beside the other. All three settings or none. */
  httpsPort: Type.Optional(Type.Integer({ minimum: 0, maximum: 65_535 })),
  /** PEM files: the certificate with those between it and its authority, and its key. New ones are taken within a minute. */
  httpsCertificateFile: Type.Optional(Type.String({ minLength: 1 })),
  httpsKeyFile: Type.Optional(Type.String({ minLength: 1 })),
  /** Whose `X-Forwarded-Proto` and `X-Forwarded-Host` are believed; see {@link parseTrustedProxies}. */
  trustedProxies: Type.String({ maxLength: 1_000, default: 'loopback' }),
  /** Where the transport answers. */
  transportUrl: Type.String({ pattern: '^https?://' }),
  /** Where the Business Manager answers, and what it wants to see. */
  businessManagerUrl: Type.String({ pattern: '^https?://' }),
  serviceToken: Type.String({ minLength: 16 }),
  /** The folder of the keys that seal what is kept; made when it is missing. Both halves of the Cloud API use it. */
  keyringFolder: Type.String({ minLength: 1 }),
  /** The folder of the audit log, for both halves too: what was done with keys and content, as a Merkle log. */
  auditFolder: Type.String({ minLength: 1 }),
  /** The folder of encrypted media, for both halves too; made when it is missing. */
  mediaFolder: Type.String({ minLength: 1 }),
  /** Where the root key lies when it is to lie elsewhere, for example on a volume that no backup takes. */
  keyringRootFolder: Type.Optional(Type.String({ minLength: 1 })),
  /** A file with the passphrase that seals the root key. */
  keyringPassphraseFile: Type.Optional(Type.String({ minLength: 1 })),
  /** A PKCS#11 token that holds the root key: its library, its label, and a file with its PIN. */
  keyringPkcs11Library: Type.Optional(Type.String({ minLength: 1 })),
  keyringPkcs11Token: Type.Optional(Type.String({ minLength: 1 })),
  keyringPkcs11PinFile: Type.Optional(Type.String({ minLength: 1 })),
  /** What our keys on the token are called by; each installation that shares a token has its own. */
  keyringPkcs11Label: Type.String({ pattern: '^[A-Za-z0-9._-]{1,32}$', default: 'postern' }),
  /** How old copies of the keyring WITH its root key may be, wherever they are. 0 when the root key is never copied. */
  keyringBackupMaxAgeHours: Type.Integer({ minimum: 0, maximum: 720, default: 0 }),
  /**
   * The longest time for which anything may be kept here. With the age of keyring backups it must not exceed 30 days.
   * Fixed when the keyring is made.
   */
  maxRetentionHours: Type.Integer({ minimum: 24, maximum: 720, default: 720 }),
  /** The keyring is lost for good: give up what it sealed, so that its numbers can be registered anew. */
  acceptLostKeyring: Type.Boolean({ default: false }),
  /** Believe the machine's clock although it has jumped forward: the time it shows, in ISO 8601. */
  acceptClockAt: Type.Optional(Type.String({ format: 'date-time' })),
  /** The region whose keys seal what is kept here. */
  region: Type.String({ pattern: '^[A-Za-z0-9-]{1,32}$', default: 'local' }),
  /** Whether webhooks may go to this very machine, and media be fetched from it. For the sandbox only. */
  allowLoopbackWebhooks: Type.Boolean({ default: false }),
  /**
   * Internal places where webhooks may go to, and media be fetched from, all the same: host names, addresses, networks
   * (`10.1.0.0/16`).
   */
  allowedInternal: Type.Array(Type.String({ pattern: '^[A-Za-z0-9._:-]{1,253}(/[0-9]{1,3})?$' }), { default: [] }),
  /** A PEM file of certificate authorities that webhook endpoints may be certified by, besides the usual ones. */
  webhookCaFile: Type.Optional(Type.String({ minLength: 1 })),
  /** Whether free-form messages go only to people who wrote in the last 24 hours, as the contract has it. */
  serviceWindow: Type.Boolean({ default: true }),
  /**
   * Whether the rates of sending are limited as the contract has it: 80 or 1,000 messages a second for each number, one
   * in 6 seconds to each person; 200 or 5,000 management calls an hour for each app and account. Without them a number sends as
   * fast as this installation can.
   */
  rateLimits: Type.Boolean({ default: true }),
  /** The HTTP status of a message that exceeds a rate. */
  throttleStatus: Type.Union([Type.Literal(400), Type.Literal(429)], { default: gaps.throttleStatus }),
  /** Whether businesses may raise their numbers to 1,000 messages a second. */
  allowHighThroughput: Type.Boolean({ default: false }),
  /** To how many people each business may write in 24 hours who did not write first; the contract begins with 250. */
  messagingLimit: Type.Unsafe<MessagingLimit>(
    Type.Union(
      (Object.keys(messagingLimits) as MessagingLimit[]).map((tier) => Type.Literal(tier)),
      { default: 'TIER_250' },
    ),
  ),
  /** Where the other systems keep their data, for the record of processing. Not declared when left out. */
  transportRegion: Type.Optional(Type.String({ pattern: '^[A-Za-z0-9-]{1,32}$' })),
  businessManagerRegion: Type.Optional(Type.String({ pattern: '^[A-Za-z0-9-]{1,32}$' })),
  /** A JSON file with the list of sub-processors; nobody is one when it is left out. */
  subProcessorsFile: Type.Optional(Type.String({ minLength: 1 })),
  /** The terms of processing that businesses are asked to accept, and where they can be read. */
  termsVersion: Type.String({ pattern: '^[A-Za-z0-9._-]{1,64}$', default: 'postern-1' }),
  termsUrl: Type.Optional(Type.String({ pattern: '^https?://' })),
  /** Whether message templates are approved at once, after a delay, or by the operator. */
  templateReview: Type.Union([Type.Literal('at-once'), Type.Literal('after-delay'), Type.Literal('by-hand')], {
    default: 'at-once',
  }),
  templateReviewDelaySeconds: Type.Integer({
    minimum: 1,
    maximum: limits.maxTemplateReviewDelaySeconds,
    default: 60,
  }),
  /** The token with which templates are reviewed and decided on. Without one nobody can. */
  reviewToken: Type.Optional(Type.String({ minLength: 16 })),
  /** The token with which the operator reads the statistics. Without one nobody can. */
  operatorToken: Type.Optional(Type.String({ minLength: 16 })),
  maxDatabaseConnections: Type.Optional(Type.Integer({ minimum: 2, maximum: 1_000 })),
});

export type CloudApiConfig = Static<typeof cloudApiConfig>;

/** Where requests may go that others chose the URL of. */
export function outsideOf({ allowLoopbackWebhooks, allowedInternal }: CloudApiConfig) {
  return { allowLoopback: allowLoopbackWebhooks, allowedInternal };
}
