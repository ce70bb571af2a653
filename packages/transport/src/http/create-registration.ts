import { parsePhoneNumber } from '@postern/protocol';
import { HttpError } from '@postern/service';
import type { FastifyInstance } from 'fastify';
import { Type, type Static } from 'typebox';
import { NoVerifierError, type BeginResult, type Registrations } from '../registration/registrations.ts';
import { VerifierError } from '../verifier.ts';
import { answerFromStore } from './store-errors.ts';

const Body = Type.Object({ phoneNumber: Type.String({ maxLength: 32 }) });

/** `POST /v1/registrations {phoneNumber}`: brings a code to the number. */
export function createRegistration(app: FastifyInstance, registrations: Registrations): void {
  app.post<{ Body: Static<typeof Body> }>('/v1/registrations', { schema: { body: Body } }, async (request, reply) => {
    const phoneNumber = parsePhoneNumber(request.body.phoneNumber);
    if (phoneNumber === null) throw new HttpError(400, 'bad_phone_number', 'Send 7 to 15 digits of E.164, no plus.');
    const result = await answerFromStore(() => registrations.begin(phoneNumber).catch(toHttpError));
    if (!('retryAfterMs' in result)) return reply.code(201).send(result);
    reply.header('retry-after', Math.ceil(result.retryAfterMs / 1000));
    throw new HttpError(429, 'rate_limited', 'Too many registrations; try again later.');
  });
}

function toHttpError(error: unknown): BeginResult {
  if (error instanceof VerifierError) throw new HttpError(502, 'not_delivered', 'The code could not be delivered.');
  if (error instanceof NoVerifierError) throw new HttpError(503, 'no_verifier', 'Nobody can register here at present.');
  throw error;
}
