import { parseUsername } from '@postern/protocol';
import { HttpError } from '@postern/service';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Type, type Static } from 'typebox';
import type { Accounts } from '../accounts/accounts.ts';
import type { Usernames } from '../accounts/usernames.ts';
import { authenticateDevice } from './device-credential.ts';
import { answerFromStore } from './store-errors.ts';

const path = '/v1/username';
const Body = Type.Object({ username: Type.String({ maxLength: 64 }) });

interface UsernameRoutes {
  readonly accounts: Accounts;
  readonly usernames: Usernames;
}

/** `GET /v1/username`, by a device: the username of its account, or null. */
export function getUsername(app: FastifyInstance, routes: UsernameRoutes): void {
  app.get(path, (request) => findUsername(routes, request));
}

async function findUsername({ accounts, usernames }: UsernameRoutes, request: FastifyRequest): Promise<object> {
  const { accountId } = await authenticateDevice(request, accounts);
  return { username: await answerFromStore(() => usernames.find(accountId)) };
}

/** `PUT /v1/username {username}`: takes one that nobody else has. */
export function putUsername(app: FastifyInstance, { accounts, usernames }: UsernameRoutes): void {
  app.put<{ Body: Static<typeof Body> }>(path, { schema: { body: Body } }, async (request, reply) => {
    const device = await authenticateDevice(request, accounts);
    const username = parseUsername(request.body.username);
    if (username === null)
      throw new HttpError(
        400,
        'bad_username',
        'Send 3 to 35 letters, digits, dots and underscores, as docs/protocol.md says.',
      );
    const outcome = await answerFromStore(() => usernames.take(device, username));
    if (outcome === 'not-free') throw new HttpError(409, 'username_taken', 'Somebody else has this username.');
    if (outcome === 'closed') throw new HttpError(401, 'not_authenticated', 'The account is closed.');
    if (outcome !== 'taken') throw new HttpError(429, 'rate_limited', 'Too many changes; try again in a minute.');
    return reply.code(204).send();
  });
}

/** `DELETE /v1/username`: has none any more. */
export function deleteUsername(app: FastifyInstance, { accounts, usernames }: UsernameRoutes): void {
  app.delete(path, async (request, reply) => {
    const device = await authenticateDevice(request, accounts);
    await answerFromStore(() => usernames.giveUp(device));
    return reply.code(204).send();
  });
}
