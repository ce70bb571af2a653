import { parseMessageId, uuidToBytes, envelopeIdFromBytes, type EnvelopeId, type MessageId } from '@postern/protocol';

/** Which message, which attempt at it, and for which of the recipient's devices an envelope is. */
export interface EnvelopeName {
  readonly messageId: MessageId;
  /** 0 for the first sending, then 1 to 5. */
  readonly attempt: number;
  readonly deviceId: number;
}

/**
 * The envelope id of a message says which message it is, so that a notice or a retry request finds the message
 * without an index of its own, and so that sending again after a crash is the same envelope to the mailbox.
 * 16 bytes: length of the message id, the message id (up to 10 bytes, zero-filled), attempt, device, three zeros.
 */
export function envelopeIdOf({ messageId, attempt, deviceId }: EnvelopeName): EnvelopeId {
  const bytes = Buffer.alloc(16);
  const id = Buffer.from(messageId, 'hex');
  bytes[0] = id.length;
  id.copy(bytes, 1, 0, 10);
  bytes[11] = attempt;
  bytes[12] = deviceId;
  const envelopeId = envelopeIdFromBytes(bytes);
  if (!envelopeId || id.length > 10) throw new RangeError('A message id has at most 20 hex characters here.');
  return envelopeId;
}

/** Reads {@link envelopeIdOf} back; null for envelopes that carry no message, such as read receipts. */
export function parseEnvelopeId(envelopeId: EnvelopeId): EnvelopeName | null {
  const bytes = uuidToBytes(envelopeId);
  const [length = 0, attempt = 0, deviceId = 0] = [bytes[0], bytes[11], bytes[12]];
  if (length > 10 || bytes[13] !== 0 || bytes[14] !== 0 || bytes[15] !== 0) return null;
  const messageId = parseMessageId(
    Buffer.from(bytes.subarray(1, 1 + length))
      .toString('hex')
      .toUpperCase(),
  );
  return messageId && deviceId > 0 ? { messageId, attempt, deviceId } : null;
}
