import { WebSocket, type RawData } from 'ws';
import {
  ClientFrameSchema,
  decode,
  encode,
  ErrorCode,
  limits,
  ServerFrameSchema,
  type MessageInitShape,
  type ServerFrame,
} from '@postern/protocol';
import type { ClientLog } from '../client-log.ts';
import { TransportRefusedError, TransportUnavailableError } from '../errors.ts';
import { Attachment, type AttachmentHandlers, type DeviceCredential } from './attachment.ts';
import { Backoff } from './backoff.ts';

type RequestBody = NonNullable<MessageInitShape<typeof ClientFrameSchema>['body']>;
type Answer = ServerFrame['body'];

interface PendingRequest {
  /** Runs before any later frame is looked at, unlike what awaits the promise. */
  onAnswer: ((answer: Answer) => void) | undefined;
  resolve: (answer: Answer) => void;
  reject: (error: Error) => void;
  timer: NodeJS.Timeout;
}

const retryableCodes = new Set<ErrorCode>([ErrorCode.RATE_LIMITED, ErrorCode.UNAVAILABLE]);

/**
 * One socket to the transport, carrying any number of devices. It reconnects for ever, with growing waits, and
 * attaches its devices again; requests made while it is down fail with {@link TransportUnavailableError}.
 */
export class TransportConnection {
  readonly #url: string;
  readonly #log: ClientLog;
  readonly #backoff = new Backoff({ minMs: limits.reconnectMinMs, maxMs: limits.reconnectMaxMs });
  readonly #attachments = new Set<Attachment>();
  readonly #byNumber = new Map<number, Attachment>();
  readonly #pending = new Map<number, PendingRequest>();
  #socket: WebSocket | null = null;
  #ready = false;
  #nextRequestId = 1;
  #closed = false;
  #reconnectTimer: NodeJS.Timeout | undefined;

  /** @param options.url the transport's base URL, `http://` or `https://` */
  constructor({ url, log }: { url: string; log: ClientLog }) {
    this.#url = `${url.replace(/^http/, 'ws')}/v1/socket`;
    this.#log = log;
    this.#connect();
  }

