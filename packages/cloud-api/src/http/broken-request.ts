import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { encodeGraphError } from './error-answers.ts';
import { GraphError } from './graph-errors.ts';
import { newTraceId } from './trace-id.ts';

/** Answers what is no HTTP request at all, has headers that are too large, or takes too long to arrive; then hangs up. */
export function answerBrokenRequest(error: NodeJS.ErrnoException, socket: Socket): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const http = statuses[error.code ?? ''] ?? 400;
  const json = encodeGraphError(
    new GraphError(100, { http, message: '(#100) The request cannot be read' }),
    newTraceId(),
  );
  socket.end(
    `HTTP/1.1 ${http} ${STATUS_CODES[http]}\r\ncontent-type: application/json; charset=UTF-8\r\n` +
      `content-length: ${Buffer.byteLength(json)}\r\nconnection: close\r\n\r\n${json}`,
  );
}

const statuses: Readonly<Record<string, number>> = { HPE_HEADER_OVERFLOW: 431, ERR_HTTP_REQUEST_TIMEOUT: 408 };
