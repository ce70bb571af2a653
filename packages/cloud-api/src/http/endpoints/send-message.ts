import { ContentSchema, encode, encodeWamid } from '@postern/protocol';
import type { PhoneNumberNode } from '../../access/introspection.ts';
import { newMessageId } from '../../messages/message-id.ts';
import { GraphError } from '../graph-errors.ts';
import type { GraphCall, Services } from '../operation.ts';
import { requireRegistered } from './registered-number.ts';
import { parseTextMessage, type TextMessage } from './text-message.ts';

/** The answer to an accepted message (contract section 2.2). */
interface SentMessage {
  messaging_product: 'whatsapp';
  contacts: [{ input: string; wa_id: string }];
  messages: [{ id: string }];
}

/** Accepts a message: answered when it is durable. */
export async function sendMessage(
  services: Services,
  { node, parameters }: GraphCall<PhoneNumberNode>,
): Promise<SentMessage> {
  const message = parseTextMessage(parameters);
  if (message.to === node.phoneNumber) throw new GraphError(131021, { details: 'Recipient and sender are the same.' });
  const retentionHours = await requireRegistered(services, node);
  const nowMs = services.clock.now();
  const messageId = newMessageId(nowMs);
  await services.acceptQueue.acceptMessage({
    phoneNumberId: node.id,
    messageId,
    acceptedS: Math.floor(nowMs / 1000),
    retentionHours,
    to: message.to,
    content: encodeText(message, { messageId, nowMs, senderName: node.verifiedName }),
    callbackData: message.callbackData,
    category: 'service',
    media: [],
    identityKeyHash: null,
    ttlMs: null,
  });
  return {
    messaging_product: 'whatsapp',
    contacts: [{ input: message.input, wa_id: message.to }],
    messages: [{ id: encodeWamid({ phoneNumber: message.to, sentByBusiness: true, messageId }) }],
  };
}

function encodeText(
  { quote, body, previewUrl }: TextMessage,
  { messageId, nowMs, senderName }: { messageId: string; nowMs: number; senderName: string },
): Uint8Array {
  const message = {
    messageId,
    sentAtMs: BigInt(nowMs),
    senderName,
    ...(quote && { quote }),
    body: { case: 'text', value: { body, previewUrl } },
  } as const;
  return encode(ContentSchema, { body: { case: 'message', value: message } });
}
