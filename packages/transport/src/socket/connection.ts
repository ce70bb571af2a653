import type { WebSocket } from 'ws';
import { ClientFrameSchema, decode, ErrorCode, limits, type ClientFrame } from '@postern/protocol';
import { Attachment, type AttachmentOptions, type AttachmentSocket } from './attachment.ts';
import { encodeServerFrame, type ServerBody } from './frames.ts';
import { operate, type Operations } from './operations.ts';
import { malformed, notAuthenticated, RequestError, toRequestError, unavailable } from './request-error.ts';

/** Close codes of RFC 6455 and its registry. */
const closeCodes = { protocolError: 1002, policyViolation: 1008, tryAgainLater: 1013 } as const;

interface OpenAttachment {
  readonly attachment: Attachment;
  readonly release: () => void;
}

/** One client's socket: greets, takes requests and answers each, carries attachments. */
export class Connection implements AttachmentSocket {
  readonly #socket: WebSocket;
  readonly #operations: Operations;
  readonly #attachments = new Map<number, OpenAttachment>();
  readonly #helloTimer: NodeJS.Timeout;
  #greeted = false;
  #alive = true;
  #stalled = false;
  #nextAttachment = 1;
  #attachFailures = 0;
  #requestsInFlight = 0;
  #requestBytesInFlight = 0;

  constructor(socket: WebSocket, options: { operations: Operations; helloTimeoutMs: number }) {
    this.#socket = socket;
    this.#operations = options.operations;
    this.#helloTimer = setTimeout(() => this.close(closeCodes.policyViolation), options.helloTimeoutMs);
    socket.on('message', (data: Buffer, isBinary) => this.#receive(data, isBinary));
    socket.on('pong', () => {
      this.#alive = true;
    });
    socket.on('close', () => this.#release());
    // The close event follows; there is nobody to tell.
    socket.on('error', () => undefined);
  }

  /** Ends a socket that has shown no life since the last ping, and pings again. */
  checkAlive(): void {
    // While we do not read, because its own requests wait for us, it cannot be heard to answer.
    if (!this.#alive && !this.#isBusy()) return this.#socket.terminate();
    this.#alive = false;
    this.#socket.ping();
  }

  close(code: number): void {
    this.#socket.close(code);
  }

  get isOpen(): boolean {
    return this.#socket.readyState === this.#socket.OPEN;
  }

  hasRoom(): boolean {
    const room = this.#socket.bufferedAmount <= limits.maxSocketBufferBytes;
    if (!room) this.#stalled = true;
    return room;
  }

  push(body: ServerBody): void {
    this.#send(0, body);
  }

  /** How many more devices can be attached here. */
  get attachmentsLeft(): number {
    return limits.maxAttachmentsPerSocket - this.#attachments.size;
  }

  /** Opens an attachment under the next number; `release` is called once when it ends. */
  openAttachment(
    options: Omit<AttachmentOptions, 'id' | 'socket'>,
    release: (attachment: Attachment) => void,
  ): Attachment {
    const attachment = new Attachment({ ...options, id: this.#nextAttachment, socket: this });
    this.#nextAttachment += 1;
    this.#attachments.set(attachment.id, { attachment, release: () => release(attachment) });
    return attachment;
  }

  drop(attachment: Attachment): void {
    const open = this.#attachments.get(attachment.id);
    this.#attachments.delete(attachment.id);
    open?.release();
  }

  /** @throws RequestError when the number names no attachment of this socket */
  getAttachment(id: number): Attachment {
    const open = this.#attachments.get(id);
    if (open !== undefined) return open.attachment;
    throw new RequestError(ErrorCode.UNKNOWN_ATTACHMENT, 'There is no such attachment on this socket.');
  }

  /** The answer to a wrong secret; a socket that guesses on and on is closed. */
  refuseAttach(): RequestError {
    this.#attachFailures += 1;
    if (this.#attachFailures >= limits.maxAttachFailuresPerSocket)
      setImmediate(() => this.close(closeCodes.policyViolation));
    return notAuthenticated();
  }

  /** The transport cannot take more now: the client shall come back later, when nothing of it is half done. */
  giveUp(): void {
    this.close(closeCodes.tryAgainLater);
  }

  #receive(data: Buffer, isBinary: boolean): void {
    this.#alive = true;
    const frame = isBinary ? decode(ClientFrameSchema, data) : null;
    const requestId = frame?.requestId ?? 0;
    if (frame === null || frame.body.case === undefined) return this.#fail(requestId, malformed('This is no frame.'));
    if (frame.body.case === 'hello') return this.#greet(requestId, frame.body.value.protocolVersion);
    if (!this.#greeted) return this.#fail(requestId, malformed('The first frame must be Hello.'));
    if (this.isOpen) void this.#answer(frame, data.length);
  }

  #greet(requestId: number, version: number): void {
    if (this.#greeted) return this.#fail(requestId, malformed('Hello was said already.'));
    const { protocolVersion, maxFrameBytes } = limits;
    if (version !== protocolVersion) {
      const message = `This transport speaks version ${protocolVersion}.`;
      return this.#fail(requestId, new RequestError(ErrorCode.UNSUPPORTED_VERSION, message));
    }
    clearTimeout(this.#helloTimer);
    this.#greeted = true;
    this.#send(requestId, { case: 'welcome', value: { protocolVersion, maxFrameBytes } });
  }

  async #answer(frame: ClientFrame, bytes: number): Promise<void> {
    this.#requestsInFlight += 1;
    this.#requestBytesInFlight += bytes;
    this.#readOrPause();
    try {
      await operate(this.#operations, { connection: this, answer: (body) => this.#send(frame.requestId, body) }, frame);
    } catch (error) {
      this.#fail(frame.requestId, this.#explain(error));
    }
    this.#requestsInFlight -= 1;
    this.#requestBytesInFlight -= bytes;
    this.#readOrPause();
  }

  #explain(error: unknown): RequestError {
    const known = toRequestError(error);
    if (known === null) this.#operations.logger.error({ err: error }, 'a request on a socket failed');
    return known ?? unavailable();
  }

  #fail(requestId: number, error: RequestError): void {
    const { code, message, retryAfterMs } = error;
    this.#send(requestId, { case: 'error', value: { code, message, retryAfterMs } });
    if (error.endsSocket) this.close(closeCodes.protocolError);
  }

  /** Reads no more while too much of what this client asked for, or was answered, is in memory. */
  #readOrPause(): void {
    if (!this.isOpen) return;
    if (this.#isBusy() || !this.hasRoom()) this.#socket.pause();
    else this.#socket.resume();
  }

  #isBusy(): boolean {
    return (
      this.#requestsInFlight >= limits.maxRequestsInFlightPerSocket ||
      this.#requestBytesInFlight > limits.maxSocketBufferBytes
    );
  }

  #send(requestId: number, body: ServerBody): void {
    if (!this.isOpen) return;
    this.#socket.send(encodeServerFrame(requestId, body), () => this.#afterFlush());
  }

  /** Goes on where a slow reader had made us stop, once half of the buffer is free. */
  #afterFlush(): void {
    if (!this.#stalled) return;
    // Behind a full buffer no ping gets through: that it empties is the sign of life.
    this.#alive = true;
    if (this.#socket.bufferedAmount > limits.maxSocketBufferBytes / 2) return;
    this.#stalled = false;
    for (const { attachment } of this.#attachments.values()) attachment.mailbox.resume();
    this.#readOrPause();
  }

  #release(): void {
    clearTimeout(this.#helloTimer);
    for (const { attachment } of this.#attachments.values()) this.drop(attachment);
  }
}
