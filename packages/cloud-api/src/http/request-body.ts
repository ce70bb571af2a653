import type { IncomingMessage } from 'node:http';
import { limits } from '@postern/protocol';
import { GraphError, parameterError } from './graph-errors.ts';
import { parseNamedValues } from './named-values.ts';
import type { MultipartBody } from './multipart.ts';

/** A body as it came; null when it was too large, in which case it was read and thrown away. */
export interface ReadBody {
  readonly text: string | null;
}

/** A body that is a file as it is: nothing of it was read yet. */
export interface RawFile {
  readonly stream: IncomingMessage;
}

export type RequestBody = ReadBody | RawFile | MultipartBody;

/**
 * Reads a body of at most the limit. A larger one is read to its end all the same, within bounds, because a client that is
 * cut off while it still writes would see a broken connection and never the answer.
 */
export function readRequestBody(payload: IncomingMessage, done: (error: Error | null, body?: ReadBody) => void): void {
  const chunks: Buffer[] = [];
  let bytes = 0;
  const take = (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes <= limits.maxRequestBodyBytes) chunks.push(chunk);
    else chunks.length = 0;
    if (bytes > limits.maxRefusedBodyBytes) finish(bodyTooLarge());
  };
  const end = () => {
    finish(null, { text: bytes > limits.maxRequestBodyBytes ? null : Buffer.concat(chunks).toString('utf8') });
  };
  const timer = setTimeout(() => finish(bodyTooSlow()), limits.requestTimeoutMs);
  const finish = (error: Error | null, body?: ReadBody) => {
    clearTimeout(timer);
    payload.off('data', take);
    payload.off('end', end);
    done(error, body);
  };
  payload.on('data', take);
  payload.on('end', end);
  payload.once('error', () => finish(new GraphError(100, { message: '(#100) The body of the request is incomplete' })));
}

/** Reads a body's parameters: JSON or a form, told by its media type; a form when there is none. */
export function parseRequestBody(body: ReadBody, contentType: string | undefined): Record<string, unknown> {
  if (body.text === null) throw bodyTooLarge();
  if (body.text.trim() === '') return {};
  const mediaType = contentType?.split(';', 1)[0]?.trim().toLowerCase();
  if (mediaType === 'application/json') return parseJsonBody(body.text);
  if (mediaType === undefined || mediaType === 'application/x-www-form-urlencoded') return parseNamedValues(body.text);
  throw new GraphError(100, {
    http: 415,
    message: '(#100) Send parameters as application/json, application/x-www-form-urlencoded or multipart/form-data',
  });
}

function parseJsonBody(text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw parameterError('The body of the request is not valid JSON.');
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value))
    throw parameterError('The body of the request must be a JSON object.');
  return value as Record<string, unknown>;
}

function bodyTooSlow(): GraphError {
  return new GraphError(100, { http: 408, message: '(#100) The request cannot be read' });
}

function bodyTooLarge(): GraphError {
  const message = `(#100) The body of a request must be at most ${limits.maxRequestBodyBytes} bytes long`;
  return new GraphError(100, { http: 413, message });
}
