import { HttpError } from '@postern/service';
import type { FastifyInstance } from 'fastify';
import { Type, type Static } from 'typebox';
import type { Registrations, VerifyResult } from '../registration/registrations.ts';
import { answerFromStore } from './store-errors.ts';

const Params = Type.Object({ id: Type.String({ maxLength: 64 }) });
const Body = Type.Object({ code: Type.String({ maxLength: 16 }) });

const refusals: Record<Exclude<VerifyResult, 'verified'>, readonly [number, string, string]> = {
  'wrong-code': [403, 'wrong_code', 'The code is wrong.'],
  'too-many-attempts': [429, 'too_many_attempts', 'Too many wrong codes; begin a new registration.'],
  expired: [410, 'expired', 'The registration has expired; begin a new one.'],
  unknown: [404, 'unknown_registration', 'There is no such registration.'],
};

/** `POST /v1/registrations/{id}/code {code}`: proves that the number is held. */
export function verifyCode(app: FastifyInstance, registrations: Registrations): void {
  app.post<{ Params: Static<typeof Params>; Body: Static<typeof Body> }>(
    '/v1/registrations/:id/code',
    { schema: { params: Params, body: Body } },
    async ({ params, body }) => {
      const result = await answerFromStore(() => registrations.verify(params.id, body.code));
      if (result === 'verified') return { verified: true };
      throw new HttpError(...refusals[result]);
    },
  );
}
