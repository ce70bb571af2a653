import { listTaps } from '@postern/client';
import { limits } from '@postern/protocol';
import { HttpError, type TypedHttp } from '@postern/service';
import { Type } from 'typebox';
import { findPerson, personParams, referenceOf, wamidOf } from './person.ts';
import type { GetSandbox } from './sandbox-access.ts';

const tapBody = Type.Object(
  { message_id: Type.String({ maxLength: 128 }), id: Type.String({ maxLength: limits.maxFieldCharacters }) },
  { additionalProperties: false },
);

/** `POST /people/{waId}/taps`: taps on a button, a row or a quick reply of a message that is on the phone. */
export function addTapRoutes(routes: TypedHttp, getSandbox: GetSandbox): void {
  const tap = { schema: { params: personParams, body: tapBody } };
  routes.post('/people/:waId/taps', tap, async ({ params, body }) => {
    const phone = findPerson(getSandbox(), params.waId);
    const reference = referenceOf(phone, body.message_id, 'message_id');
    const found = phone.findMessage(reference);
    if (!found) throw new HttpError(404, 'no_such_message', 'message_id is not the id of a message on this phone.');
    const tapped = listTaps(found.message).find(({ id }) => id === body.id);
    if (!tapped)
      throw new HttpError(404, 'nothing_to_tap', 'id is not that of a button, row or quick reply of this message.');
    const { id, title, description, said } = tapped;
    const messageId = phone.say({ to: found.chat, body: said, quote: reference });
    return {
      messages: [{ id: wamidOf(phone, messageId) }],
      id,
      title,
      ...(description !== undefined && { description }),
    };
  });
}
