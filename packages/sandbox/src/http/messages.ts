import type { Phone } from '@postern/client';
import { decodeWamid, encodeWamid, limits, parsePhoneNumber, type MessageId } from '@postern/protocol';
import { HttpError, type TypedHttp } from '@postern/service';
import { Type, type Static } from 'typebox';
import { findPerson, personParams } from './person.ts';
import type { GetSandbox } from './sandbox-access.ts';

/** The Cloud API's own message object, as far as a person's phone can say it. */
const messageBody = Type.Object(
  {
    messaging_product: Type.Optional(Type.Literal('whatsapp')),
    recipient_type: Type.Optional(Type.Literal('individual')),
    to: Type.String({ maxLength: 32 }),
    type: Type.Literal('text'),
    text: Type.Object({
      body: Type.String({ minLength: 1, maxLength: limits.maxTextCharacters }),
      preview_url: Type.Optional(Type.Boolean()),
    }),
    context: Type.Optional(Type.Object({ message_id: Type.String({ maxLength: 128 }) })),
  },
  { additionalProperties: false },
);

const inboxQuery = Type.Object({
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: limits.maxSandboxInboxMessages })),
});

/** Adds saying, reading and looking at the phone. */
export function addMessageRoutes(routes: TypedHttp, getSandbox: GetSandbox): void {
  const say = { schema: { params: personParams, body: messageBody } };
  routes.post('/people/:waId/messages', say, async ({ params, body }) => {
    const phone = findPerson(getSandbox(), params.waId);
    return { messages: [{ id: sayAs(phone, body) }] };
  });

  const look = { schema: { params: personParams, querystring: inboxQuery } };
  routes.get('/people/:waId/inbox', look, async ({ params, query }) => ({
    messages: findPerson(getSandbox(), params.waId)
      .inbox()
      .slice(-(query.limit ?? limits.maxSandboxInboxMessages)),
  }));

  routes.post('/people/:waId/read', { schema: { params: personParams } }, async ({ params }) => {
    findPerson(getSandbox(), params.waId).markRead();
    return { success: true };
  });
}

/** Says it and returns the wamid. */
function sayAs(phone: Phone, { to, text, context }: Static<typeof messageBody>): string {
  const recipient = parsePhoneNumber(to.replace(/^\+/, ''));
  if (!recipient) throw new HttpError(400, 'bad_request', 'to must be a phone number of 7 to 15 digits.');
  const messageId = phone.say({
    to: recipient,
    text: { body: text.body, previewUrl: text.preview_url ?? false },
    ...(context && { quote: quoteOf(phone, context.message_id) }),
  });
  return encodeWamid({ phoneNumber: phone.phoneNumber, sentByBusiness: false, messageId });
}

function quoteOf(phone: Phone, wamid: string): { messageId: MessageId; fromMe: boolean } {
  const parts = decodeWamid(wamid);
  if (parts?.phoneNumber !== phone.phoneNumber)
    throw new HttpError(400, 'bad_request', "context.message_id must be the id of a message in this person's chats.");
  return { messageId: parts.messageId, fromMe: !parts.sentByBusiness };
}
