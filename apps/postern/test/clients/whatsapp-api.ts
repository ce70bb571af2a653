import { WhatsAppAPI } from 'whatsapp-api-js';
import type { Ready } from '../../src/instance/ready.ts';

/**
 * The client of `whatsapp-api-js`. It has no option for where to send to, but lets one give it a `fetch`, which is where its
 * users lead it elsewhere.
 */
export function newWhatsAppApi({ cloudApi, accessToken, appSecret, verifyToken }: Ready): WhatsAppAPI {
  return new WhatsAppAPI({
    token: accessToken,
    appSecret,
    webhookVerifyToken: verifyToken,
    v: 'v24.0',
    ponyfill: {
      fetch: (url: string | URL, init?: RequestInit) =>
        fetch(String(url).replace('https://graph.facebook.com', cloudApi), init),
    },
  } as ConstructorParameters<typeof WhatsAppAPI>[0]);
}
