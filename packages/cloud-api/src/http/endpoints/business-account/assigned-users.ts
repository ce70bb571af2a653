import { limits } from '@postern/protocol';
import { Type } from 'typebox';
import { parameterError } from '../../graph-errors.ts';
import type { BusinessAccountOperation } from '../../operation.ts';
import { answerPage, takePage } from '../../paging.ts';
import type { Parameters } from '../../parameters.ts';
import { graphId, pageOf, paging, succeeded, words } from '../../shapes.ts';

const edge = 'assigned_users';
const permission = 'whatsapp_business_management';

/** `GET /{waba}/assigned_users` (contract section 5.1): the system users of the caller's business that are assigned to the account. */
export const listAssignedUsers: BusinessAccountOperation = {
  name: 'list assigned users',
  method: 'GET',
  edge,
  permission,
  schema: {
    summary: 'Lists the users that are assigned to the account',
    takes: Type.Object({ business: Type.Optional(graphId), ...paging }),
    answers: pageOf(Type.Object({ id: graphId, name: Type.String(), tasks: Type.Array(Type.String()) })),
  },
  async run({ management }, { node, caller, token, parameters, url }) {
    const business = parameters.findText('business');
    if (business !== null && business !== caller.businessId)
      throw parameterError('Param business must be the id of the business of the token.');
    const page = takePage(await management.listAccountUsers(token, node.id), parameters);
    return answerPage(page, [...page.items], url);
  },
};

/** `POST /{waba}/assigned_users`: tokens of the user that name the account reach it from now on. */
export const assignUser: BusinessAccountOperation = {
  name: 'assign user',
  method: 'POST',
  edge,
  permission,
  schema: {
    summary: 'Assigns a user to the account',
    takes: Type.Object({ user: graphId, tasks: words('`MANAGE`, `DEVELOP`, …') }),
    answers: succeeded,
    differs: 'Which tasks a user has is kept and shown, and makes no difference: what a token allows is in its scopes.',
  },
  async run({ management }, { node, token, parameters }) {
    const tasks = parseTasks(parameters);
    await management.assignUser(token, node.id, { userId: parseUser(parameters), tasks });
    return { success: true };
  },
};

/** `DELETE /{waba}/assigned_users`: tokens of the user do not reach the account any more, within a minute. */
export const removeUser: BusinessAccountOperation = {
  name: 'remove user',
  method: 'DELETE',
  edge,
  permission,
  schema: {
    summary: 'Takes the account from a user',
    takes: Type.Object({ user: graphId }),
    answers: succeeded,
  },
  async run({ management, access }, { node, token, parameters }) {
    await management.removeUser(token, node.id, parseUser(parameters));
    access.forget([node.id, ...node.phoneNumbers.map(({ id }) => id)]);
    return { success: true };
  },
};

function parseUser(parameters: Parameters): string {
  const user = parameters.getText('user');
  if (/^[1-9][0-9]{14,16}$/.test(user)) return user;
  throw parameterError('Param user must be the id of a system user of this business.');
}

function parseTasks(parameters: Parameters): string[] {
  const tasks = parameters.findWords('tasks') ?? [];
  if (tasks.length === 0 || tasks.length > limits.maxTasksPerUser)
    throw parameterError(`Param tasks must name 1 to ${limits.maxTasksPerUser} tasks.`);
  const named = tasks.map((task) => task.toUpperCase());
  if (named.every((task) => /^[A-Z_]{1,64}$/.test(task))) return [...new Set(named)];
  throw parameterError('Param tasks must name tasks such as MANAGE or DEVELOP.');
}
