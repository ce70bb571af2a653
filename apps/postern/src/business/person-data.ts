import { limits, type PhoneNumber } from '@postern/protocol';
import { Type, type Static } from 'typebox';
import type { BusinessAccess } from './business-access.ts';
import { callGraph, CloudApiCallError } from './graph-call.ts';

const text = Type.String();
const count = Type.Integer({ minimum: 0 });

const conversation = Type.Object({
  kind: Type.Literal('conversation'),
  phone_number_id: text,
  phone_number: text,
  last_used_hour: Type.Union([text, Type.Null()]),
  sessions: count,
  waiting: count,
  last_wrote_at: Type.Optional(text),
  marketing_stopped: Type.Optional(Type.Literal(true)),
  blocked: Type.Optional(Type.Literal(true)),
});

const message = Type.Object({
  kind: Type.Literal('message'),
  id: text,
  phone_number_id: text,
  from: text,
  to: text,
  time: text,
  status: text,
  sender_name: Type.Optional(text),
  biz_opaque_callback_data: Type.Optional(text),
  type: text,
  text: Type.Optional(Type.Object({ body: text })),
  context: Type.Optional(Type.Object({ id: Type.Optional(text) })),
});

const exportPage = Type.Object({
  data: Type.Array(Type.Union([conversation, message])),
  paging: Type.Optional(Type.Object({ cursors: Type.Object({ after: text }) })),
});

const receipt = Type.Object({
  id: text,
  requested_at: text,
  keys_destroyed_at: Type.Optional(text),
  rows_deleted_at: Type.Optional(text),
  messages: Type.Optional(count),
  sessions: Type.Optional(count),
});

const erasedAnswer = Type.Object({
  success: Type.Literal(true),
  receipt: Type.Intersect([receipt, Type.Object({ keys_destroyed_at: text })]),
});

export type ExportedConversation = Static<typeof conversation>;
export type ExportedMessage = Static<typeof message>;
export type ExportedItem = ExportedConversation | ExportedMessage;
export type ErasureReceipt = Static<typeof receipt>;

/** The name that a business account was given. @throws CloudApiCallError */
export async function getAccountName(access: BusinessAccess): Promise<string> {
  const answer = Type.Object({ name: text });
  return (await callGraph(access, { method: 'GET', path: access.wabaId, query: { fields: 'name' }, answer })).name;
}

/** All that is kept of a person for a business account, page by page, each as it comes. @throws CloudApiCallError */
export async function* exportPages(access: BusinessAccess, person: PhoneNumber): AsyncGenerator<ExportedItem[]> {
  const path = `${access.wabaId}/person_data`;
  let after: string | undefined;
  do {
    const query = { wa_id: person, ...(after !== undefined && { after }) };
    const { data, paging } = await callGraph(access, { method: 'GET', path, query, answer: exportPage });
    yield data;
    const next = paging?.cursors.after;
    if (next !== undefined && next === after)
      throw new CloudApiCallError('The Cloud API answers the same page again and again.', { retryable: false });
    after = next;
  } while (after !== undefined);
}

/** Erases a person for a business account: nothing of them opens any more when this resolves. @throws CloudApiCallError */
export async function erasePerson(access: BusinessAccess, person: PhoneNumber): Promise<ErasureReceipt> {
  const path = `${access.wabaId}/person_data`;
  const answer = await callGraph(access, { method: 'DELETE', path, body: { wa_id: person }, answer: erasedAnswer });
  return answer.receipt;
}

/** A receipt as it stands now; null when it is not among the latest. @throws CloudApiCallError */
export async function findReceipt(access: BusinessAccess, receiptId: string): Promise<ErasureReceipt | null> {
  const path = `${access.wabaId}/erasures`;
  const query = { limit: String(limits.maxItemsPerPage) };
  const { data } = await callGraph(access, {
    method: 'GET',
    path,
    query,
    answer: Type.Object({ data: Type.Array(receipt) }),
  });
  return data.find(({ id }) => id === receiptId) ?? null;
}
