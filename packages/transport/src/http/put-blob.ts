import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { limits } from '@postern/protocol';
import { HttpError, type Logger } from '@postern/service';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Type, type Static } from 'typebox';
import type { Accounts } from '../accounts/accounts.ts';
import { BlobIncompleteError } from '../blobs/blob-folder.ts';
import type { Blobs } from '../blobs/blobs.ts';
import { watched } from '../blobs/transfer.ts';
import { answerFromBlobs, readBlobId, refuseBusy } from './blob-errors.ts';
import { authenticateDevice } from './device-credential.ts';

const path = '/v1/blobs/';
const Params = Type.Object({ blobId: Type.String({ maxLength: 64 }) });
type Request = FastifyRequest<{ Params: Static<typeof Params> }>;

/** What the two routes of blobs work with. */
export interface BlobRoutes {
  readonly accounts: Accounts;
  readonly blobs: Blobs;
  readonly silenceMs: number;
  readonly logger: Logger;
}

/**
 * `PUT /v1/blobs/{blobId}`: stores an encrypted attachment, streamed to the disk. Who sends `Expect: 100-continue` hears of
 * a refusal, or that the blob is there already, before sending it; others may find the connection closed instead.
 */
export function putBlob(app: FastifyInstance, routes: BlobRoutes): void {
  letRouteContinue(app.server);
  void app.register(async (scope) => {
    // The body stays a stream, whatever it calls itself.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
    scope.put<{ Params: Static<typeof Params> }>(`${path}:blobId`, { schema: { params: Params } }, (request, reply) =>
      receive(routes, request, reply),
    );
  });
}

async function receive(routes: BlobRoutes, request: Request, reply: FastifyReply): Promise<FastifyReply> {
  const { accounts, blobs, logger } = routes;
  // What was not read of a refused body is not read as the next request either.
  reply.header('connection', 'close');
  const { accountId } = await authenticateDevice(request, accounts);
  const upload = { accountId, blobId: readBlobId(request.params.blobId), bytes: readLength(request) };
  const outcome = await answerFromBlobs(
    () => blobs.receive(upload, () => openBody(routes, request, reply)),
    (error) => logger.error({ err: error }, 'a blob could not be stored'),
  ).catch(explainBroken);
  if (outcome === 'taken')
    throw new HttpError(409, 'blob_id_taken', 'There is another blob under this id; draw a new one.');
  if (outcome !== 'stored') return refuseBusy(reply, outcome);
  if (!request.raw.complete && !expectsContinue(request.raw)) await drain(routes, request).catch(explainBroken);
  if (request.raw.complete) reply.removeHeader('connection');
  return reply.code(204).send();
}

function readLength({ headers }: Request): number {
  const bytes = Number(headers['content-length'] ?? Number.NaN);
  if (!Number.isSafeInteger(bytes)) throw new HttpError(411, 'length_required', 'Send a Content-Length.');
  if (bytes === 0) throw new HttpError(400, 'bad_request', 'A blob has at least one byte.');
  if (bytes > limits.maxBlobBytes)
    throw new HttpError(413, 'blob_too_large', `A blob has at most ${limits.maxBlobBytes} bytes.`);
  return bytes;
}

/** The body, asked for only now. It ends with an error when its sender stalls. */
function openBody({ silenceMs }: BlobRoutes, { raw }: Request, reply: FastifyReply): AsyncIterable<Uint8Array> {
  if (expectsContinue(raw)) reply.raw.writeContinue();
  return watched(raw, { silenceMs, onStall: () => raw.destroy() });
}

/** Reads and drops a body that is not needed, because its sender sends it before listening. */
async function drain({ silenceMs }: BlobRoutes, { raw }: Request): Promise<void> {
  for await (const piece of watched(raw, { silenceMs, onStall: () => raw.destroy() })) void piece;
}

function expectsContinue({ headers }: IncomingMessage): boolean {
  return headers.expect?.toLowerCase() === '100-continue';
}

const goneCodes: readonly unknown[] = ['ERR_STREAM_PREMATURE_CLOSE', 'ECONNRESET'];

/** Whoever sent a part of a body is gone or lost count; there is nothing of ours to log. */
function explainBroken(error: unknown): never {
  const isGone = goneCodes.includes((error as NodeJS.ErrnoException).code);
  if (isGone || error instanceof BlobIncompleteError)
    throw new HttpError(400, 'incomplete', 'The connection broke before the blob was whole.');
  throw error;
}

/** Node answers `Expect: 100-continue` by itself unless somebody listens: here the route of blobs does when it is ready. */
function letRouteContinue(server: Server): void {
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    if (!request.url?.startsWith(path)) response.writeContinue();
    server.emit('request', request, response);
  });
}
