import { createHmac, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

const maxBodyBytes = 3 * 1024 * 1024;

/** What of a webhook the demo looks at (contract section 4.3). */
export interface WebhookValue {
  messages?: { id: string; from: string; text?: { body: string } }[];
  statuses?: { id: string; status: string; recipient_id: string }[];
}

interface Handshake {
  verifyToken: string;
  appSecret: string;
}

/** A business's webhook endpoint, as a bot would write it: it believes nothing that is not signed with the app secret. */
export class BusinessEndpoint {
  readonly #server: Server;
  readonly #handshake: Handshake;
  readonly #values: WebhookValue[] = [];
  #wronglySigned = 0;

  private constructor(handshake: Handshake) {
    this.#handshake = handshake;
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  static async start(handshake: Handshake): Promise<BusinessEndpoint> {
    const endpoint = new BusinessEndpoint(handshake);
    endpoint.#server.listen({ host: '127.0.0.1', port: 0 });
    await once(endpoint.#server, 'listening');
    return endpoint;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/webhook`;
  }

  /** Webhooks that came with another signature than the app's. */
  get wronglySigned(): number {
    return this.#wronglySigned;
  }

  /** The status webhook of a message; null until it came. */
  findStatus(id: string, status: string): WebhookValue | null {
    return (
      this.#values.find(({ statuses }) => statuses?.some((each) => each.id === id && each.status === status)) ?? null
    );
  }

  /** The message webhook with this id; null until it came. */
  findMessage(id: string): NonNullable<WebhookValue['messages']>[number] | null {
    return this.#values.flatMap(({ messages }) => messages ?? []).find((message) => message.id === id) ?? null;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method === 'GET') return this.#shakeHands(request, response);
    const bytes = await readBody(request);
    if (bytes && this.#isSigned(bytes, String(request.headers['x-hub-signature-256']))) {
      this.#take(bytes);
      response.writeHead(200).end();
    } else {
      this.#wronglySigned += 1;
      response.writeHead(401).end();
    }
  }

  #shakeHands(request: IncomingMessage, response: ServerResponse): void {
    const query = new URL(request.url ?? '/', this.url).searchParams;
    const isRight = query.get('hub.verify_token') === this.#handshake.verifyToken;
    response.writeHead(isRight ? 200 : 403, { 'content-type': 'text/plain' });
    response.end(isRight ? query.get('hub.challenge') : '');
  }

  #isSigned(bytes: Buffer, signature: string): boolean {
    const expected = Buffer.from(
      `sha256=${createHmac('sha256', this.#handshake.appSecret).update(bytes).digest('hex')}`,
    );
    const given = Buffer.from(signature);
    return expected.length === given.length && timingSafeEqual(expected, given);
  }

  #take(bytes: Buffer): void {
    const body = JSON.parse(bytes.toString()) as { entry: { changes: { value: WebhookValue }[] }[] };
    this.#values.push(...body.entry.flatMap(({ changes }) => changes.map(({ value }) => value)));
  }
}

/** Null when the body is too large. */
async function readBody(request: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBodyBytes) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
