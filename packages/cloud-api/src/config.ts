import { Type, type Static } from 'typebox';

/** Settings of the Cloud API. */
export const cloudApiConfig = Type.Object({
  databaseUrl: Type.String({ minLength: 1 }),
  host: Type.String({ default: '127.0.0.1' }),
  port: Type.Integer({ minimum: 0, maximum: 65_535, default: 8700 }),
  /** Where the transport answers. */
  transportUrl: Type.String({ pattern: '^https?://' }),
  /** Where the Business Manager answers, and what it wants to see. */
  businessManagerUrl: Type.String({ pattern: '^https?://' }),
  serviceToken: Type.String({ minLength: 16 }),
  /** The file of the keys that seal what is kept; made when it is missing. */
  keyringFile: Type.String({ minLength: 1 }),
  /** The region whose keys seal what is kept here. */
  region: Type.String({ pattern: '^[A-Za-z0-9-]{1,32}$', default: 'local' }),
  /** Whether webhooks may go to this very machine. For the sandbox only. */
  allowLoopbackWebhooks: Type.Boolean({ default: false }),
  maxDatabaseConnections: Type.Optional(Type.Integer({ minimum: 2, maximum: 1_000 })),
});

export type CloudApiConfig = Static<typeof cloudApiConfig>;
