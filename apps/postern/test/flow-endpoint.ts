import {
  constants,
  createCipheriv,
  createDecipheriv,
  createHmac,
  generateKeyPairSync,
  privateDecrypt,
} from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a flow asks, in clear. */
export interface Asked {
  readonly version: string;
  readonly action: string;
  readonly screen?: string;
  readonly data?: Readonly<Record<string, unknown>>;
  readonly flow_token: string;
}

/** What the endpoint answers: encrypted, unless it answers text. */
export type Answering = (asked: Asked) => { status?: number; answer?: object; text?: string };

/** A business's endpoint for flows, with a private key of its own: made by the contract (section 5.6), of no code of ours. */
export class FlowEndpoint {
  readonly asked: Asked[] = [];
  /** Requests that this endpoint could not open. */
  unreadable = 0;
  answering: Answering = () => ({ status: 500 });
  readonly #appSecret: string;
  readonly #server: Server;
  #keys = newKeys();

  private constructor(appSecret: string) {
    this.#appSecret = appSecret;
    this.#server = createServer((request, response) => {
      void this.#serve(request).then(({ status, body }) => response.writeHead(status).end(body));
    });
  }

  static async start(appSecret: string): Promise<FlowEndpoint> {
    const endpoint = new FlowEndpoint(appSecret);
    endpoint.#server.listen(0, '127.0.0.1');
    await once(endpoint.#server, 'listening');
    return endpoint;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/flow`;
  }

  get publicKey(): string {
    return this.#keys.publicKey;
  }

  /** Takes another key, and knows the old one no more. */
  changeKey(): void {
    this.#keys = newKeys();
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #serve(request: IncomingMessage): Promise<{ status: number; body: string }> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const bytes = Buffer.concat(chunks);
    const signature = createHmac('sha256', this.#appSecret).update(bytes).digest('hex');
    if (request.headers['x-hub-signature-256'] !== `sha256=${signature}`) return { status: 432, body: '' };
    const body = JSON.parse(bytes.toString()) as Record<string, string>;
    const [data, wrapped, vector] = ['encrypted_flow_data', 'encrypted_aes_key', 'initial_vector'].map((name) =>
      Buffer.from(body[name] ?? '', 'base64'),
    ) as [Buffer, Buffer, Buffer];
    const key = this.#unwrap(wrapped);
    if (!key) {
      this.unreadable += 1;
      return { status: 421, body: '' };
    }
    const decipher = createDecipheriv('aes-128-gcm', key, vector);
    decipher.setAuthTag(data.subarray(-16));
    const plain = Buffer.concat([decipher.update(data.subarray(0, -16)), decipher.final()]);
    const asked = JSON.parse(plain.toString()) as Asked;
    this.asked.push(asked);
    const { status = 200, answer = {}, text } = this.answering(asked);
    if (text !== undefined) return { status, body: text };
    const cipher = createCipheriv('aes-128-gcm', key, Buffer.from(vector.map((byte) => ~byte & 0xff)));
    const encrypted = Buffer.concat([cipher.update(JSON.stringify(answer)), cipher.final(), cipher.getAuthTag()]);
    return { status, body: encrypted.toString('base64') };
  }

  #unwrap(wrapped: Buffer): Buffer | null {
    try {
      const padding = constants.RSA_PKCS1_OAEP_PADDING;
      const key = privateDecrypt({ key: this.#keys.privateKey, padding, oaepHash: 'sha256' }, wrapped);
      return key.length === 16 ? key : null;
    } catch {
      return null;
    }
  }
}

function newKeys() {
  return generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
}
