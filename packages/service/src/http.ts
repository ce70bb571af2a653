import type { AddressInfo } from 'node:net';
import Fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import { limits } from '@postern/protocol';
import type { Logger } from './log.ts';
import { equalHashes, hashToken } from './secret.ts';

/** Answers an HTTP request of an internal API with a status and a stable code. */
export class HttpError extends Error {
  override readonly name = 'HttpError';
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/**
 * Makes an HTTP server for an internal API: JSON, bounded bodies, `{"error":{"code","message"}}` on failure,
 * `GET /healthz` for a readiness check. Requests are not logged: their paths can hold numbers.
 */
export function createInternalHttp(logger: Logger): FastifyInstance {
  const app = Fastify({ logger: false, bodyLimit: limits.maxRequestBodyBytes, forceCloseConnections: true });
  app.get('/healthz', () => ({ ok: true }));
  app.setNotFoundHandler((_request, reply) =>
    reply.code(404).send({ error: { code: 'not_found', message: 'There is no such path.' } }),
  );
  app.setErrorHandler((error, _request, reply) => {
    if (error instanceof HttpError)
      return reply.code(error.status).send({ error: { code: error.code, message: error.message } });
    const { statusCode: status = 500, message } = error as { statusCode?: number; message: string };
    if (status < 500) return reply.code(status).send({ error: { code: 'bad_request', message } });
    logger.error({ err: error }, 'a request failed');
    return reply
      .code(500)
      .send({ error: { code: 'internal', message: 'The request could not be carried out; see the log.' } });
  });
  return app;
}

/** Throws 401 unless the request carries this bearer token. */
export function requireBearer(request: FastifyRequest, token: string): void {
  const [scheme, given] = (request.headers.authorization ?? '').split(' ');
  if (scheme?.toLowerCase() !== 'bearer' || !equalHashes(hashToken(given ?? ''), hashToken(token))) {
    throw new HttpError(401, 'not_authenticated', 'Send "Authorization: Bearer …" with the right token.');
  }
}

/** Starts listening and returns the base URL, with the port that was really taken. */
export async function listen(app: FastifyInstance, address: { host: string; port: number }): Promise<string> {
  await app.listen(address);
  const { port } = app.server.address() as AddressInfo;
  const host = address.host.includes(':') ? `[${address.host}]` : address.host;
  return `http://${host}:${port}`;
}
