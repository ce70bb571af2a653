import { limits } from '@postern/protocol';
import { Type, type Static } from 'typebox';

const positive = (value: number) => Type.Integer({ minimum: 1, default: value });

/** The settings of the transport, with their defaults. */
export const transportConfig = Type.Object({
  /** The transport's own database, already migrated. */
  databaseUrl: Type.String({ minLength: 1 }),
  host: Type.String({ default: '127.0.0.1' }),
  port: Type.Integer({ minimum: 0, maximum: 65_535, default: 8701 }),
  /** Where registration codes are posted. Without it nobody can register. */
  verifierUrl: Type.Optional(Type.String({ pattern: '^https?://' })),
  verifierToken: Type.String({ default: '' }),
  /** Opens `/v1/inspect`, which shows what the tables hold. Without it that does not exist. */
  inspectToken: Type.Optional(Type.String({ minLength: 16 })),
  /** Opens `/operator/metrics` to its bearer. Without it that does not exist. */
  operatorToken: Type.Optional(Type.String({ minLength: limits.minOperatorTokenCharacters })),
  /** Where encrypted attachments lie, as files; made at the start. */
  blobsFolder: Type.String({ minLength: 1 }),
  /** So much is left free on the disk of that folder. */
  minFreeBlobDiskBytes: Type.Integer({ minimum: 0, default: limits.minFreeBlobDiskBytes }),
  blobSilenceMs: positive(limits.blobSilenceMs),
  helloTimeoutMs: positive(limits.helloTimeoutMs),
  pingIntervalMs: positive(limits.pingIntervalMs),
  sweepIntervalMs: positive(limits.sweepIntervalMs),
  maxMailboxEnvelopes: positive(limits.maxMailboxEnvelopes),
});

export type TransportConfig = Static<typeof transportConfig>;
