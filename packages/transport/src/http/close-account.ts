import { parseAccountId } from '@postern/protocol';
import { HttpError } from '@postern/service';
import type { FastifyInstance } from 'fastify';
import { Type, type Static } from 'typebox';
import type { Accounts } from '../accounts/accounts.ts';
import { answerFromStore } from './store-errors.ts';

const Params = Type.Object({ accountId: Type.String({ maxLength: 64 }) });

/** `DELETE /v1/accounts/{accountId}`, with the device's secret as bearer token in base64url: closes the account. */
export function closeAccount(app: FastifyInstance, accounts: Accounts): void {
  app.delete<{ Params: Static<typeof Params> }>(
    '/v1/accounts/:accountId',
    { schema: { params: Params } },
    async ({ params, headers }, reply) => {
      const accountId = parseAccountId(params.accountId);
      const [scheme, token] = (headers.authorization ?? '').split(' ');
      const secret = Buffer.from(scheme?.toLowerCase() === 'bearer' ? (token ?? '') : '', 'base64url');
      const closed = accountId !== null && (await answerFromStore(() => accounts.close(accountId, secret)));
      if (!closed) throw new HttpError(401, 'not_authenticated', "Send a device's secret as bearer token.");
      return reply.code(204).send();
    },
  );
}