  /** Attaches a device now and after every reconnect, until it is detached, refused or replaced. */
  attach(credential: DeviceCredential, handlers: AttachmentHandlers): Attachment {
    const attachment = new Attachment(this, credential, handlers);
    this.#attachments.add(attachment);
    if (this.#ready) void this.#attachOne(attachment);
    return attachment;
  }

  /** Ends the attachment on this side; the transport drops it with the socket or when it is replaced. */
  detach(attachment: Attachment): void {
    this.#attachments.delete(attachment);
    if (attachment.number !== null) this.#byNumber.delete(attachment.number);
    attachment.lost();
  }

  /** Sends one request and waits for its answer. @throws TransportUnavailableError | TransportRefusedError */
  request(body: RequestBody): Promise<Answer> {
    if (!this.#ready) return Promise.reject(new TransportUnavailableError('The transport is not connected.'));
    return this.#send(body);
  }

  /** Sends a frame that has no answer; dropped while disconnected. */
  post(body: RequestBody): void {
    if (this.#ready) this.#socket?.send(encode(ClientFrameSchema, { requestId: 0, body }));
  }

  /** Closes the socket for good. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#reconnectTimer);
    this.#socket?.terminate();
    this.#lost();
  }

  #connect(): void {
    const socket = new WebSocket(this.#url, { perMessageDeflate: false, maxPayload: limits.maxFrameBytes });
    socket.binaryType = 'nodebuffer';
    this.#socket = socket;
    socket.on('open', () => void this.#hello());
    socket.on('message', (data: RawData) => this.#receive(data as Buffer));
    socket.on('error', (error) => this.#log.debug({ err: error }, 'the socket to the transport failed'));
    socket.on('close', () => {
      if (socket === this.#socket) this.#lost();
    });
  }

  async #hello(): Promise<void> {
    try {
      await this.#send({ case: 'hello', value: { protocolVersion: limits.protocolVersion } });
      this.#ready = true;
      this.#backoff.reset();
      await Promise.all([...this.#attachments].map((attachment) => this.#attachOne(attachment)));
    } catch (error) {
      this.#log.warn({ err: error }, 'the transport did not welcome the connection');
      this.#socket?.terminate();
    }
  }

  async #attachOne(attachment: Attachment): Promise<void> {
    try {
      const body = { case: 'attachAccount', value: attachment.attachRequest() } as const;
      await this.#send(body, (answer) => this.#attached(attachment, answer));
    } catch (error) {
      if (error instanceof TransportRefusedError && !error.retryable) {
        this.#attachments.delete(attachment);
        attachment.refused(error);
      } else {
        this.#socket?.terminate();
      }
    }
  }

  #attached(attachment: Attachment, answer: Answer): void {
    if (answer.case !== 'accountAttached' || !this.#attachments.has(attachment)) return;
    this.#byNumber.set(answer.value.attachment, attachment);
    attachment.attached(answer.value.attachment, answer.value.prekeys);
  }

  #send(body: RequestBody, onAnswer?: (answer: Answer) => void): Promise<Answer> {
    const requestId = this.#nextRequestId;
    this.#nextRequestId = (this.#nextRequestId % 0xffff_fffe) + 1;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        // An answer that is late is an answer that may never come: start over on a fresh socket.
        this.#log.warn({}, 'the transport did not answer in time');
        this.#socket?.terminate();
      }, limits.requestTimeoutMs);
      this.#pending.set(requestId, { onAnswer, resolve, reject, timer });
      this.#socket?.send(encode(ClientFrameSchema, { requestId, body }));
    });
  }

  #lost(): void {
    const wasReady = this.#ready;
    this.#ready = false;
    this.#byNumber.clear();
    const unanswered = [...this.#pending.values()];
    this.#pending.clear();
    for (const { reject, timer } of unanswered) {
      clearTimeout(timer);
      reject(new TransportUnavailableError('The connection to the transport was lost.'));
    }
    for (const attachment of this.#attachments) attachment.lost();
    if (this.#closed) return;
    if (wasReady) this.#log.info({}, 'the connection to the transport was lost; connecting again');
    this.#reconnectTimer = setTimeout(() => this.#connect(), this.#backoff.next());
  }

  #receive(data: Buffer): void {
    const frame = decode(ServerFrameSchema, data);
    if (!frame) {
      this.#log.error({}, 'the transport sent a frame that cannot be read');
      this.#socket?.terminate();
      return;
    }
    if (frame.requestId === 0) this.#push(frame.body);
    else this.#settle(frame.requestId, frame.body);
  }

  #settle(requestId: number, body: Answer): void {
    const request = this.#pending.get(requestId);
    if (!request) return;
    this.#pending.delete(requestId);
    clearTimeout(request.timer);
    if (body.case !== 'error') {
      request.onAnswer?.(body);
      return request.resolve(body);
    }
    const { code, message, retryAfterMs } = body.value;
    const retryable = retryableCodes.has(code);
    request.reject(new TransportRefusedError({ code: ErrorCode[code] ?? 'UNKNOWN', message, retryable, retryAfterMs }));
  }

  #push(body: Answer): void {
    switch (body.case) {
      case 'deliverBatch':
        return this.#byNumber.get(body.value.attachment)?.handlers.onDeliveries(body.value.deliveries);
      case 'drained':
        return this.#byNumber.get(body.value.attachment)?.handlers.onDrained?.();
      case 'keysLow':
        return this.#byNumber.get(body.value.attachment)?.handlers.onPrekeyCounts(body.value.prekeys);
      case 'replaced':
        return this.#replaced(body.value.attachment);
      case 'error':
        return this.#log.warn({ code: ErrorCode[body.value.code] }, body.value.message);
      default:
        return this.#log.warn({ frame: body.case }, 'the transport pushed a frame of an unknown kind');
    }
  }

  #replaced(number: number): void {
    const attachment = this.#byNumber.get(number);
    if (!attachment) return;
    this.detach(attachment);
    attachment.handlers.onReplaced();
  }
}
