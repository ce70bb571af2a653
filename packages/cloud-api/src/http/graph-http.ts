import type { IncomingMessage } from 'node:http';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { limits } from '@postern/protocol';
import type { Logger } from '@postern/service';
import { askedMethod } from './asked-method.ts';
import type { CallUsage } from '../rules/call-rates.ts';
import { sendAnswer, sendError, sendPreflight } from './answers.ts';
import { toGraphError } from './error-answers.ts';
import { unknownObjectError } from './graph-errors.ts';
import { parseGraphPath, type GraphPath } from './graph-path.ts';
import { carryOut, type GraphRequest } from './graph-request.ts';
import { addFlowPages } from './flow-pages.ts';
import { addMediaDownload } from './media-download.ts';
import type { Services } from './operation.ts';
import { takesRawFile } from './operations.ts';
import { addOperatorRoutes, type OperatorAccess } from './operator-statistics.ts';
import { Parameters } from './parameters.ts';
import { discardBody, MultipartBody } from './multipart.ts';
import { parseNamedValues } from './named-values.ts';
import { parseRequestBody, readRequestBody, type RawFile, type RequestBody } from './request-body.ts';
import { addProfilePictureDownload } from './profile-picture-download.ts';
import { addQrLinks } from './qr-links.ts';
import { logRequests } from './request-log.ts';
import { stopSoftly } from './soft-stop.ts';
import { answerBrokenRequest } from './broken-request.ts';

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
    routerOptions: { querystringParser: parseNamedValues },
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
    const contentType = request.headers['content-type'] ?? '';
    if (takesRawFile(request.method, parseGraphPath(request.url))) done(null, { stream: payload });
    else if (/^multipart\/form-data\b/i.test(contentType)) beginMultipart({ payload, contentType }, done);
    else readRequestBody(payload, done);
  });
  app.setErrorHandler((error, request, reply) => answerError(request, reply, error));
  app.setNotFoundHandler((request, reply) =>
    answerError(request, reply, unknownObjectError(request.method, parseGraphPath(request.url).node ?? '/')),
  );
  app.decorateRequest('callUsage', null);
  logRequests(app, logger);
  stopSoftly(app);
  app.get('/healthz', () => ({ ok: true }));
  addOperatorRoutes(app, operator, logger);
  addMediaDownload(app, services);
  addFlowPages(app, services);
  addProfilePictureDownload(app, services);
  addQrLinks(app, services);
  app.route({
    method: ['GET', 'HEAD', 'POST', 'DELETE', 'OPTIONS'],
    url: '/*',
    async handler(request, reply) {
      if (request.method === 'OPTIONS') return sendPreflight(reply);
      const path = parseGraphPath(request.url);
      const note = (operationName: string) => (request.operationName = operationName);
      const tellUsage = (usage: CallUsage) => (request.callUsage = usage);
      const surroundings = { services, note, tellUsage, toGraphError: (error: unknown) => toGraphError(error, logger) };
      const answered = await carryOut(surroundings, await readRequest(request, path));
      return sendAnswer(reply, { json: JSON.stringify(answered), version: path.version });
    },
  });
  return app;
}

/** The request with its parameters, wherever they stand in it, and the file that it carries. @throws GraphError */
async function readRequest(request: FastifyRequest, path: GraphPath): Promise<GraphRequest> {
  const { headers } = request;
  const body = request.body as RequestBody | undefined;
  const query = request.query as Record<string, unknown>;
  const url = `${request.protocol}://${request.host}${request.url}`;
  const read = (values: Record<string, unknown>, form: MultipartBody | null = null, raw: RawFile | null = null) => {
    const parameters = new Parameters(values);
    return { method: askedMethod(request.method, parameters), path, url, headers, parameters, form, raw };
  };
  if (body === undefined) return read(query);
  if (body instanceof MultipartBody) return read({ ...query, ...(await body.readHead()) }, body);
  if ('stream' in body) return read(query, null, body);
  return read({ ...query, ...parseRequestBody(body, headers['content-type']) });
}

function beginMultipart(
  { payload, contentType }: { payload: IncomingMessage; contentType: string },
  done: (error: Error | null, body?: MultipartBody) => void,
): void {
  let body: MultipartBody;
  try {
    body = new MultipartBody(payload, contentType);
  } catch (error) {
    discardBody(payload);
    done(error as Error);
    return;
  }
  done(null, body);
}
