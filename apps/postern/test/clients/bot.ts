import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { createWhatsAppAdapter, type WhatsAppAdapter } from '@chat-adapter/whatsapp';
import { normalizeWebhook, verifySignature } from '@kapso/whatsapp-cloud-api/server';
import { Chat, type ActionEvent, type Adapter, type Message, type ReactionEvent } from 'chat';
import type { Ready } from '../../src/instance/ready.ts';
import { ChatState } from './chat-state.ts';

export type NormalizedWebhook = ReturnType<typeof normalizeWebhook>;

/** A webhook as it came, and what the clients' own receivers made of it. */
export interface ReceivedWebhook {
  readonly rawBody: string;
  readonly isSignedForKapso: boolean;
  readonly normalized: NormalizedWebhook;
  /** What the chat adapter answered: 200, or 401 when it found the signature wrong. */
  readonly answered: number;
}

/** A business's bot: its webhook endpoint, behind which stand the receivers of two clients, unmodified. */
export class Bot {
  readonly adapter: WhatsAppAdapter;
  readonly webhooks: ReceivedWebhook[] = [];
  readonly messages: Message[] = [];
  readonly reactions: ReactionEvent[] = [];
  readonly actions: ActionEvent[] = [];
  readonly #appSecret: string;
  readonly #chat: Chat;
  readonly #server: Server;

  private constructor({ cloudApi, accessToken, appSecret, phoneNumberId, verifyToken }: Ready) {
    this.#appSecret = appSecret;
    this.adapter = createWhatsAppAdapter({
      apiUrl: cloudApi,
      accessToken,
      appSecret,
      phoneNumberId,
      verifyToken,
      logger: silentLogger,
    });
    this.#chat = new Chat({
      userName: 'bot',
      // Its types leave out that an optional property may be undefined.
      adapters: { whatsapp: this.adapter as Adapter },
      state: new ChatState(),
      logger: 'silent',
      concurrency: 'concurrent',
    });
    this.#chat.onDirectMessage(async (_thread, message) => void this.messages.push(message));
    this.#chat.onReaction(async (event) => void this.reactions.push(event));
    this.#chat.onAction(async (event) => void this.actions.push(event));
    this.#server = createServer((request, response) => void this.#serve(request, response));
  }

  static async start(ready: Ready): Promise<Bot> {
    const bot = new Bot(ready);
    await bot.#chat.initialize();
    bot.#server.listen(0, '127.0.0.1');
    await once(bot.#server, 'listening');
    return bot;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/webhook`;
  }

  stop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const rawBody = await text(incoming);
    const response = await this.#chat.webhooks['whatsapp']!(toRequest(incoming, rawBody));
    if (incoming.method === 'POST') this.#remember(incoming, rawBody, response.status);
    outgoing.writeHead(response.status).end(await response.text());
  }

  #remember({ headers }: IncomingMessage, rawBody: string, answered: number): void {
    const signatureHeader = String(headers['x-hub-signature-256']);
    this.webhooks.push({
      rawBody,
      isSignedForKapso: verifySignature({ appSecret: this.#appSecret, rawBody, signatureHeader }),
      normalized: normalizeWebhook(JSON.parse(rawBody)),
      answered,
    });
  }
}

function toRequest({ method, url, headers }: IncomingMessage, body: string): Request {
  const { 'content-type': type = '', 'x-hub-signature-256': signature = '' } = headers;
  return new Request(`http://bot${url}`, {
    method: method!,
    headers: { 'content-type': type, 'x-hub-signature-256': String(signature) },
    ...(method === 'POST' && { body }),
  });
}

const silentLogger = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  child: () => silentLogger,
};
