import { Type } from 'typebox';
import { limits, parsePhoneNumber, type PhoneNumber } from '@postern/protocol';
import { messageError } from '../../../errors/message-errors.ts';
import type { BlockRefusal } from '../../../rules/block-list.ts';
import { GraphError, parameterError } from '../../graph-errors.ts';
import type { PhoneNumberOperation } from '../../operation.ts';
import type { Parameters } from '../../parameters.ts';
import { answerMarked, parseMarked } from '../../paging.ts';
import { requireRegistered } from './registered-number.ts';
import { messagingProduct, pageOf, paging, waId } from '../../shapes.ts';

const takes = Type.Object({
  messaging_product: messagingProduct,
  block_users: Type.Array(
    Type.Object({ user: Type.String({ maxLength: limits.maxNameCharacters, description: 'A phone number.' }) }),
    { minItems: 1, maxItems: limits.maxBlockedPerRequest },
  ),
});
const shownUser = Type.Object({ input: Type.String(), wa_id: waId });

const products = ['whatsapp'] as const;
const permission = 'whatsapp_business_messaging';
const ofWhatsapp = { messaging_product: 'whatsapp' } as const;

/** Somebody who is to be blocked or unblocked. */
interface NamedUser {
  /** As the request wrote them. */
  readonly input: string;
  /** Null when that is no phone number. */
  readonly person: PhoneNumber | null;
}

/** `POST /{phone}/block_users` (contract section 5.4). */
export const blockUsers: PhoneNumberOperation = {
  name: 'block users',
  method: 'POST',
  edge: 'block_users',
  permission,
  schema: {
    summary: 'Blocks people',
    takes,
    answers: Type.Object({
      messaging_product: messagingProduct,
      block_users: Type.Object({ added_users: Type.Array(shownUser) }),
    }),
  },
  async run(services, { node, parameters }) {
    const users = parseUsers(parameters);
    await requireRegistered(services, node);
    const refused = await services.blockList.block(node.id, peopleOf(users));
    const isAdded = ({ person }: NamedUser) => person !== null && !refused.has(person);
    const failed = users.filter((user) => !isAdded(user)).map((user) => failedUser(user, refused));
    const done = { added_users: users.filter(isAdded).map(namedUser) };
    return answer({ ...done, ...(failed.length > 0 && { failed_users: failed }) }, refused);
  },
};

/** `DELETE /{phone}/block_users`. */
export const unblockUsers: PhoneNumberOperation = {
  name: 'unblock users',
  method: 'DELETE',
  edge: 'block_users',
  permission,
  schema: {
    summary: 'Unblocks people',
    takes,
    answers: Type.Object({
      messaging_product: messagingProduct,
      block_users: Type.Object({ removed_users: Type.Array(shownUser) }),
    }),
  },
  async run(services, { node, parameters }) {
    const users = parseUsers(parameters);
    await requireRegistered(services, node);
    await services.blockList.unblock(node.id, peopleOf(users));
    const isNamed = ({ person }: NamedUser) => person !== null;
    const failed = users.filter((user) => !isNamed(user)).map((user) => failedUser(user, new Map()));
    const done = { removed_users: users.filter(isNamed).map(namedUser) };
    return answer({ ...done, ...(failed.length > 0 && { failed_users: failed }) }, new Map());
  },
};

/** `GET /{phone}/block_users`: a flat list (gap A9). */
export const listBlockedUsers: PhoneNumberOperation = {
  name: 'list blocked users',
  method: 'GET',
  edge: 'block_users',
  permission,
  schema: {
    summary: 'Lists the people who are blocked',
    takes: Type.Object(paging),
    answers: pageOf(Type.Object({ messaging_product: messagingProduct, wa_id: waId })),
  },
  async run(services, { node, parameters, url }) {
    await requireRegistered(services, node);
    const { people, hasMore } = await services.blockList.list(node.id, parseMarked(parameters));
    const data = people.map(({ person }) => ({ ...ofWhatsapp, wa_id: person }));
    return answerMarked(data, { marks: people.map(({ hash }) => hash), hasNext: hasMore, url });
  },
};

function parseUsers(parameters: Parameters): NamedUser[] {
  parameters.getChoice('messaging_product', products);
  return parameters.getList('block_users', { min: 1, max: limits.maxBlockedPerRequest }).map((user) => {
    if (!user.has('user') && user.has('user_id'))
      throw parameterError('Param user_id is not supported: name a phone number as user.');
    const input = user.getText('user', limits.maxNameCharacters);
    return { input, person: parsePhoneNumber(input.replace(/[-+() ]/g, '')) };
  });
}

function peopleOf(users: readonly NamedUser[]): PhoneNumber[] {
  return users.flatMap(({ person }) => person ?? []);
}

function namedUser({ input, person }: NamedUser): object {
  return { input, ...(person !== null && { wa_id: person }) };
}

/** With the error as messages have it: who has not written lately gets the same one as who is not to be answered. */
function failedUser(user: NamedUser, refused: ReadonlyMap<PhoneNumber, BlockRefusal>): object {
  const refusal = user.person && refused.get(user.person);
  const code = refusal === 'not-in-window' ? 131047 : refusal === 'list-full' ? 139101 : 131009;
  return { ...namedUser(user), errors: [messageError(code)] };
}

/** Any failure makes it an error that tells both. @throws GraphError */
function answer(users: { failed_users?: object[] }, refused: ReadonlyMap<PhoneNumber, BlockRefusal>): object {
  const told = { ...ofWhatsapp, block_users: users };
  if (!users.failed_users) return told;
  const isFull = [...refused.values()].includes('list-full');
  throw new GraphError(isFull ? 139101 : 139100, {
    details: isFull
      ? `The list of blocked users holds at most ${limits.maxBlockedPeople}.`
      : 'Some users could not be blocked or unblocked. See failed_users.',
    told,
  });
}
