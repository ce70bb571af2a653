import { limits } from '@postern/protocol';
import { Type } from 'typebox';
import { parameterError } from '../../graph-errors.ts';
import type { RootCall, RootOperation, Services } from '../../operation.ts';
import { graphId, oneOf } from '../../shapes.ts';

const path = 'oauth/access_token';
const grantTypes = ['client_credentials', 'authorization_code'] as const;

const schema = {
  summary: 'Gives an app its own token, or the one that a code was made for',
  takes: Type.Object({
    grant_type: Type.Optional(oneOf(grantTypes)),
    client_id: graphId,
    client_secret: Type.String(),
    code: Type.Optional(Type.String()),
    redirect_uri: Type.Optional(Type.String()),
  }),
  answers: Type.Object({
    access_token: Type.String(),
    token_type: Type.Literal('bearer'),
    expires_in: Type.Optional(Type.Integer()),
  }),
};

/**
 * `GET /oauth/access_token` (contract section 1.3). It needs no token: the app shows its id and secret. Codes are made by an
 * administrator at the Business Manager.
 */
export const getOauthAccessToken: RootOperation = { name: 'oauth', method: 'GET', path, schema, run };

/** `POST /oauth/access_token`: the same, with the secret in the body, where it stands in no log of a proxy. */
export const postOauthAccessToken: RootOperation = { name: 'oauth by post', method: 'POST', path, schema, run };

async function run({ management }: Services, { parameters }: RootCall): Promise<object> {
  const client = { clientId: parameters.getText('client_id'), clientSecret: parameters.getText('client_secret') };
  const grantType = parameters.findChoice('grant_type', grantTypes);
  const code = parameters.findText('code', limits.maxTokenCharacters);
  const redirectUri = parameters.findText('redirect_uri', limits.maxRedirectUriCharacters);
  if (grantType !== 'client_credentials' && code === null) throw parameterError('The parameter code is required.');
  const { accessToken, expiresInSeconds } =
    grantType === 'client_credentials' || code === null
      ? await management.getAppToken(client)
      : await management.exchangeCode(client, code, redirectUri);
  return {
    access_token: accessToken,
    token_type: 'bearer',
    ...(expiresInSeconds !== null && { expires_in: expiresInSeconds }),
  };
}
