import type { FastifyInstance } from 'fastify';
import { timeKeyEndsMs, type KeyringDescription } from '@postern/keyring';
import { HttpError, requireBearer } from '@postern/service';

interface KeyringState {
  /** What an operator presents. Without one the path answers 404. */
  readonly token: string | undefined;
  readonly keyring: { describe(): KeyringDescription };
}

/**
 * Adds `GET /operator/keyring` behind the operator's token: how many keys of each kind there are and how old the oldest
 * is, without a secret or a name in it. Only a process that has the keyring can say so; `postern verify` asks for it.
 */
export function addKeyringState(app: FastifyInstance, { token, keyring }: KeyringState): void {
  app.get('/operator/keyring', {
    onRequest(request, _reply, done) {
      request.operationName = 'operator keyring';
      if (token === undefined) throw new HttpError(404, 'not_found', 'There is no such path.');
      requireBearer(request, token);
      done();
    },
    // The Graph's own error handler speaks another language.
    errorHandler(error, _request, reply) {
      const { status, code, message } = error instanceof HttpError ? error : readingFailed;
      void reply.code(status).send({ error: { code, message } });
    },
    handler: (_request, reply) => reply.header('cache-control', 'no-store').send(describe(keyring.describe())),
  });
}

const readingFailed = new HttpError(500, 'internal', 'The keyring could not be read.');

function describe(keyring: KeyringDescription): object {
  const { backend, generation, rootMadeAtMs, timeKeys, oldestTimeKey, numberKeys, shardKeys, clock } = keyring;
  return {
    backend,
    generation,
    root_made_at: new Date(rootMadeAtMs).toISOString(),
    time_keys: timeKeys,
    oldest_time_key_ends_at: oldestTimeKey && new Date(timeKeyEndsMs(oldestTimeKey)).toISOString(),
    number_keys: numberKeys,
    shard_keys: shardKeys,
    clock: clock.state,
  };
}
