import { limits, type Clock } from '@postern/protocol';
import { HttpError } from '@postern/service';
import type { FastifyInstance } from 'fastify';
import type { WebhookReceiver } from '../webhooks/webhook-receiver.ts';

const path = '/webhook-receiver';

/** The sandbox's own webhook endpoint: the handshake, then webhooks, whose signature covers the bytes as they came. */
export async function addWebhookReceiver(
  http: FastifyInstance,
  receiver: WebhookReceiver,
  clock: Clock,
): Promise<void> {
  await http.register(async (scope) => {
    scope.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, bytes, done) => done(null, bytes));

    scope.get<{ Querystring: Record<string, string | undefined> }>(path, async ({ query }, reply) => {
      if (!receiver.isHandshake(query['hub.mode'], query['hub.verify_token']))
        throw new HttpError(403, 'wrong_verify_token', 'hub.verify_token is not the one of this sandbox.');
      return reply.type('text/plain').send(query['hub.challenge'] ?? '');
    });

    scope.post<{ Body: Buffer }>(path, { bodyLimit: limits.maxWebhookBytes }, async ({ body, headers }) => {
      const signature = String(headers['x-hub-signature-256'] ?? '');
      const receivedAt = new Date(clock.now()).toISOString();
      if (!receiver.receive({ bytes: body, signature, receivedAt }))
        throw new HttpError(401, 'wrong_signature', 'X-Hub-Signature-256 does not fit the body.');
      return { success: true };
    });
  });
}
