import type { FastifyInstance, FastifyRequest } from 'fastify';
import { HttpError, requireBearer } from '@postern/service';
import { GraphError } from './graph-errors.ts';
import { Parameters } from './parameters.ts';
import { parseRequestBody, type RequestBody } from './request-body.ts';

interface ReviewAccess {
  /** What a reviewer presents. Without one the paths answer 404. */
  readonly token: string | undefined;
  readonly operationName: string;
}

/**
 * Adds paths behind the token of those who review what businesses want to say. They are no part of the Graph, and their errors
 * are `{"error":{"code","message"}}`.
 */
export function addReviewRoutes(
  app: FastifyInstance,
  { token, operationName }: ReviewAccess,
  addRoutes: (scope: FastifyInstance) => void,
): void {
  void app.register(async (scope) => {
    scope.addHook('onRequest', async (request) => {
      request.operationName = operationName;
      if (token === undefined) throw new HttpError(404, 'not_found', 'There is no such path.');
      requireBearer(request, token);
    });
    scope.setErrorHandler((error, _request, reply) => {
      const { status, code, message } = toHttpError(error);
      return reply.code(status).send({ error: { code, message } });
    });
    addRoutes(scope);
  });
}

/** What stands in the body. @throws GraphError */
export function reviewParameters({ body, headers }: FastifyRequest): Parameters {
  const read = body as RequestBody | undefined;
  return new Parameters(read && 'text' in read ? parseRequestBody(read, headers['content-type']) : {});
}

function toHttpError(error: unknown): HttpError {
  if (error instanceof HttpError) return error;
  if (error instanceof GraphError) return new HttpError(400, 'bad_request', error.details ?? error.message);
  return new HttpError(500, 'internal', 'The request could not be carried out.');
}
