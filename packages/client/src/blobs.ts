import { request as requestHttp, type ClientRequest, type IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import { Readable } from 'node:stream';
import { limits } from '@postern/protocol';
import type { DeviceCredential } from './connection/attachment.ts';
import { BlobSizeError, TransportRefusedError, TransportUnavailableError } from './errors.ts';

export interface BlobClientOptions {
  /** The transport's base URL. */
  readonly url: string;
  /** How long nothing may move before a transfer is given up. */
  readonly silenceMs?: number;
}

/** Who asks. */
export type BlobCredential = Pick<DeviceCredential, 'accountId' | 'deviceId' | 'secret'>;

/** A blob to store. */
export interface BlobUpload {
  /** 16 random bytes, drawn once: whoever tries again uses the same. */
  readonly blobId: Uint8Array;
  /** How many bytes the source gives. */
  readonly bytes: number;
  /**
   * Read once, or not at all when the transport has the blob already; a stream is destroyed then, so that its file is closed.
   * Whoever tries again gives a new one.
   */
  readonly source: AsyncIterable<Uint8Array>;
  readonly signal?: AbortSignal | undefined;
}

/** What a request says before its body. */
interface Told extends Pick<BlobUpload, 'blobId' | 'signal'> {
  readonly headers: Readonly<Record<string, string | number>>;
}

/**
 * The transport's store of encrypted attachments, streamed both ways as fast as the slower side goes. It does not try
 * again by itself: `retryable` of an error says whether that may help, and an upload may be repeated under its id however
 * it ended.
 */
export class BlobClient {
  readonly #url: URL;
  readonly #silenceMs: number;

  constructor({ url, silenceMs = limits.blobSilenceMs }: BlobClientOptions) {
    this.#url = new URL(url);
    this.#silenceMs = silenceMs;
  }

  /**
   * Stores a blob; when this returns it is durable. The same blob again costs one round trip, and lets it live on.
   * @throws TransportUnavailableError; TransportRefusedError; BlobSizeError; what the source throws; the signal's reason
   */
  async upload(credential: BlobCredential, { blobId, bytes, source, signal }: BlobUpload): Promise<void> {
    const headers = { authorization: authorizationOf(credential), 'content-length': bytes, expect: '100-continue' };
    try {
      await this.#put({ blobId, headers, signal, source: exactly(source, bytes) });
    } finally {
      if (source instanceof Readable) source.destroy();
    }
  }

  async #put({ source, ...told }: Told & { source: AsyncIterable<Uint8Array> }): Promise<void> {
    const { request, answer } = this.#begin('PUT', told);
    try {
      if (await isBodyWanted(request, answer)) await sendBody(request, source, answer);
      const response = await answer;
      if (response.statusCode === 204) response.resume();
      else throw await readRefusal(response);
    } finally {
      // A body that was not sent whole leaves a connection that nothing else can be said on.
      if (!request.writableEnded) request.destroy();
    }
  }

  /**
   * The bytes of a blob, streamed; null when there is none, or no longer. Whoever has the stream reads it to its end or
   * leaves its loop, and lets no more time pass between two pieces than may pass in silence.
   * @throws TransportUnavailableError (from the stream too); TransportRefusedError; the signal's reason
   */
  async download(
    credential: BlobCredential,
    blobId: Uint8Array,
    signal?: AbortSignal,
  ): Promise<AsyncIterable<Uint8Array> | null> {
    const headers = { authorization: authorizationOf(credential) };
    const { request, answer } = this.#begin('GET', { blobId, headers, signal });
    request.end();
    const response = await answer;
    if (response.statusCode === 200) return readPieces(response, signal);
    const refusal = await readRefusal(response);
    if (response.statusCode === 404 && refusal.code === 'unknown_blob') return null;
    throw refusal;
  }

  #begin(
    method: string,
    { blobId, headers, signal }: Told,
  ): { request: ClientRequest; answer: Promise<IncomingMessage> } {
    signal?.throwIfAborted();
    const begin = this.#url.protocol === 'https:' ? requestHttps : requestHttp;
    const url = new URL(`v1/blobs/${Buffer.from(blobId).toString('hex')}`, withSlash(this.#url));
    const request = begin(url, { method, headers, ...(signal && { signal }) });
    request.setTimeout(this.#silenceMs, () => request.destroy(new Error('nothing moved')));
    const answer = new Promise<IncomingMessage>((resolve, reject) => {
      request.once('response', (response) => {
        // Whoever reads it hears of it; until then nobody listens.
        response.on('error', () => undefined);
        resolve(response);
      });
      request.on('error', (error) => reject(explain(error, signal)));
    });
    answer.catch(() => undefined);
    return { request, answer };
  }
}

function withSlash(url: URL): URL {
  return new URL(url.pathname.endsWith('/') ? url.href : `${url.href}/`);
}

function authorizationOf({ accountId, deviceId, secret }: BlobCredential): string {
  const credential = `${accountId}.${deviceId}:${Buffer.from(secret).toString('base64url')}`;
  return `Basic ${Buffer.from(credential).toString('base64')}`;
}

/** Waits until the transport wants the body, or has answered without it; a proxy that says neither is not waited for. */
async function isBodyWanted(request: ClientRequest, answer: Promise<IncomingMessage>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const wanted = new Promise<boolean>((resolve) => {
    request.once('continue', () => resolve(true));
    timer = setTimeout(resolve, limits.blobContinueMs, true);
  });
  request.flushHeaders();
  try {
    return await Promise.race([wanted, answer.then(() => false)]);
  } finally {
    clearTimeout(timer);
  }
}

/** Sends a body as fast as it is taken, and stops when an answer comes before its end. */
async function sendBody(
  request: ClientRequest,
  source: AsyncIterable<Uint8Array>,
  answer: Promise<IncomingMessage>,
): Promise<void> {
  let isOver = false;
  const over = answer
    .catch(() => undefined)
    .finally(() => {
      isOver = true;
    });
  for await (const piece of source) {
    if (isOver) return;
    if (!request.write(piece)) await Promise.race([drained(request), over]);
  }
  if (!isOver) request.end();
}

/** Passes a source on that gives as many bytes as were told: nothing would notice too few before the silence is too long. */
async function* exactly(source: AsyncIterable<Uint8Array>, bytes: number): AsyncGenerator<Uint8Array, void> {
  let left = bytes;
  for await (const piece of source) {
    left -= piece.length;
    if (left < 0) break;
    yield piece;
  }
  if (left !== 0) throw new BlobSizeError('The source of a blob gave more or fewer bytes than were told.');
}

function drained(request: ClientRequest): Promise<void> {
  return new Promise((resolve) => request.once('drain', resolve));
}

async function* readPieces(
  response: IncomingMessage,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array, void> {
  try {
    for await (const piece of response as AsyncIterable<Buffer>) yield piece;
  } catch (error) {
    throw explain(error, signal);
  }
}

function explain(error: unknown, signal: AbortSignal | undefined): unknown {
  if (signal?.aborted === true) return signal.reason;
  return new TransportUnavailableError('The connection to the blob store failed.', { cause: error });
}

/** What the transport refused a request with. */
async function readRefusal(response: IncomingMessage): Promise<TransportRefusedError> {
  const status = response.statusCode ?? 0;
  const { code = 'unknown', message = `HTTP ${status}` } = parseError(await readText(response));
  return new TransportRefusedError({
    code,
    message,
    retryable: status >= 500 || status === 429 || code === 'incomplete',
    retryAfterMs: Number(response.headers['retry-after'] ?? 0) * 1_000 || 0,
  });
}

async function readText(response: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of readPieces(response, undefined)) {
    bytes += piece.length;
    if (bytes > limits.maxBlobRefusalBytes) break;
    pieces.push(Buffer.from(piece));
  }
  return Buffer.concat(pieces).toString();
}

function parseError(text: string): { code?: string; message?: string } {
  try {
    const { error } = JSON.parse(text) as { error?: { code?: string; message?: string } };
    return error ?? {};
  } catch {
    return {};
  }
}
