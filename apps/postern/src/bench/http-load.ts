import { connect, type Socket } from 'node:net';
import { decodeWamid } from '@postern/protocol';

/** What the Cloud API answered: its status, and the message's id when it was accepted. */
export interface PostAnswer {
  readonly status: number;
  readonly messageId: string | null;
}

interface Waiting {
  readonly resolve: (answer: PostAnswer) => void;
  readonly reject: (error: Error) => void;
}

/**
 * One keep-alive HTTP/1.1 connection that posts JSON, one request at a time. Written by hand because the load
 * shares two cores with what it measures: a full HTTP client would cost more than the server.
 */
class PostingConnection {
  readonly #socket: Socket;
  #buffered = '';
  #waiting: Waiting | null = null;

  constructor(url: URL) {
    this.#socket = connect(Number(url.port), url.hostname);
    this.#socket.setNoDelay(true);
    this.#socket.setEncoding('latin1');
    this.#socket.on('data', (text: string) => this.#read(text));
    this.#socket.on('error', (error) => this.#fail(error));
    this.#socket.on('close', () => this.#fail(new Error('The Cloud API closed the connection.')));
  }

  post(request: string): Promise<PostAnswer> {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#socket.write(request);
    });
  }

  /** Drops the connection; a request under way is not answered any more. */
  close(): void {
    this.#waiting = null;
    this.#socket.destroy();
  }

  #read(text: string): void {
    this.#buffered += text;
    const headEnd = this.#buffered.indexOf('\r\n\r\n');
    if (headEnd < 0) return;
    const length = Number(/\r\ncontent-length: *(\d+)/i.exec(this.#buffered)?.[1] ?? 0);
    if (this.#buffered.length < headEnd + 4 + length) return;
    const status = Number(this.#buffered.slice(9, 12));
    const wamid = /wamid\.[A-Za-z0-9+/=]+/.exec(this.#buffered.slice(headEnd))?.[0];
    this.#buffered = this.#buffered.slice(headEnd + 4 + length);
    this.#waiting?.resolve({ status, messageId: (wamid && decodeWamid(wamid)?.messageId) ?? null });
  }

  #fail(error: Error): void {
    this.#waiting?.reject(error);
    this.#waiting = null;
  }
}

/** Posts messages over a fixed number of connections. */
export class HttpLoad {
  readonly #idle: PostingConnection[];
  readonly #all: readonly PostingConnection[];
  readonly #head: string;

  constructor({ url, token, connections }: { url: string; token: string; connections: number }) {
    const target = new URL(url);
    this.#head = `POST ${target.pathname} HTTP/1.1\r\nhost: ${target.host}\r\nauthorization: Bearer ${token}\r\ncontent-type: application/json\r\ncontent-length: `;
    this.#all = Array.from({ length: connections }, () => new PostingConnection(target));
    this.#idle = [...this.#all];
  }

  get hasRoom(): boolean {
    return this.#idle.length > 0;
  }

  /** Posts one body on an idle connection. @throws when none is idle */
  async post(body: string): Promise<PostAnswer> {
    const connection = this.#idle.pop();
    if (!connection) throw new Error('No connection is idle.');
    const answer = await connection.post(`${this.#head}${Buffer.byteLength(body)}\r\n\r\n${body}`);
    this.#idle.push(connection);
    return answer;
  }

  close(): void {
    for (const connection of this.#all) connection.close();
  }
}
