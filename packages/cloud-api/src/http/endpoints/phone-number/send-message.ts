import { ContentSchema, encode, encodeWamid, limits } from '@postern/protocol';
import type { MessageId, MessageInitShape, QuoteSchema } from '@postern/protocol';
import type { ActiveToken, PhoneNumberNode } from '../../../access/introspection.ts';
import { gaps } from '../../../contract/gaps.ts';
import type { MediaUse } from '../../../messages/media-use.ts';
import { newMessageId } from '../../../messages/message-id.ts';
import { isNamedBy } from '../../../messages/message-reader.ts';
import { partyOf } from '../../../user-ids/user-id.ts';
import { GraphError, parameterError } from '../../graph-errors.ts';
import type { Chat, MessageBody, ParseMessage } from '../../message-types/message-type.ts';
import { findMessageType } from '../../message-types/message-types.ts';
import type { GraphCall, Services } from '../../operation.ts';
import { getRecipient, type Recipient } from '../../recipient-parameter.ts';
import { parseEnvelope, type MessageEnvelope } from './message-envelope.ts';
import { requireSettings } from './registered-number.ts';
import { takeRate } from './sending-rate.ts';

/** The answer to an accepted message (contract section 2.2). */
interface SentMessage {
  messaging_product: 'whatsapp';
  contacts: [{ input: string; wa_id?: string; user_id?: string }];
  messages: [{ id: string; message_status?: 'accepted' }];
}

/** What is to be sent, and who reads it. */
interface MessageType {
  readonly type: string;
  readonly parse: ParseMessage;
}

/** Accepts a message, of the type that it says unless told: answered when it is durable. */
export async function sendMessage(
  services: Services,
  { node, caller, parameters }: GraphCall<PhoneNumberNode>,
  { type, parse }: MessageType = findMessageType(parameters),
): Promise<SentMessage> {
  const envelope = parseEnvelope(parameters);
  const { callbackData, identityKeyHash } = envelope;
  const recipient = await getRecipient(services, node, parameters);
  const { to, isToUserId } = recipient;
  if (to === node.phoneNumber) throw new GraphError(131021, { details: 'Recipient and sender are the same.' });
  const chat = { services, node, to };
  const { body, media, category, ttlMs, templateId } = await parse(parameters, chat);
  if (category === 'marketing' && node.disablesMarketingOnCloudApi) throw marketingDisabledError();
  if (isToUserId && category === 'authentication') throw new GraphError(131062, { details: onlyByNumber });
  const { retentionHours, throughputLevel } = await requireSettings(services, node);
  await checkMedia(services, media, caller);
  const quote = body.case === 'reaction' ? null : await findQuote(chat, envelope);
  const nowMs = services.clock.now();
  const messageId = newMessageId(nowMs);
  const content = encodeMessage({ messageId, sentAtMs: BigInt(nowMs), senderName: node.verifiedName, quote, body });
  if (content.length > limits.maxContentBytes) throw tooLargeError(type);
  takeRate(services, { phoneNumberId: node.id, to, level: throughputLevel });
  const user = await services.acceptQueue.acceptMessage({
    phoneNumberId: node.id,
    messageId,
    acceptedS: Math.floor(nowMs / 1000),
    retentionHours,
    to,
    isToUserId,
    content,
    callbackData,
    category,
    media: media.map(({ source, kind }) => ({ ...source, kind })),
    identityKeyHash,
    ttlMs,
    templateId,
  });
  const id = encodeWamid({ phoneNumber: partyOf({ person: to, user }), sentByBusiness: true, messageId });
  return {
    messaging_product: 'whatsapp',
    contacts: [contactOf(recipient)],
    // Of templates alone (gap B9).
    messages: [{ id, ...(body.case === 'template' && { message_status: 'accepted' }) }],
  };
}

const onlyByNumber = 'Authentication templates go to phone numbers alone: name the recipient in to.';

/** Who is named by a user id is answered by it alone. */
function contactOf({ input, to, userId, isToUserId }: Recipient): SentMessage['contacts'][0] {
  return { input, ...(!isToUserId && { wa_id: to }), ...(userId !== null && { user_id: userId }) };
}

/** Media that were uploaded have to be there; what a link leads to shows later. @throws GraphError */
async function checkMedia({ media }: Services, uses: readonly MediaUse[], { wabaIds }: ActiveToken): Promise<void> {
  for (const { source, label } of uses)
    if ('id' in source && !(await media.isSendable(source.id, wabaIds)))
      throw new GraphError(gaps.unknownMediaCode, { details: `Param ${label} names no media of this business.` });
}

type Quote = MessageInitShape<typeof QuoteSchema>;

/** What the message answers, if it is still kept: an answer to something unknown is sent all the same (gap B19). */
async function findQuote({ services, node, to }: Chat, { quoted }: MessageEnvelope): Promise<Quote | null> {
  const found = quoted && (await services.messages.findMessage(node.id, quoted));
  if (!found || found.person !== to || !isNamedBy(found, quoted)) return null;
  return { messageId: quoted.messageId, fromMe: quoted.sentByBusiness };
}

interface Outgoing {
  readonly messageId: MessageId;
  readonly sentAtMs: bigint;
  readonly senderName: string;
  readonly quote: Quote | null;
  readonly body: MessageBody;
}

function encodeMessage({ quote, ...message }: Outgoing): Uint8Array {
  const value = { ...message, ...(quote && { quote }) };
  return encode(ContentSchema, { body: { case: 'message', value } });
}

function tooLargeError(type: string): GraphError {
  return parameterError(`Param ${type} must be at most ${limits.maxContentBytes} bytes long as it is sent.`);
}

function marketingDisabledError(): GraphError {
  return new GraphError(131063, { details: 'Send marketing templates of this account over /marketing_messages.' });
}
