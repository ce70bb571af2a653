import { Type } from 'typebox';
import { limits, parsePhoneNumber, parseUserId, type PhoneNumber, type UserId } from '@postern/protocol';
import type { PhoneNumberNode } from '../../../access/introspection.ts';
import { messageError } from '../../../errors/message-errors.ts';
import type { BlockRefusal } from '../../../rules/block-list.ts';
import { GraphError } from '../../graph-errors.ts';
import type { PhoneNumberOperation, Services } from '../../operation.ts';
import type { Parameters } from '../../parameters.ts';
import { answerMarked, parseMarked } from '../../paging.ts';
import { requireRegistered } from './registered-number.ts';
import { messagingProduct, pageOf, paging, scopedUserId, waId } from '../../shapes.ts';

const takes = Type.Object({
  messaging_product: messagingProduct,
  block_users: Type.Array(
    Type.Object({
      user: Type.Optional(Type.String({ maxLength: limits.maxNameCharacters, description: 'A phone number.' })),
      user_id: Type.Optional(Type.String({ description: 'Instead of it: a user id as webhooks give it.' })),
    }),
    { minItems: 1, maxItems: limits.maxBlockedPerRequest },
  ),
});
const shownUser = Type.Object({
  input: Type.String(),
  wa_id: Type.Optional(waId),
  user_id: Type.Optional(scopedUserId),
});

const products = ['whatsapp'] as const;
const permission = 'whatsapp_business_messaging';
const ofWhatsapp = { messaging_product: 'whatsapp' } as const;

/** Somebody who is to be blocked or unblocked. */
interface NamedUser {
  /** As the request wrote them. */
  readonly input: string;
  /** Null when that is no phone number, or a user id of nobody. */
  readonly person: PhoneNumber | null;
  /** The user id that named them. */
  readonly userId: UserId | null;
  /** The business has not got their phone number. */
  readonly isHidden: boolean;
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
    const users = await findUsers(services, node, parameters);
    await requireRegistered(services, node);
    const refused = await services.blockList.block(node.id, namedPeople(users));
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
    const users = await findUsers(services, node, parameters);
    await requireRegistered(services, node);
    await services.blockList.unblock(
      node.id,
      namedPeople(users).map(({ person }) => person),
    );
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
    answers: pageOf(
      Type.Object({
        messaging_product: messagingProduct,
        wa_id: Type.Optional(waId),
        user_id: Type.Optional(scopedUserId),
      }),
    ),
  },
  async run(services, { node, parameters, url }) {
    await requireRegistered(services, node);
    const { items: people, ...ends } = await services.blockList.list(node.id, parseMarked(parameters));
    const data = people.map(({ person, hiddenAs }) => {
      return { ...ofWhatsapp, ...(hiddenAs === null ? { wa_id: person } : { user_id: hiddenAs }) };
    });
    return answerMarked(data, { marks: people.map(({ hash }) => hash), ...ends, url });
  },
};

/** @throws GraphError */
async function findUsers(services: Services, node: PhoneNumberNode, parameters: Parameters): Promise<NamedUser[]> {
  parameters.getChoice('messaging_product', products);
  const users = parameters.getList('block_users', { min: 1, max: limits.maxBlockedPerRequest });
  const found: NamedUser[] = [];
  for (const user of users) {
    const isNumbered = user.has('user') || !user.has('user_id');
    found.push(isNumbered ? numberedUser(user) : await findUser(services, node, user.getText('user_id')));
  }
  return found;
}

function numberedUser(user: Parameters): NamedUser {
  const input = user.getText('user', limits.maxNameCharacters);
  return { input, person: parsePhoneNumber(input.replace(/[-+() ]/g, '')), userId: null, isHidden: false };
}

async function findUser({ userIds }: Services, node: PhoneNumberNode, input: string): Promise<NamedUser> {
  const userId = parseUserId(input);
  const user = userId && (await userIds.find(node.id, userId));
  return { input, person: user?.person ?? null, userId, isHidden: user?.isNumberKnown === false };
}

function namedPeople(users: readonly NamedUser[]): { person: PhoneNumber; hiddenAs: UserId | null }[] {
  return users.flatMap(({ person, userId, isHidden }) => {
    return person === null ? [] : [{ person, hiddenAs: isHidden ? userId : null }];
  });
}

function namedUser({ input, person, userId, isHidden }: NamedUser): object {
  return {
    input,
    ...(person !== null && !isHidden && { wa_id: person }),
    ...(userId !== null && { user_id: userId }),
  };
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
