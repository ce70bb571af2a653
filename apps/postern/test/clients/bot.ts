import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { createWhatsAppAdapter, type WhatsAppAdapter } from '@chat-adapter/whatsapp';
import { Chat, type ActionEvent, type Adapter, type Message, type ReactionEvent } from 'chat';
import type { Ready } from '../../src/instance/ready.ts';
import { ChatState } from './chat-state.ts';
import { Receivers, type ReceivedWebhook } from './receivers.ts';

/** A business's bot: its webhook endpoint, behind which stand the receivers of the clients, unmodified. */
export class Bot {
  readonly adapter: WhatsAppAdapter;
  readonly receivers: Receivers;
  readonly webhooks: ReceivedWebhook[] = [];
  /** The queries of handshakes. */
  readonly handshakes: Record<string, string>[] = [];
  // What the chat adapter passed on.
  readonly messages: Message[] = [];
  readonly reactions: ReactionEvent[] = [];
  readonly actions: ActionEvent[] = [];
  readonly #chat: Chat;
  readonly #server: Server;

  private constructor(ready: Ready) {
    const { cloudApi, accessToken, appSecret, phoneNumberId, verifyToken } = ready;
    const secrets = { accessToken, appSecret, verifyToken };
    this.receivers = new Receivers(ready);
    this.adapter = createWhatsAppAdapter({ apiUrl: cloudApi, phoneNumberId, ...secrets, logger: silentLogger });
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
    const answered = response.status;
    if (incoming.method === 'GET')
      this.handshakes.push(Object.fromEntries(new URL(incoming.url ?? '/', this.url).searchParams));
    if (incoming.method === 'POST')
      this.webhooks.push({ answered, ...(await this.receivers.receive(incoming.headers, rawBody)) });
    outgoing.writeHead(answered).end(await response.text());
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
