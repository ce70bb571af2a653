import type { FastifyInstance } from 'fastify';
import type { Logger } from '@postern/service';

declare module 'fastify' {
  interface FastifyRequest {
    /** What the request turned out to want; null until it is known. */
    operationName: string | null;
    /** The Graph's code of the error that it is answered with. */
    errorCode: number | null;
  }
}

/** Logs of each request what it did and how it ended, and nothing that it said: paths and parameters hold numbers and tokens. */
export function logRequests(app: FastifyInstance, logger: Logger): void {
  app.decorateRequest('operationName', null);
  app.decorateRequest('errorCode', null);
  app.addHook('onResponse', (request, reply, done) => {
    const level = reply.statusCode >= 500 ? 'warn' : 'debug';
    if (logger.isLevelEnabled(level)) {
      const { method, operationName: operation, errorCode } = request;
      const tookMs = Math.round(reply.elapsedTime);
      logger[level]({ method, operation, status: reply.statusCode, errorCode, tookMs }, 'a request was answered');
    }
    done();
  });
}
