import type { IncomingHttpHeaders } from 'node:http';
import GreatDetail from '@great-detail/whatsapp';
import { normalizeWebhook, verifySignature } from '@kapso/whatsapp-cloud-api/server';
import GreatDetail8 from 'great-detail-whatsapp-8';
import { WhatsAppAPIFailedToVerifyError } from 'whatsapp-api-js/errors';
import type { Ready } from '../../src/instance/ready.ts';
import { newWhatsAppApi } from './whatsapp-api.ts';

export type NormalizedWebhook = ReturnType<typeof normalizeWebhook>;

/** A webhook as it came, and what the clients' own receivers made of it. */
export interface ReceivedWebhook {
  readonly rawBody: string;
  /** What the chat adapter answered: 200, or 401 when it found the signature wrong. */
  readonly answered: number;
  /** What kapso's client made of it. */
  readonly normalized: NormalizedWebhook;
  readonly isSigned: {
    readonly kapso: boolean;
    readonly greatDetail: boolean;
    readonly greatDetail8: boolean;
    readonly whatsappApiJs: boolean;
  };
}

type WhatsAppApi = ReturnType<typeof newWhatsAppApi>;
export type HeardMessage = Parameters<NonNullable<WhatsAppApi['on']['message']>>[0];
export type HeardStatus = Parameters<NonNullable<WhatsAppApi['on']['status']>>[0];

/** The receivers of the clients that take a webhook by a call. */
export class Receivers {
  // What whatsapp-api-js heard. It looks at the first update of a webhook only.
  readonly messages: HeardMessage[] = [];
  readonly statuses: HeardStatus[] = [];
  readonly #appSecret: string;
  readonly #whatsAppApi: WhatsAppApi;

  constructor(ready: Ready) {
    this.#appSecret = ready.appSecret;
    this.#whatsAppApi = newWhatsAppApi(ready);
    this.#whatsAppApi.on.message = (heard) => void this.messages.push(heard);
    this.#whatsAppApi.on.status = (heard) => void this.statuses.push(heard);
  }

  async receive(headers: IncomingHttpHeaders, rawBody: string): Promise<Omit<ReceivedWebhook, 'answered'>> {
    const signatureHeader = String(headers['x-hub-signature-256']);
    const appSecret = this.#appSecret;
    const post = { method: 'POST', query: {}, headers: { 'x-hub-signature-256': signatureHeader }, body: rawBody };
    const [event, event8] = await Promise.all([
      new GreatDetail().webhook.eventNotification(post),
      new GreatDetail8().webhook.eventNotification(post),
    ]);
    return {
      rawBody,
      normalized: normalizeWebhook(JSON.parse(rawBody)),
      isSigned: {
        kapso: verifySignature({ appSecret, rawBody, signatureHeader }),
        greatDetail: await event.checkSignature(appSecret),
        greatDetail8: await event8.checkSignature(appSecret),
        whatsappApiJs: await this.#isSigned(rawBody, signatureHeader),
      },
    };
  }

  /** It also throws when it does not know what to do with a webhook: it reads no field but `messages`. */
  async #isSigned(rawBody: string, signature: string): Promise<boolean> {
    try {
      await this.#whatsAppApi.post(JSON.parse(rawBody), rawBody, signature);
      return true;
    } catch (error) {
      return !(error instanceof WhatsAppAPIFailedToVerifyError);
    }
  }
}
