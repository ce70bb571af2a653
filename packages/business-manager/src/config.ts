import { limits } from '@postern/protocol';
import { Type, type Static } from 'typebox';

/** Settings of the Business Manager. */
export const businessManagerConfig = Type.Object({
  databaseUrl: Type.String({ minLength: 1 }),
  host: Type.String({ default: '127.0.0.1' }),
  port: Type.Integer({ minimum: 0, maximum: 65_535, default: 8702 }),
  /** What an administrator presents to the admin API. */
  adminToken: Type.String({ minLength: 16 }),
  /** What the Cloud API and other systems present to the service API. */
  serviceToken: Type.String({ minLength: 16 }),
  /** 32 bytes in hex; app secrets are derived from it. Whoever changes it changes every app's secret. */
  masterKey: Type.String({ pattern: '^[0-9a-fA-F]{64}$' }),
  /** The folder of the audit log of what administrators do; made when it is missing. */
  auditFolder: Type.String({ minLength: 1 }),
  /** Opens `/operator/metrics` to its bearer. Without it that does not exist. */
  operatorToken: Type.Optional(Type.String({ minLength: limits.minOperatorTokenCharacters })),
});

export type BusinessManagerConfig = Static<typeof businessManagerConfig>;
