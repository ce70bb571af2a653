import type { Server } from 'node:http';
import type { FastifyInstance } from 'fastify';

const idleCheckMs = 50;

/**
 * Lets `close` end soon, without cutting anyone off: a request that is under way then is answered with `connection: close`,
 * and a connection that had just been answered is closed as soon as it is idle, instead of when its client goes away.
 */
export function stopSoftly(app: FastifyInstance): void {
  let isClosing = false;
  app.addHook('preClose', (done) => {
    isClosing = true;
    closeIdleUntilClosed(app.server);
    done();
  });
  app.addHook('onSend', (_request, reply, _payload, done) => {
    if (isClosing) reply.header('connection', 'close');
    done();
  });
}

/** Closes the connections of a server that closes, each as soon as it is idle. */
export function closeIdleUntilClosed(server: Pick<Server, 'closeIdleConnections' | 'once'>): void {
  const timer = setInterval(() => server.closeIdleConnections(), idleCheckMs);
  server.once('close', () => clearInterval(timer));
}
