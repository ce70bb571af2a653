import { ContentSchema, decodeWamid, encode } from '@postern/protocol';
import type { PhoneNumberNode } from '../../access/introspection.ts';
import { GraphError } from '../graph-errors.ts';
import { success, type GraphCall, type Services } from '../operation.ts';
import { requireRegistered } from './registered-number.ts';

/** Tells a person that the business has read their message. Answered when that is durable. */
export async function markMessageRead(
  services: Services,
  { node, parameters }: GraphCall<PhoneNumberNode>,
): Promise<typeof success> {
  parameters.getChoice('status', ['read'] as const);
  // Accepted and not carried out: a person's phone shows no typing yet.
  parameters.findObject('typing_indicator')?.getChoice('type', ['text'] as const);
  const wamid = decodeWamid(parameters.getText('message_id'));
  if (!wamid || wamid.sentByBusiness) throw unknownMessageError();
  const retentionHours = await requireRegistered(services, node);
  const inbound = await services.messages.findMessage(node.id, wamid);
  if (!inbound?.accountId || inbound.person !== wamid.phoneNumber) throw unknownMessageError();
  const readAtMs = services.clock.now();
  const value = { messageIds: [wamid.messageId], readAtMs: BigInt(readAtMs) };
  await services.acceptQueue.acceptReceipt({
    phoneNumberId: node.id,
    acceptedS: Math.floor(readAtMs / 1000),
    retentionHours,
    to: inbound.person,
    accountId: inbound.accountId,
    content: encode(ContentSchema, { body: { case: 'readReceipt', value } }),
  });
  return success;
}

function unknownMessageError(): GraphError {
  return new GraphError(131009, {
    details: 'Param message_id must be the id of a message that this phone number received and still keeps.',
  });
}
