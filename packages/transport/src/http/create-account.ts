import { HttpError } from '@postern/service';
import type { FastifyInstance } from 'fastify';
import { Type, type Static } from 'typebox';
import { BadKeyError, type SignedPublicPrekey } from '../keys/device-keys.ts';
import type { CompleteResult, Registrations } from '../registration/registrations.ts';
import { answerFromStore } from './store-errors.ts';

const maxUint32 = 0xffff_ffff;
const base64 = '^[A-Za-z0-9+/]+={0,2}$';

const Key = Type.String({ pattern: base64, maxLength: 4_096 });
const SignedKey = Type.Object({
  id: Type.Integer({ minimum: 0, maximum: maxUint32 }),
  publicKey: Key,
  signature: Key,
});
const Params = Type.Object({ id: Type.String({ maxLength: 64 }) });
const Body = Type.Object({
  secretHash: Type.String({ pattern: '^[0-9a-f]{64}$' }),
  registrationId: Type.Integer({ minimum: 1, maximum: 0x3fff }),
  identityKey: Key,
  signedPrekey: SignedKey,
  kyberLastResort: SignedKey,
});

const refusals: Record<Extract<CompleteResult, string>, readonly [number, string, string]> = {
  'not-verified': [403, 'not_verified', 'Send the right code first.'],
  'completed-otherwise': [409, 'completed_otherwise', 'The account was opened with another identity key.'],
  expired: [410, 'expired', 'The registration has expired; begin a new one.'],
  unknown: [404, 'unknown_registration', 'There is no such registration.'],
};

function readKey({ id, publicKey, signature }: Static<typeof SignedKey>): SignedPublicPrekey {
  return { id, publicKey: Buffer.from(publicKey, 'base64'), signature: Buffer.from(signature, 'base64') };
}

/** `PUT /v1/registrations/{id}/account`: opens the account of a verified number, with the keys of its first device. */
export function createAccount(app: FastifyInstance, registrations: Registrations): void {
  app.put<{ Params: Static<typeof Params>; Body: Static<typeof Body> }>(
    '/v1/registrations/:id/account',
    { schema: { params: Params, body: Body } },
    async ({ params, body }) => {
      const keys = {
        identityKey: Buffer.from(body.identityKey, 'base64'),
        signedPrekey: readKey(body.signedPrekey),
        kyberLastResort: readKey(body.kyberLastResort),
      };
      const device = { secretHash: Buffer.from(body.secretHash, 'hex'), registrationId: body.registrationId, keys };
      const result = await answerFromStore(() => registrations.complete(params.id, device).catch(toHttpError));
      if (typeof result === 'string') throw new HttpError(...refusals[result]);
      return result.address;
    },
  );
}

function toHttpError(error: unknown): CompleteResult {
  if (error instanceof BadKeyError) throw new HttpError(422, 'bad_key', error.message);
  throw error;
}
