import { parseUserId, type PhoneNumber } from '@postern/protocol';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import type { BusinessAccountNode } from '../../../access/introspection.ts';
import { gaps } from '../../../contract/gaps.ts';
import type { Erasure } from '../../../erasure/erasure-store.ts';
import type { ExportCursor } from '../../../export/person-export.ts';
import { requirePermission } from '../../authentication.ts';
import { GraphError, parameterError } from '../../graph-errors.ts';
import { graphTime } from '../../graph-time.ts';
import type { BusinessAccountOperation, Services } from '../../operation.ts';
import type { Parameters } from '../../parameters.ts';
import { answerPage, takePage } from '../../paging.ts';
import { getPhoneNumber } from '../../phone-number-parameter.ts';
import { anyObject, count, pageOf, paging, time } from '../../shapes.ts';

const receipt = Type.Object({
  id: Type.String(),
  requested_at: time,
  keys_destroyed_at: Type.Optional(time),
  rows_deleted_at: Type.Optional(time),
  messages: Type.Optional(count),
  sessions: Type.Optional(count),
});

/** Who it is about: one of the two. */
const named = {
  wa_id: Type.Optional(Type.String({ description: 'A phone number.' })),
  user_id: Type.Optional(Type.String({ description: 'A user id as webhooks give it.' })),
};

const edge = 'person_data';
const permission = 'whatsapp_business_management';

const exportCursor = Type.Object({
  phoneNumberId: Type.String({ maxLength: 32 }),
  acceptedS: Type.Integer({ minimum: 0 }),
  messageId: Type.String({ maxLength: 64 }),
  sentByBusiness: Type.Boolean(),
});

/**
 * `GET /{waba}/person_data?wa_id=…`: all that is kept of a person for this business, page by page. Not in the Cloud API's
 * contract: its businesses ask Meta by hand. It shows messages, so the token must be good for messages too.
 */
export const exportPerson: BusinessAccountOperation = {
  name: 'export person',
  method: 'GET',
  edge,
  permission,
  schema: {
    summary: 'Gives all that is kept of a person for this business',
    isOwn: true,
    takes: Type.Object({ ...named, after: paging.after }),
    answers: pageOf(anyObject),
  },
  async run({ personExport, userIds }, { node, caller, parameters }) {
    requirePermission(caller, 'whatsapp_business_messaging');
    const phoneNumber = await getPerson(userIds, node, parameters);
    const after = parameters.findText('after');
    const { items, next } = await personExport.page(node.id, phoneNumber, after === null ? null : decodeCursor(after));
    return { data: items, ...(next && { paging: { cursors: { after: encodeCursor(next) } } }) };
  },
};

/** `DELETE /{waba}/person_data` with `wa_id`: erases a person for this business. Answers when nothing of them opens any more. */
export const erasePerson: BusinessAccountOperation = {
  name: 'erase person',
  method: 'DELETE',
  edge,
  permission,
  schema: {
    summary: 'Erases a person for this business',
    isOwn: true,
    takes: Type.Object(named),
    answers: Type.Object({ success: Type.Literal(true), receipt }),
  },
  async run({ eraser, userIds }, { node, parameters }) {
    const phoneNumber = await getPerson(userIds, node, parameters);
    return { success: true, receipt: describeErasure(await eraser.erase(node.id, phoneNumber)) };
  },
};

/** `GET /{waba}/erasures`: the receipts of this business's erasures, the latest first. They do not say who was erased. */
export const listErasures: BusinessAccountOperation = {
  name: 'list erasures',
  method: 'GET',
  edge: 'erasures',
  permission,
  schema: {
    summary: "Lists the receipts of this business's erasures, which do not say who was erased",
    isOwn: true,
    takes: Type.Object(paging),
    answers: pageOf(receipt),
  },
  async run({ eraser }, { node, parameters, url }) {
    const page = takePage(await eraser.list(node.id), parameters);
    return answerPage(page, page.items.map(describeErasure), url);
  },
};

/** Whom `wa_id`, a phone number, or `user_id` names. @throws GraphError */
async function getPerson(
  userIds: Services['userIds'],
  node: BusinessAccountNode,
  parameters: Parameters,
): Promise<PhoneNumber> {
  if (!parameters.has('user_id')) return getPhoneNumber(parameters, 'wa_id').phoneNumber;
  const userId = parseUserId(parameters.getText('user_id'));
  const user = userId && (await userIds.find(node.id, userId));
  if (user) return user.person;
  throw new GraphError(gaps.unknownUserIdCode, { details: 'Param user_id names nobody of whom anything is kept.' });
}

function describeErasure({ receiptId, begunAtMs, keysDestroyedAtMs, doneAtMs, messages, sessions }: Erasure): object {
  return {
    id: receiptId,
    requested_at: graphTime(begunAtMs),
    ...(keysDestroyedAtMs !== null && { keys_destroyed_at: graphTime(keysDestroyedAtMs) }),
    ...(doneAtMs !== null && { rows_deleted_at: graphTime(doneAtMs), messages, sessions }),
  };
}

function encodeCursor(cursor: ExportCursor): string {
  return Buffer.from(JSON.stringify(cursor)).toString('base64url');
}

function decodeCursor(text: string): ExportCursor {
  try {
    return Value.Parse(exportCursor, JSON.parse(Buffer.from(text, 'base64url').toString()));
  } catch {
    throw parameterError('Param after must be a cursor that an export was answered with.');
  }
}
