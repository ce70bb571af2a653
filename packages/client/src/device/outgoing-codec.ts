import {
  accountIdFromBytes,
  decode,
  encode,
  envelopeIdFromBytes,
  parseDeviceId,
  SendBatchSchema,
  uuidToBytes,
  type MessageInitShape,
  type OutgoingSchema,
} from '@postern/protocol';
import type { DeviceName } from '@postern/signal';
import type { OutgoingEnvelope } from './device-store.ts';

export function toWireDevice({ accountId, deviceId }: DeviceName): { accountId: Uint8Array; deviceId: number } {
  return { accountId: uuidToBytes(accountId), deviceId };
}

export function toWireEnvelopes(envelopes: readonly OutgoingEnvelope[]): MessageInitShape<typeof OutgoingSchema>[] {
  return envelopes.map(({ recipient, envelopeId, type, ciphertext, commitment, expiresAtMs }) => ({
    recipient: toWireDevice(recipient),
    envelope: { envelopeId: uuidToBytes(envelopeId), type, ciphertext, commitment },
    expiresAtMs: BigInt(expiresAtMs),
  }));
}

/** Envelopes as a store keeps them until the transport has them: the wire's own form. */
export function encodeOutgoing(envelopes: readonly OutgoingEnvelope[]): Uint8Array {
  return encode(SendBatchSchema, { envelopes: toWireEnvelopes(envelopes) });
}

/** Reads {@link encodeOutgoing} back. @throws when the bytes are damaged: then the store is */
export function decodeOutgoing(bytes: Uint8Array): OutgoingEnvelope[] {
  const envelopes = decode(SendBatchSchema, bytes)?.envelopes ?? damaged();
  return envelopes.map(({ recipient, envelope, expiresAtMs }) => {
    const accountId = recipient && accountIdFromBytes(recipient.accountId);
    const deviceId = recipient && parseDeviceId(recipient.deviceId);
    const envelopeId = envelope && envelopeIdFromBytes(envelope.envelopeId);
    if (!accountId || !deviceId || !envelopeId) return damaged();
    const { type, ciphertext, commitment } = envelope;
    const envelopeOf = { envelopeId, type, ciphertext, commitment, expiresAtMs: Number(expiresAtMs) };
    return { recipient: { accountId, deviceId }, ...envelopeOf };
  });
}

function damaged(): never {
  throw new Error('A stored envelope is damaged.');
}
