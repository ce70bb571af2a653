import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import { limits } from '@postern/protocol';
import { Connection } from './connection.ts';
import type { Operations } from './operations.ts';

const socketPath = '/v1/socket';
const goingAway = 1001;

export interface SocketServerOptions {
  operations: Operations;
  helloTimeoutMs: number;
  pingIntervalMs: number;
}

/** Takes WebSockets on an HTTP server and keeps watch over them. */
export class SocketServer {
  readonly #options: SocketServerOptions;
  readonly #server = new WebSocketServer({
    noServer: true,
    maxPayload: limits.maxFrameBytes,
    perMessageDeflate: false,
    clientTracking: false,
  });
  readonly #connections = new Map<WebSocket, Connection>();
  readonly #pings: NodeJS.Timeout;
  #stopping = false;

  constructor(http: Server, options: SocketServerOptions) {
    this.#options = options;
    http.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      const refusal = this.#refusalOf(request);
      if (refusal === null) this.#server.handleUpgrade(request, socket, head, (ws) => this.#accept(ws));
      else refuse(socket, refusal);
    });
    this.#pings = setInterval(() => this.#checkAlive(), options.pingIntervalMs);
  }

  /** Closes every socket, and hard those that do not close within a moment. */
  async stop(): Promise<void> {
    this.#stopping = true;
    clearInterval(this.#pings);
    const closed = [...this.#connections].map(([socket, connection]) => closeSocket(socket, connection));
    await Promise.all(closed);
  }

  #refusalOf(request: IncomingMessage): string | null {
    if (request.url?.split('?')[0] !== socketPath) return '404 Not Found';
    const full = this.#stopping || this.#connections.size >= limits.maxSockets;
    return full ? '503 Service Unavailable' : null;
  }

  #accept(socket: WebSocket): void {
    const { operations, helloTimeoutMs } = this.#options;
    this.#connections.set(socket, new Connection(socket, { operations, helloTimeoutMs }));
    socket.on('close', () => this.#connections.delete(socket));
  }

  #checkAlive(): void {
    for (const connection of this.#connections.values()) connection.checkAlive();
  }
}

function refuse(socket: Duplex, status: string): void {
  // Without a listener, a client that is gone already would end the process.
  socket.on('error', () => socket.destroy());
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\n\r\n`);
}

const closeLimitMs = 1_000;

function closeSocket(socket: WebSocket, connection: Connection): Promise<void> {
  return new Promise((resolve) => {
    const hard = setTimeout(() => socket.terminate(), closeLimitMs);
    socket.once('close', () => {
      clearTimeout(hard);
      resolve();
    });
    connection.close(goingAway);
  });
}
