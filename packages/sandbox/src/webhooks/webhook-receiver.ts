import { createHmac } from 'node:crypto';
import { limits } from '@postern/protocol';
import { equalHashes, hashToken } from '@postern/service';
import type { SandboxEvent } from '../supervisor.ts';

/** A webhook as the sandbox's own endpoint got it. */
export interface ReceivedWebhook {
  /** ISO 8601. */
  readonly receivedAt: string;
  /** Whether `X-Hub-Signature-256` is that of the app over the bytes that came. */
  readonly signature: 'valid' | 'wrong';
  /** The JSON object; null when it is none. */
  readonly body: unknown;
}

interface WebhookReceiverOptions {
  readonly verifyToken: string;
  readonly findAppSecret: () => string | null;
  readonly tell: (event: SandboxEvent) => void;
}

/** The sandbox's own webhook endpoint, as a business would write it. Remembers the last thousand. */
export class WebhookReceiver {
  readonly #options: WebhookReceiverOptions;
  readonly #webhooks: ReceivedWebhook[] = [];

  constructor(options: WebhookReceiverOptions) {
    this.#options = options;
  }

  /** The webhooks, newest last. */
  list(): readonly ReceivedWebhook[] {
    return this.#webhooks;
  }

  /** Whether a handshake shows the right token. */
  isHandshake(mode: string | undefined, verifyToken: string | undefined): boolean {
    const isRight = equalHashes(hashToken(verifyToken ?? ''), hashToken(this.#options.verifyToken));
    return mode === 'subscribe' && isRight;
  }

  /** Takes a webhook. Returns whether its signature is right; one that is wrong is kept too, to be seen. */
  receive({ bytes, signature, receivedAt }: { bytes: Buffer; signature: string; receivedAt: string }): boolean {
    const verdict = this.#isSigned(bytes, signature) ? 'valid' : 'wrong';
    const body = parseJson(bytes);
    this.#webhooks.push({ receivedAt, signature: verdict, body });
    if (this.#webhooks.length > limits.maxSandboxWebhooks) this.#webhooks.shift();
    this.#options.tell({ event: 'webhook', signature: verdict, body });
    return verdict === 'valid';
  }

  #isSigned(bytes: Buffer, signature: string): boolean {
    const secret = this.#options.findAppSecret();
    const [, hex] = /^sha256=([0-9a-f]{64})$/.exec(signature) ?? [];
    if (secret === null || hex === undefined) return false;
    return equalHashes(createHmac('sha256', secret).update(bytes).digest(), Buffer.from(hex, 'hex'));
  }
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return null;
  }
}
