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
    const timer = setInterval(() => app.server.closeIdleConnections(), idleCheckMs);
    app.server.once('close', () => clearInterval(timer));
    done();
  });
  app.addHook('onSend', (_request, reply, _payload, done) => {
    if (isClosing) reply.header('connection', 'close');
    done();
  });
}
