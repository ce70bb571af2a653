import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { limits } from '@postern/protocol';
import type { Logger } from '@postern/service';
import { authenticate, findToken, requirePermission, tokenOf } from './authentication.ts';
import { encodeGraphError, toGraphError } from './error-answers.ts';
import { unknownObjectError, type GraphError } from './graph-errors.ts';
import { parseGraphPath, type GraphPath } from './graph-path.ts';
import { addMediaDownload } from './media-download.ts';
import type { Services } from './operation.ts';
import { findRootOperation, getOperation } from './operations.ts';
import { addOperatorRoutes, type OperatorAccess } from './operator-statistics.ts';
import { Parameters } from './parameters.ts';
import {
  carriesFile,
  discardBody,
  parseRequestBody,
  readRequestBody,
  type RequestBody,
  type UnreadBody,
} from './request-body.ts';
import { logRequests } from './request-log.ts';
import { stopSoftly } from './soft-stop.ts';
import { newTraceId } from './trace-id.ts';
import { answerBrokenRequest } from './broken-request.ts';

// Contract section 1.5.
const fixedHeaders = {
  'content-type': 'application/json; charset=UTF-8',
  'access-control-allow-origin': '*',
  'cache-control': 'private, no-cache, no-store, must-revalidate',
  pragma: 'no-cache',
  expires: 'Sat, 01 Jan 2000 00:00:00 GMT',
} as const;

interface GraphHttpOptions {
  services: Services;
  logger: Logger;
  /** Who may say how and as whom a request came to them. */
  trustedProxies?: string[];
  /** What the operator may see; nothing when it is left out. */
  operator?: OperatorAccess;
}

/** Makes the HTTP server that speaks as the Graph does (contract section 1). Every answer, also every error, is JSON. */
export function createGraphHttp({
  services,
  logger,
  trustedProxies = [],
  operator,
}: GraphHttpOptions): FastifyInstance {
  const answerError = (request: FastifyRequest, reply: FastifyReply, error: unknown): FastifyReply =>
    sendError(reply, { error: toGraphError(error, logger), version: parseGraphPath(request.url).version });
  const app = Fastify({
    logger: false,
    trustProxy: trustedProxies,
    exposeHeadRoutes: false,
    // A request that comes while we stop is still answered as any other.
    return503OnClosing: false,
    // For uploads; any other body has less time.
    requestTimeout: limits.mediaTransferTimeoutMs,
    clientErrorHandler: answerBrokenRequest,
    frameworkErrors: (error, request, reply) => void answerError(request, reply, error),
  });
  app.server.maxConnections = limits.maxHttpConnections;
  app.server.headersTimeout = limits.requestTimeoutMs;
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (request, payload, done) => {
    const { method, url } = request;
    const contentType = request.headers['content-type'] ?? '';
    if (carriesFile({ method, url, contentType })) done(null, { stream: payload, contentType });
    else readRequestBody(payload, done);
  });
  app.setErrorHandler((error, request, reply) => answerError(request, reply, error));
  app.setNotFoundHandler((request, reply) =>
    answerError(request, reply, unknownObjectError(request.method, parseGraphPath(request.url).node ?? '/')),
  );
  logRequests(app, logger);
  stopSoftly(app);
  app.get('/healthz', () => ({ ok: true }));
  addOperatorRoutes(app, operator, logger);
  addMediaDownload(app, services);
  app.route({
    method: ['GET', 'POST', 'DELETE'],
    url: '/*',
    async handler(request, reply) {
      const path = parseGraphPath(request.url);
      return sendJson(reply, { json: JSON.stringify(await answer(services, request, path)), version: path.version });
    },
  });
  return app;
}

/** Carries one request out, up to what is answered as JSON. @throws GraphError and what toGraphError knows */
async function answer(services: Services, request: FastifyRequest, path: GraphPath): Promise<object> {
  const { method } = request;
  const { parameters, file } = readRequest(request);
  const { node: id, version } = path;
  const url = `${request.protocol}://${request.host}${request.url}`;
  const root = findRootOperation(method, path);
  if (root) {
    request.operationName = root.name;
    return root.run(services, { token: findToken(request.headers, parameters), parameters, url, version });
  }
  if (id === null) throw unknownObjectError(method, '/');
  const caller = await authenticate(services.access, tokenOf(request.headers, parameters), id);
  const node = caller.node ?? (await services.localNodes.find(id, caller));
  if (node === null) throw unknownObjectError(method, id);
  const operation = getOperation(node, { method, edge: path.edge });
  request.operationName = operation.name;
  requirePermission(caller, operation.permission);
  return operation.run(services, { node, caller, parameters, url, version, file, headers: request.headers });
}

/** The parameters of a request, wherever they stand in it, and the file that it carries. @throws GraphError */
function readRequest(request: FastifyRequest): { parameters: Parameters; file: UnreadBody | null } {
  const body = request.body as RequestBody | undefined;
  const query = request.query as Record<string, unknown>;
  if (body === undefined) return { parameters: new Parameters(query), file: null };
  if (!('text' in body)) return { parameters: new Parameters(query), file: body };
  const values = { ...query, ...parseRequestBody(body, request.headers['content-type']) };
  return { parameters: new Parameters(values), file: null };
}

function sendError(reply: FastifyReply, { error, version }: { error: GraphError; version: string }): FastifyReply {
  const traceId = newTraceId();
  const body = reply.request.body as RequestBody | undefined;
  if (body && 'stream' in body) discardBody(body.stream);
  reply.code(error.http);
  reply.request.errorCode = error.code;
  if (error.http === 401)
    reply.header('www-authenticate', `OAuth "Facebook Platform" "invalid_token" "${error.message}"`);
  return sendJson(reply, { json: encodeGraphError(error, traceId), version, traceId });
}

function sendJson(
  reply: FastifyReply,
  { json, version, traceId = newTraceId() }: { json: string; version: string; traceId?: string },
): FastifyReply {
  reply.headers(fixedHeaders);
  reply.header('facebook-api-version', version);
  reply.header('x-fb-trace-id', traceId);
  reply.header('x-fb-request-id', traceId);
  return reply.send(json);
}
