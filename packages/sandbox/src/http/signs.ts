import { limits } from '@postern/protocol';
import { HttpError, type TypedHttp } from '@postern/service';
import { Type } from 'typebox';
import type { Sandbox } from '../sandbox.ts';
import { findPerson, numberIn, personParams, referenceOf } from './person.ts';
import type { GetSandbox } from './sandbox-access.ts';

const closed = { additionalProperties: false };
const wamid = Type.String({ maxLength: 128 });
// The business's number when it is left out.
const to = Type.Optional(Type.String({ maxLength: 32 }));

const readBody = Type.Object(
  { message_ids: Type.Optional(Type.Array(wamid, { minItems: 1, maxItems: limits.maxSandboxInboxMessages })) },
  closed,
);

/** Adds what a person lets others know without a word: that they read, played, write, and whether marketing is welcome. */
export function addSignRoutes(routes: TypedHttp, getSandbox: GetSandbox): void {
  const params = personParams;
  const read = { schema: { params, body: Type.Union([readBody, Type.Null(), Type.Undefined()]) } };
  routes.post('/people/:waId/read', read, async ({ params: { waId }, body }) => {
    const phone = findPerson(getSandbox(), waId);
    phone.markRead(body?.message_ids?.map((id, index) => referenceOf(phone, id, `message_ids[${index}]`).messageId));
    return { success: true };
  });

  const played = { schema: { params, body: Type.Object({ message_id: wamid }, closed) } };
  routes.post('/people/:waId/played', played, async ({ params: { waId }, body }) => {
    const phone = findPerson(getSandbox(), waId);
    if (!phone.play(referenceOf(phone, body.message_id, 'message_id').messageId))
      throw new HttpError(
        404,
        'no_such_voice_note',
        'message_id is not that of a voice note which this phone received.',
      );
    return { success: true };
  });

  const typing = { schema: { params, body: Type.Object({ to }, closed) } };
  routes.post('/people/:waId/typing', typing, async ({ params: { waId }, body }) => {
    const sandbox = getSandbox();
    findPerson(sandbox, waId).type(recipientIn(sandbox, body));
    return { success: true };
  });

  const marketing = { schema: { params, body: Type.Object({ to, stopped: Type.Boolean() }, closed) } };
  routes.post('/people/:waId/marketing', marketing, async ({ params: { waId }, body }) => {
    const sandbox = getSandbox();
    findPerson(sandbox, waId).setMarketing(recipientIn(sandbox, body), body.stopped);
    return { success: true };
  });
}

function recipientIn({ business }: Sandbox, given: { to?: string }) {
  return given.to === undefined ? business.phoneNumber : numberIn('to', given.to);
}
