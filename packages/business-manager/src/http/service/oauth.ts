import { Type } from 'typebox';
import { findClientApp } from '../../access/client-app.ts';
import { exchangeOauthCode } from '../../access/oauth-codes.ts';
import { describeToken } from '../../access/token-description.ts';
import type { BusinessManager } from '../../business-manager.ts';
import { orRefuse } from '../refusals.ts';
import type { TypedHttp } from '@postern/service';

const client = { clientId: Type.String(), clientSecret: Type.String() };
const clientBody = Type.Object(client, { additionalProperties: false });
const exchangeBody = Type.Object(
  { ...client, code: Type.String(), redirectUri: Type.Union([Type.String(), Type.Null()]) },
  { additionalProperties: false },
);
const describeBody = Type.Object({ token: Type.String(), inputToken: Type.String() }, { additionalProperties: false });

/** Adds what an app does with its own id and secret: get a token of its own, exchange a code, have a token described. */
export function addOauthRoutes(routes: TypedHttp, manager: BusinessManager): void {
  routes.post('/v1/oauth/app-token', { schema: { body: clientBody } }, async ({ body }) => {
    const app = orRefuse(await findClientApp(manager, body));
    return { accessToken: `${app.id}|${body.clientSecret}`, expiresInSeconds: null };
  });

  routes.post('/v1/oauth/exchange', { schema: { body: exchangeBody } }, async ({ body }) => {
    const app = orRefuse(await findClientApp(manager, body));
    const { code, redirectUri } = body;
    return orRefuse(await exchangeOauthCode(manager, { appId: app.id, code, redirectUri }));
  });

  routes.post('/v1/token-description', { schema: { body: describeBody } }, async ({ body }) =>
    orRefuse(await describeToken(manager, body)),
  );
}
