import { Type, type Static } from 'typebox';

const url = Type.String({ pattern: '^https?://' });
const token = Type.String({ minLength: 16 });

/** Settings of the sandbox. */
export const sandboxConfig = Type.Object({
  host: Type.String({ default: '127.0.0.1' }),
  port: Type.Integer({ minimum: 0, maximum: 65_535, default: 8703 }),
  transportUrl: url,
  cloudApiUrl: url,
  businessManagerUrl: url,
  /** For the Business Manager's admin API. */
  adminToken: token,
  /** Whoever has it may be any of the sandbox's people. */
  sandboxToken: token,
  /** What the transport presents when it hands over a registration code. */
  verifierToken: token,
  /** For the transport's view of its own tables. */
  inspectToken: token,
  /** What a webhook endpoint must find in the handshake. */
  verifyToken: token,
  /** The phones of people, one folder each. */
  peopleDir: Type.String({ minLength: 1 }),
  /** What the sandbox must remember from one start to the next; holds the access token. */
  stateFile: Type.String({ minLength: 1 }),
  /** Where webhooks go; without it the sandbox receives them itself. */
  webhookUrl: Type.Optional(url),
  /** Digits without the plus; must be nobody's number. */
  businessPhoneNumber: Type.String({ pattern: '^[1-9][0-9]{6,14}$', default: '15550109999' }),
});

export type SandboxConfig = Static<typeof sandboxConfig>;
