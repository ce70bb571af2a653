import { hash } from 'node:crypto';
import type { FastifyReply } from 'fastify';
import { usageHeader } from './call-usage.ts';
import { encodeGraphError } from './error-answers.ts';
import type { GraphError } from './graph-errors.ts';
import { discardBody, MultipartBody } from './multipart.ts';
import type { RequestBody } from './request-body.ts';
import { newTraceId } from './trace-id.ts';

// Contract section 1.5.
const fixedHeaders = {
  'content-type': 'application/json; charset=UTF-8',
  'access-control-allow-origin': '*',
  'cache-control': 'private, no-cache, no-store, must-revalidate',
  pragma: 'no-cache',
  expires: 'Sat, 01 Jan 2000 00:00:00 GMT',
} as const;

// What a browser asks before it lets a page of elsewhere call.
const preflightHeaders = {
  'access-control-allow-origin': '*',
  'access-control-allow-methods': 'GET, HEAD, POST, DELETE, OPTIONS',
  'access-control-allow-headers': 'Authorization, Content-Type, File_Offset, If-None-Match',
  'access-control-max-age': '86400',
} as const;

interface Sent {
  readonly json: string;
  readonly version: string;
  readonly traceId?: string;
}

export function sendPreflight(reply: FastifyReply): FastifyReply {
  return reply.code(204).headers(preflightHeaders).send();
}

/** Sends what was asked for; nothing but that it is the same when the caller has it already. */
export function sendAnswer(reply: FastifyReply, answered: Sent): FastifyReply {
  const { method, headers } = reply.request;
  if (method !== 'GET' && method !== 'HEAD') return sendJson(reply, answered);
  const tag = `"${hash('sha1', answered.json)}"`;
  reply.header('etag', tag);
  const known = headers['if-none-match'] ?? '';
  if (!known.includes(tag)) return sendJson(reply, answered);
  return sendJson(reply.code(304), { ...answered, json: '' });
}

export function sendError(
  reply: FastifyReply,
  { error, version }: { error: GraphError; version: string },
): FastifyReply {
  const traceId = newTraceId();
  const body = reply.request.body as RequestBody | undefined;
  if (body instanceof MultipartBody) body.discard();
  else if (body && 'stream' in body) discardBody(body.stream);
  reply.code(error.http);
  reply.request.errorCode = error.code;
  if (error.http === 401)
    reply.header('www-authenticate', `OAuth "Facebook Platform" "invalid_token" "${error.message}"`);
  return sendJson(reply, { json: encodeGraphError(error, traceId), version, traceId });
}

function sendJson(reply: FastifyReply, { json, version, traceId = newTraceId() }: Sent): FastifyReply {
  reply.headers(fixedHeaders);
  reply.header('facebook-api-version', version);
  reply.header('x-fb-trace-id', traceId);
  reply.header('x-fb-request-id', traceId);
  const { callUsage } = reply.request;
  if (callUsage) reply.header(...usageHeader(callUsage));
  return reply.send(json);
}
