import { limits, parseUsername } from '@postern/protocol';
import { Type } from 'typebox';
import { GraphError, parameterError, unknownObjectError } from '../../graph-errors.ts';
import { numberInfo, success, type PhoneNumberOperation } from '../../operation.ts';
import { nothing, oneOf, succeeded, text } from '../../shapes.ts';

const edge = 'username';
const permission = 'whatsapp_business_management';
const transferActions = ['none', 'force_transfer'] as const;
const statusShape = oneOf(['approved', 'reserved']);

/** `GET /{phone}/username` (contract section 5.4). */
export const getUsername: PhoneNumberOperation = {
  name: 'username',
  method: 'GET',
  edge,
  permission,
  schema: {
    summary: 'Shows the username of the number',
    takes: nothing,
    answers: Type.Object({ username: Type.String(), status: statusShape }),
  },
  async run({ usernames }, { node }) {
    const taken = await usernames.find(node.id);
    if (!taken) throw unknownObjectError('GET', node.id);
    return { ...taken };
  },
};

/** `POST /{phone}/username` */
export const takeUsername: PhoneNumberOperation = {
  name: 'take username',
  method: 'POST',
  edge,
  permission,
  schema: {
    summary: 'Takes a username for the number',
    differs: 'Phones cannot look a number up by it; the usernames of people are apart.',
    takes: Type.Object({
      username: text(limits.maxUsernameCharacters),
      transfer_action: Type.Optional(oneOf(transferActions)),
    }),
    answers: Type.Object({ status: statusShape }),
  },
  async run({ usernames }, { node, caller, parameters }) {
    const username = parseUsername(parameters.getText('username', limits.maxUsernameCharacters));
    if (username === null)
      throw parameterError(
        `Param username must be ${limits.minUsernameCharacters} to ${limits.maxUsernameCharacters} letters a-z, digits, points and underscores, with a letter, and not look like a web address.`,
      );
    const isTransfer = parameters.findChoice('transfer_action', transferActions) === 'force_transfer';
    const status = await usernames.take(numberInfo(node), { username, isTransfer, appId: caller.appId });
    if (status === 'taken') throw new GraphError(147001, { details: 'Somebody else has this username.' });
    if (status === 'at-another-number')
      throw new GraphError(147005, {
        details: 'Another number of this business has this username. Say transfer_action force_transfer to move it.',
      });
    return { status };
  },
};

/** `DELETE /{phone}/username` */
export const deleteUsername: PhoneNumberOperation = {
  name: 'delete username',
  method: 'DELETE',
  edge,
  permission,
  schema: { summary: 'Gives the username of the number up', takes: nothing, answers: succeeded },
  async run({ usernames }, { node, caller }) {
    if (!(await usernames.remove(node.id, caller.appId))) throw unknownObjectError('DELETE', node.id);
    return success;
  },
};

/** `GET /{phone}/username_suggestions` */
export const suggestUsernames: PhoneNumberOperation = {
  name: 'username suggestions',
  method: 'GET',
  edge: 'username_suggestions',
  permission,
  schema: {
    summary: 'Suggests usernames that the number could take',
    takes: nothing,
    answers: Type.Object({ data: Type.Array(Type.Object({ username_suggestions: Type.Array(Type.String()) })) }),
  },
  run: async ({ usernames }, { node }) => ({ data: [{ username_suggestions: await usernames.suggest(node) }] }),
};
