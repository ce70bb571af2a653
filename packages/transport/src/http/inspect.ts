import { limits } from '@postern/protocol';
import type { Database } from '@postern/postgres';
import { requireBearer } from '@postern/service';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Type, type Static } from 'typebox';
import { inspectAccounts, inspectBlobs, inspectEnvelopes } from '../inspection.ts';
import { answerFromStore } from './store-errors.ts';

const Query = Type.Object({ limit: Type.Integer({ minimum: 1, maximum: limits.maxInspectRows, default: 100 }) });
type Request = { Querystring: Static<typeof Query> };

/** `GET /v1/inspect/envelopes`, `/v1/inspect/accounts` and `/v1/inspect/blobs`: what the tables hold, for who has the token. */
export function inspect(app: FastifyInstance, { db, token }: { db: Database; token: string }): void {
  const options = {
    schema: { querystring: Query },
    onRequest: (request: FastifyRequest, _reply: FastifyReply, done: () => void) => {
      requireBearer(request, token);
      done();
    },
  };
  app.get<Request>('/v1/inspect/envelopes', options, async ({ query }) => ({
    envelopes: await answerFromStore(() => inspectEnvelopes(db, query.limit)),
  }));
  app.get<Request>('/v1/inspect/accounts', options, async ({ query }) => ({
    accounts: await answerFromStore(() => inspectAccounts(db, query.limit)),
  }));
  app.get<Request>('/v1/inspect/blobs', options, async ({ query }) => ({
    blobs: await answerFromStore(() => inspectBlobs(db, query.limit)),
  }));
}
