import {
  envelopeIdFromBytes,
  EnvelopeType,
  limits,
  uuidToBytes,
  type Envelope,
  type Outgoing,
  type SendBatch,
} from '@postern/protocol';
import { parseAddress } from '../address.ts';
import type { OutgoingEnvelope } from '../mailbox/mailbox-item.ts';
import type { Operations, Requester } from './operations.ts';
import { malformed, tooMany } from './request-error.ts';

const commitmentBytes = 32;

/** Stores envelopes in the mailboxes of their recipients; answered when they are durable there. */
export async function sendBatch(
  { writes, usernames }: Operations,
  { connection, answer }: Requester,
  request: SendBatch,
): Promise<void> {
  const sender = usernames.named(connection.getAttachment(request.attachment).sender);
  if (request.envelopes.length > limits.maxEnvelopesPerBatch) throw tooMany('Send fewer envelopes at once.');
  const envelopes = request.envelopes.map(parseOutgoing);
  const rejected = envelopes.length === 0 ? [] : await writes.store(sender, envelopes);
  const rejections = rejected.map(({ envelopeId, reason }) => ({ envelopeId: uuidToBytes(envelopeId), reason }));
  answer({ case: 'batchStored', value: { rejections } });
}

function parseOutgoing({ recipient: wire, envelope, expiresAtMs }: Outgoing): OutgoingEnvelope {
  const recipient = parseAddress(wire);
  if (recipient === null || envelope === undefined) throw malformed('An envelope has no recipient or no body.');
  const envelopeId = envelopeIdFromBytes(envelope.envelopeId);
  if (envelopeId === null) throw malformed('An envelope id has 16 bytes.');
  const { type, ciphertext, commitment } = envelope;
  if (ciphertext.length === 0 || ciphertext.length > limits.maxCiphertextBytes) {
    throw malformed(`A ciphertext has 1 to ${limits.maxCiphertextBytes} bytes.`);
  }
  if (!hasRightCommitment(envelope)) throw malformed('An envelope has an unknown type or a wrong commitment.');
  const wantedMs = expiresAtMs === 0n ? null : Number(expiresAtMs);
  return { recipient, envelopeId, type, ciphertext, commitment, expiresAtMs: wantedMs };
}

function hasRightCommitment({ type, commitment }: Envelope): boolean {
  if (type === EnvelopeType.RETRY_REQUEST) return commitment.length === 0;
  const isMessage = type === EnvelopeType.MESSAGE || type === EnvelopeType.PREKEY_MESSAGE;
  return isMessage && commitment.length === commitmentBytes;
}
