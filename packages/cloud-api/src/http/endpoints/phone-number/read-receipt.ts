import { ContentSchema, decodeWamid, encode, limits } from '@postern/protocol';
import type { MessageInitShape, ReadReceiptSchema } from '@postern/protocol';
import type { PhoneNumberNode } from '../../../access/introspection.ts';
import { isNamedBy } from '../../../messages/message-reader.ts';
import { GraphError } from '../../graph-errors.ts';
import { success, type GraphCall, type Services } from '../../operation.ts';
import { requireRegistered } from './registered-number.ts';

/**
 * Tells a person that the business has read their message, and if it says so, that it is writing. Answered when that is
 * durable.
 */
export async function markMessageRead(
  services: Services,
  { node, parameters }: GraphCall<PhoneNumberNode>,
): Promise<typeof success> {
  parameters.getChoice('status', ['read'] as const);
  const typing = parameters.findObject('typing_indicator');
  typing?.getChoice('type', ['text'] as const);
  const wamid = decodeWamid(parameters.getText('message_id'));
  if (!wamid || wamid.sentByBusiness) throw unknownMessageError();
  const retentionHours = await requireRegistered(services, node);
  const inbound = await services.messages.findMessage(node.id, wamid);
  if (!inbound?.accountId || !isNamedBy(inbound, wamid)) throw unknownMessageError();
  const nowMs = services.clock.now();
  const { accountId, person: to } = inbound;
  const acceptedS = Math.floor(nowMs / 1000);
  const shared = { phoneNumberId: node.id, acceptedS, retentionHours, to, accountId };
  const read = { messageIds: [wamid.messageId], readAtMs: BigInt(nowMs) };
  const accepted = [services.acceptQueue.acceptReceipt({ ...shared, ttlMs: null, content: encodeReceipt(read) })];
  if (typing) accepted.push(services.acceptQueue.acceptReceipt({ ...shared, ttlMs: typingTtlMs, content: isTyping }));
  await Promise.all(accepted);
  return success;
}

// Counted from the begin of its second.
const typingTtlMs = limits.typingShownMs + 1000;
const isTyping = encode(ContentSchema, { body: { case: 'typing', value: {} } });

function encodeReceipt(value: MessageInitShape<typeof ReadReceiptSchema>): Uint8Array {
  return encode(ContentSchema, { body: { case: 'readReceipt', value } });
}

function unknownMessageError(): GraphError {
  return new GraphError(131009, {
    details: 'Param message_id must be the id of a message that this phone number received and still keeps.',
  });
}
