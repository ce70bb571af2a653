import { parsePhoneNumber, type Clock } from '@postern/protocol';
import { HttpError, addGuardedRoutes, type TypedHttp } from '@postern/service';
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import type { Codes } from '../codes.ts';
import { explainFailedCall } from './sandbox-access.ts';

const codeBody = Type.Object({
  phoneNumber: Type.String({ maxLength: 32 }),
  code: Type.String({ pattern: '^[0-9]{4,10}$' }),
});

/** `POST /codes`: the transport hands a registration code over, as it would to a gateway for text messages. */
export async function addCodeDelivery(
  http: FastifyInstance,
  { codes, token, clock }: { codes: Codes; token: string; clock: Clock },
): Promise<void> {
  await addGuardedRoutes(http, { token, explain: explainFailedCall }, (routes) => {
    routes.post('/codes', { schema: { body: codeBody } }, async ({ body }, reply) => {
      const phoneNumber = parsePhoneNumber(body.phoneNumber);
      if (!phoneNumber) throw new HttpError(400, 'bad_request', 'phoneNumber must have 7 to 15 digits.');
      codes.add({ phoneNumber, code: body.code, receivedAt: new Date(clock.now()).toISOString() });
      return reply.code(204).send();
    });
  });
}

/** `GET /codes`: the registration codes that arrived, newest last. */
export function addCodeRoutes(routes: TypedHttp, codes: Codes): void {
  routes.get('/codes', async () => ({ codes: codes.list() }));
}
