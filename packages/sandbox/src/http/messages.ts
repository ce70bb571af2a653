import type { Phone, Saying } from '@postern/client';
import { Forwarding, limits } from '@postern/protocol';
import type { TypedHttp } from '@postern/service';
import { Type } from 'typebox';
import { badRequest } from './bad-request.ts';
import { findPerson, numberIn, personParams, referenceOf, wamidOf } from './person.ts';
import { messageObject, type MessageObject } from './said/message-object.ts';
import { saidOf } from './said/said-of.ts';
import type { GetSandbox } from './sandbox-access.ts';

const inboxQuery = Type.Object({
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: limits.maxSandboxInboxMessages })),
});

/** Adds saying something, and looking at the phone. */
export function addMessageRoutes(routes: TypedHttp, getSandbox: GetSandbox): void {
  const say = { schema: { params: personParams, body: messageObject } };
  routes.post('/people/:waId/messages', say, async ({ params, body }) => {
    const phone = findPerson(getSandbox(), params.waId);
    return { messages: [{ id: sayAs(phone, body) }] };
  });

  const look = { schema: { params: personParams, querystring: inboxQuery } };
  routes.get('/people/:waId/inbox', look, async ({ params, query }) => {
    const phone = findPerson(getSandbox(), params.waId);
    const messages = phone.inbox().slice(-(query.limit ?? limits.maxSandboxInboxMessages));
    return { messages, typing: phone.typing().map((from) => ({ from })) };
  });
}

/** Says it and returns the wamid. */
function sayAs(phone: Phone, message: MessageObject): string {
  const to = numberIn('to', message.to);
  const circumstances = circumstancesOf(phone, message);
  const body = saidOf(phone, message);
  if (body.case === 'contacts' && isAskedFor(phone, circumstances)) body.value.wasRequested = true;
  return wamidOf(phone, phone.say({ to, body, ...circumstances }));
}

function circumstancesOf(phone: Phone, { context = {} }: MessageObject): Pick<Saying, 'quote' | 'forwarding'> {
  const { forwarded, frequently_forwarded: frequently, referred_product: product } = context;
  if (frequently) return { forwarding: Forwarding.FREQUENTLY };
  if (forwarded) return { forwarding: Forwarding.FORWARDED };
  const [field, wamid] =
    context.message_id === undefined ? ['context.id', context.id] : ['context.message_id', context.message_id];
  if (wamid === undefined && product) throw badRequest('context.message_id is missing: a product is of a message.');
  if (wamid === undefined) return {};
  const about = product && {
    product: { catalogId: product.catalog_id, productRetailerId: product.product_retailer_id },
  };
  return { quote: { ...referenceOf(phone, wamid, field), ...about } };
}

/** Whether contacts answer a message that asks for them. */
function isAskedFor(phone: Phone, { quote }: Pick<Saying, 'quote'>): boolean {
  const body = quote && phone.findMessage(quote)?.message.body;
  return body?.case === 'interactive' && body.value.type === 'request_contact_info';
}
