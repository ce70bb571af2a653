import { HttpError, type TypedHttp } from '@postern/service';
import { Type } from 'typebox';
import { CallFailedError } from '../json-call.ts';
import type { GetSandbox } from './sandbox-access.ts';

const webhookBody = Type.Object(
  {
    url: Type.Union([Type.String({ pattern: '^https?://', maxLength: 2_048 }), Type.Null()]),
    verifyToken: Type.Optional(Type.String({ minLength: 1, maxLength: 256 })),
  },
  { additionalProperties: false },
);

/** Adds the list of webhooks that the sandbox received, and the change of where they go. */
export function addWebhookRoutes(routes: TypedHttp, getSandbox: GetSandbox): void {
  routes.get('/webhooks', async () => ({ webhooks: getSandbox().receiver.list() }));

  routes.post('/webhook', { schema: { body: webhookBody } }, async ({ body }) => {
    const { subscription, verifyToken } = getSandbox();
    const endpoint = body.url === null ? null : { url: body.url, verifyToken: body.verifyToken ?? verifyToken };
    const { url } = await subscription.change(endpoint).catch((error: unknown) => {
      if (!(error instanceof CallFailedError)) throw error;
      throw new HttpError(400, 'handshake_failed', `url did not become the webhook endpoint. ${error.message}`);
    });
    return { url };
  });
}
