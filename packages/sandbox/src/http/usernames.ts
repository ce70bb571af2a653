import { TransportRefusedError } from '@postern/client';
import { limits, parseUsername } from '@postern/protocol';
import { HttpError, type TypedHttp } from '@postern/service';
import { Type } from 'typebox';
import { badRequest } from './bad-request.ts';
import { findPerson, personParams } from './person.ts';
import type { GetSandbox } from './sandbox-access.ts';

const body = Type.Object(
  // Null gives the username up.
  { username: Type.Union([Type.String({ maxLength: 2 * limits.maxUsernameCharacters }), Type.Null()]) },
  { additionalProperties: false },
);

/** Adds the name that a person goes by beside their phone number. */
export function addUsernameRoutes(routes: TypedHttp, getSandbox: GetSandbox): void {
  routes.get('/people/:waId/username', { schema: { params: personParams } }, async ({ params }) => {
    return { username: await findPerson(getSandbox(), params.waId).username.find() };
  });

  routes.post('/people/:waId/username', { schema: { params: personParams, body } }, async ({ params, body: given }) => {
    const username = given.username === null ? null : parseUsername(given.username);
    if (given.username !== null && username === null)
      throw badRequest(
        `username must be ${limits.minUsernameCharacters} to ${limits.maxUsernameCharacters} letters, digits, dots and underscores, and no web address.`,
      );
    await findPerson(getSandbox(), params.waId).username.take(username).catch(explainTaken);
    return { username };
  });
}

/** @throws HttpError 409 when somebody else has the name */
function explainTaken(error: unknown): never {
  if (error instanceof TransportRefusedError && error.code === 'username_taken')
    throw new HttpError(409, 'username_taken', 'username belongs to somebody else.');
  throw error;
}
